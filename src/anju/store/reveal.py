"""Showing a personal value in full: with a reason, counted, and written down as it happens."""

from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils.timezone import localdate

from anju import policy
from anju.store import audit, limits
from anju.store.fields import unseal

_HOUR_SECONDS: Final = 3600


class ReasonMissing(ValueError):
    """Nobody sees a full number without saying why."""


class TooManyReveals(Exception):
    """This member of staff has seen as many full numbers as an hour allows; `until` ends it."""

    def __init__(self, until: datetime) -> None:
        super().__init__("reveals of this hour are used up")
        self.until = until


def reveal(
    instance: models.Model,
    column: str,
    *,
    reason: str,
    actor: audit.Actor,
    subject: audit.Subject,
    case_ref: str = "",
    at: datetime,
) -> str:
    """The plain text of a sealed column, and the audit row of having shown it, together.

    The caller has checked that `actor` may see it. The plain text is only given out when the row
    is written; an outer transaction that rolls back must not have shown it. Staff are held to
    `reveals_per_hour`. Raises ReasonMissing, TooManyReveals.
    """
    if not reason.strip():
        raise ReasonMissing("a reveal needs a reason")
    with transaction.atomic():
        if actor.kind == "staff":
            _count(actor, at)
        plain = unseal(instance, column).expose()
        audit.write(
            "store.revealed",
            at=at,
            actor=actor,
            subject=subject,
            case_ref=case_ref,
            reason=reason.strip(),
            details={"table": instance._meta.db_table, "column": column},
        )
    return plain


def _count(actor: audit.Actor, at: datetime) -> None:
    taken = limits.take(
        "reveal",
        subject=limits.subject(actor.kind, actor.id),
        limit=policy.current().params.reveals_per_hour.on(localdate(at)).value,
        window_seconds=_HOUR_SECONDS,
        at=at,
    )
    if isinstance(taken, limits.Refused):
        raise TooManyReveals(taken.until)
