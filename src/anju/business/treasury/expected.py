"""What may come in: each area says by a source what it expects, and how that is booked.

A receipt asks every source, first by the numbers that the payer wrote, then by payer and amount;
only one answer is a match. What a person allocates by hand is found by the same sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from anju.domain.vouchers import GlLine, LoanLine, MemberLine, SuspenseLine
from anju.store.secrets import Secret

_MARK = re.compile(r"[A-Z]{2,8}[0-9]{6,30}")


@dataclass(frozen=True)
class Came:
    """Money that came in, as a source may look at it; `amount_fen` is above zero."""

    reference: str
    account: str
    serial: str
    amount_fen: int
    payer_name: Secret
    payer_account: Secret
    remark: Secret
    booked_on: date

    @property
    def marks(self) -> frozenset[str]:
        """What the payer wrote that looks like a number of ours."""
        return frozenset(_MARK.findall(self.remark.expose()))


@dataclass(frozen=True)
class Expectation:
    """One thing that money can be for, and the side of the voucher opposite to it.

    Attributes:
        number: names it among its kind; with `is_once` one receipt alone can meet it.
        gl: general lines that together are minus the amount, with their detail lines.
        voucher_id: the voucher that booked this very money before; then there are no lines.
    """

    kind: str
    number: str
    title: str
    gl: tuple[GlLine, ...] = ()
    members: tuple[MemberLine, ...] = ()
    loans: tuple[LoanLine, ...] = ()
    suspense: tuple[SuspenseLine, ...] = ()
    is_once: bool = True
    voucher_id: int | None = None

    @property
    def claims(self) -> str:
        """What no second receipt may be matched with; empty where many may."""
        return f"{self.kind}:{self.number}" if self.is_once else ""


def _none(came: Came) -> tuple[Expectation, ...]:
    return ()


def _nothing(number: str) -> None:
    """Nobody waits to be told."""


@dataclass(frozen=True)
class Source:
    """What one matter expects. All but `met` read only and leave out what was met before.

    Attributes:
        label: what a person chooses; `hint` says which number to type, empty when there is none.
        find: the expectation that a person names for this money; None if it does not fit.
        by_number: what the payer's own words name, with the right amount.
        by_payer: what is expected of this payer in this amount.
        met: told the number once its money is booked, in the same transaction.
    """

    kind: str
    label: str
    find: Callable[[Came, str], Expectation | None]
    hint: str = ""
    by_number: Callable[[Came], tuple[Expectation, ...]] = field(default=_none)
    by_payer: Callable[[Came], tuple[Expectation, ...]] = field(default=_none)
    met: Callable[[str], None] = field(default=_nothing)


_SOURCES: dict[str, Source] = {}


def expects(source: Source) -> None:
    """Register a source; the same kind again replaces it."""
    _SOURCES[source.kind] = source


def sources() -> tuple[Source, ...]:
    """Everything that is expected, in the order of registering."""
    return tuple(_SOURCES.values())


def source(kind: str) -> Source | None:
    """The source of this kind, or None."""
    return _SOURCES.get(kind)


def match(came: Came) -> Expectation | None:
    """What this money is for, if there is exactly one thing; by number before by payer."""
    found = [each for one in sources() for each in one.by_number(came)]
    if not found:
        found = [each for one in sources() for each in one.by_payer(came)]
    return found[0] if len(found) == 1 else None
