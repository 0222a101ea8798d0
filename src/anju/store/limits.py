"""Limits kept in PostgreSQL: they survive a restart and hold over all processes.

A window opens at the first take and closes at its end; a take within it is counted in one atomic
statement, so parallel guesses are counted one by one. Take first and act afterwards, in a
transaction that commits whatever the answer is: a refusal is a value, not an exception.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from anju.store import keyring


@dataclass(frozen=True)
class Allowed:
    """One use was counted; `left` more fit into the window."""

    left: int


@dataclass(frozen=True)
class Refused:
    """The limit is used up until `until`."""

    until: datetime


def subject(*parts: object) -> bytes:
    """The 32 bytes under which a limit counts somebody (an IP, a phone, a user).

    Keyed, so the table of counters tells nobody an address or a number.
    """
    message = "\0".join(str(part) for part in parts).encode()
    return keyring.current().at_work("limit").mac(message)


def take(
    bucket: str, *, subject: bytes, limit: int, window_seconds: int, at: datetime
) -> Allowed | Refused:
    """Count one use of `bucket` by `subject`; a new window lasts `window_seconds` from `at`."""
    until = at + timedelta(seconds=window_seconds)
    return take_until(bucket, subject=subject, limit=limit, until=until, at=at)


def take_until(
    bucket: str, *, subject: bytes, limit: int, until: datetime, at: datetime
) -> Allowed | Refused:
    """As `take`, for a window that ends at a given instant (the end of the day)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_limitcounter AS counter (bucket, subject, taken, until)"
            " VALUES (%(bucket)s, %(subject)s, 1, %(until)s)"
            " ON CONFLICT (bucket, subject) DO UPDATE SET"
            " taken = CASE WHEN counter.until <= %(at)s THEN 1"
            " ELSE least(counter.taken, %(limit)s) + 1 END,"
            " until = CASE WHEN counter.until <= %(at)s THEN %(until)s ELSE counter.until END"
            " RETURNING taken, until",
            {"bucket": bucket, "subject": subject, "limit": limit, "until": until, "at": at},
        )
        taken, ends = cursor.fetchone()
    return Allowed(limit - taken) if taken <= limit else Refused(ends)


def clear(bucket: str, *, subject: bytes) -> None:
    """Forget the uses of `bucket` by `subject` (the right password was given)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM store_limitcounter WHERE bucket = %s AND subject = %s", [bucket, subject]
        )


def sweep(at: datetime) -> int:
    """Remove counters whose window is over; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_limitcounter WHERE until <= %s", [at])
        return int(cursor.rowcount)
