"""Showing a personal value in full: with a reason, counted, and written down as it happens."""

from datetime import datetime

from django.db import models, transaction

from anju.store import audit
from anju.store.fields import unseal


class ReasonMissing(ValueError):
    """Nobody sees a full number without saying why."""


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
    is written; an outer transaction that rolls back must not have shown it. Raises ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing("a reveal needs a reason")
    with transaction.atomic():
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
