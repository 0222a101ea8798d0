"""Personal values in memory: sealed, secret, or masked. There is no fourth kind.

`Sealed` is what lies in a column, `Secret` is the plain value under guard, and a masked value is
the only one that can be printed. So the type, not the page, decides what a screen shows.
"""

from typing import ClassVar, NoReturn, Self

from anju.domain import masks


class Sealed:
    """The ciphertext of one column of one row, as it lies in the table."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __repr__(self) -> str:
        return "Sealed(…)"


class Secret:
    """A plain personal value that cannot be printed, formatted, pickled or turned into JSON.

    `expose` is the one way out and is meant for a port (the bank needs the number) and for the
    rooms below the halls; what a person sees is a masked type or an audited `reveal`.
    """

    __slots__ = ("_plain",)
    _plain: str

    def __init__(self, plain: str) -> None:
        object.__setattr__(self, "_plain", plain)

    def expose(self) -> str:
        """The plain value. Never hand it to a template, a log, an error or a job's arguments."""
        return self._plain

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._plain == self._plain

    def __hash__(self) -> int:
        return hash(self._plain)

    def __bool__(self) -> bool:
        return bool(self._plain)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> NoReturn:
        raise TypeError("a Secret has no text; show a masked type or reveal it with a reason")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a Secret has no text; show a masked type or reveal it with a reason")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never pickled")


class Masked(str):
    """A masked personal value: safe to print, and told apart from plain text by its type."""

    __slots__ = ()
    _mask: ClassVar[str]

    @classmethod
    def of(cls, value: Secret | str) -> Self:
        """Mask a secret (or a plain text that is still in our hands)."""
        plain = value.expose() if isinstance(value, Secret) else value
        return cls(getattr(masks, cls._mask)(plain))


class MaskedIdNumber(Masked):
    """142701********0001"""

    _mask = "mask_id_number"


class MaskedPhone(Masked):
    """150****0000"""

    _mask = "mask_phone"


class MaskedCard(Masked):
    """····0000"""

    _mask = "mask_card"


class MaskedName(Masked):
    """李*"""

    _mask = "mask_name"
