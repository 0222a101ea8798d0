"""What proving oneself can come to. A person's "no" is a value with words, never an exception."""

from dataclasses import dataclass
from datetime import datetime

from anju.parties.models import User
from anju.store.secrets import MaskedPhone


class RuleBroken(ValueError):
    """What was asked to be stored breaks a rule; the text tells the person how to go on."""


@dataclass(frozen=True)
class SignedIn:
    """The person is who they claim to be; `sessions.begin` comes next."""

    user: User


@dataclass(frozen=True)
class HalfWay:
    """An agent gave the right password; the second factor is still to be shown.

    The hall keeps it in the visitor's session: it opens nothing by itself, ends at `until` (ISO
    8601) and dies with the password it followed from.
    """

    user_id: int
    binding: str
    until: str


@dataclass(frozen=True)
class Proved:
    """One factor was shown."""

    kind: str
    at: datetime


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way, or would be if the person were known; the answer is the same.

    `ticket` leads the second step of a sign-in back to the code; inside a hall it is not needed.
    """

    ticket: str
    text: str
    resend_at: datetime
    expires_at: datetime
    phone: MaskedPhone | None = None


@dataclass(frozen=True)
class Refused:
    """Not now, and why. `retry_at` says when it is worth trying again."""

    code: str
    text: str
    retry_at: datetime | None = None
