"""What we ask of the enterprise-opening platform (企业开办平台) of the market regulator.

An enterprise registers there first, for the housing fund as well; with the password it was given
it opens its account at the centre by itself, and the platform tells us who it is.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol


class EnterprisesUnreachable(Exception):
    """The platform could not be reached or gave no clear answer: nothing is known; ask again."""


class NotVouchedFor(StrEnum):
    """Why the platform does not vouch for whoever asks."""

    UNKNOWN = "unknown"
    """No enterprise is registered under this code."""
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - what was wrong, no password
    """The enterprise is there, the password is another."""
    REVOKED = "revoked"
    """The enterprise is not allowed to trade (any more): 吊销, 注销."""


class EnterpriseRefused(Exception):
    """The platform answered, and does not vouch; `why` says why."""

    def __init__(self, why: NotVouchedFor) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredEnterprise:
    """What the platform has registered of an enterprise.

    Attributes:
        uscc: 统一社会信用代码, 18 characters.
        founded_on: 成立日期.
        legal_representative: a person's name; personal, so no log line shows it.
        division: 注册地行政区划, six digits by GB/T 2260.
    """

    uscc: str
    name: str
    address: str
    founded_on: date
    legal_representative: str = field(repr=False)
    division: str


class Enterprises(Protocol):
    """Tells who an enterprise is, to whoever knows its password."""

    def look_up(self, uscc: str, *, password: str) -> RegisteredEnterprise:
        """The registered facts of an enterprise. Looking up changes nothing and may be repeated.

        Raises EnterpriseRefused (a clear no) and EnterprisesUnreachable (nothing is known).
        """
        ...
