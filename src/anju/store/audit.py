"""Audit rows: written in the transaction of what they tell, and never changed afterwards.

The action fails when its audit row cannot be written. Rows hold ids, codes and amounts; personal
data stays in the sealed columns the ids lead to, and `write` refuses what looks like it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

import structlog

from anju.store.models import AuditRow

ActorKind = Literal["member", "agent", "staff", "system"]

_ACTION: Final = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
_PERSONAL: Final = re.compile(
    r"(?<!\d)(?:[1-9]\d{5}(?:19|20)\d{9}[\dXx]|1[3-9]\d{9}|62\d{14,17})(?![\dXx])"
)


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in user by key, or the system itself (jobs, the bank's notices)."""

    kind: ActorKind
    id: int | None = None

    def __post_init__(self) -> None:
        if (self.id is None) is not (self.kind == "system"):
            raise ValueError(f"an actor of kind {self.kind} with id {self.id}")

    @property
    def ref(self) -> str:
        """As rows name whoever did something: "agent:7", or "system"."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @classmethod
    def member(cls, user_id: int) -> Self:
        """A member, by the key of the user."""
        return cls("member", user_id)

    @classmethod
    def agent(cls, user_id: int) -> Self:
        """An employer's agent, by the key of the user."""
        return cls("agent", user_id)

    @classmethod
    def staff(cls, user_id: int) -> Self:
        """A member of staff, by the key of the user."""
        return cls("staff", user_id)

    @classmethod
    def system(cls) -> Self:
        """Nobody: a job, a sweeper, a message from outside."""
        return cls("system")


@dataclass(frozen=True)
class Subject:
    """What was acted upon: `Subject("person", "3")`, `Subject("case", "TQ202611200007")`."""

    kind: str
    id: str


def write(
    action: str,
    *,
    at: datetime,
    actor: Actor,
    subject: Subject,
    case_ref: str = "",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Append one row in the caller's transaction; gives its sequence number.

    `action` is dotted ("parties.card_bound"). Raises ValueError for an undotted action, and for a
    reason or details in which an ID, phone or card number can be seen.
    """
    if not _ACTION.fullmatch(action):
        raise ValueError(f"audit actions are dotted and lower case, not {action!r}")
    shown = dict(details or {})
    if any(_PERSONAL.search(text) for text in (reason, *_texts(shown))):
        raise ValueError(f"personal data in the audit row of {action}")
    row = AuditRow.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        case_ref=case_ref,
        reason=reason,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        details=shown,
    )
    return int(row.seq)


def _texts(value: object) -> Iterator[str]:
    """Every text inside a JSON value; numbers are amounts and ids and are not looked at."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
