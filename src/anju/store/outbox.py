"""What must follow a commit, written in the transaction it follows from.

A job deferred here exists exactly when the caller's transaction committed: neither an early job
that finds nothing nor a commit whose follow-up was lost with the process.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

# A worker's app speaks to the database over connections of its own: what is deferred there would
# be seen before the caller's commit, and would stay without it.
_JOBS = JobManager(DjangoConnector())


class NotInTransaction(RuntimeError):
    """A job was deferred outside a transaction, where a crash could part it from its cause."""


def defer(
    task_name: str,
    *,
    lock: str | None = None,
    schedule_at: datetime | None = None,
    **kwargs: Any,
) -> int:
    """Defer the task of this name with JSON arguments; gives the job's id.

    Jobs with the same `lock` run one after another. Arguments are ids, never personal data: the
    jobs table is plain. Raises NotInTransaction outside `atomic()`.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"defer {task_name} inside the transaction it follows from")
    deferrer = app.configure_task(task_name, lock=lock, schedule_at=schedule_at)
    deferrer.job_manager = _JOBS
    return int(deferrer.defer(**kwargs))
