"""Calling the ledger's SQL functions, and doing a whole action again when PostgreSQL asks."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import Error, connection, transaction

from anju.ledger.refusals import refusals_named, sqlstate

T = TypeVar("T")

# A deadlock or a lock waited for too long: another try of the same action may pass.
TRY_AGAIN = frozenset({"40P01", "55P03"})
ATTEMPTS = 3


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows. Raises LedgerRefusal."""
    with refusals_named(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def row(sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
    """Run one statement that answers exactly one row. Raises LedgerRefusal."""
    found = rows(sql, params)
    assert len(found) == 1, f"{len(found)} rows from {sql}"
    return found[0]


def one_at_a_time(word: str) -> None:
    """Wait until no other transaction of this centre works on this word, and hold it to the end."""
    row("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || %s, 0))", [word])


def payload_hash(*parts: Any) -> bytes:
    """The hash by which a repeated request is known: same parts, same 32 bytes."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).digest()


def retrying(action: Callable[[], T]) -> T:
    """Run `action` in one transaction, at most three times when PostgreSQL could not lock.

    The action must be the whole of it: read again what it read, and post with the same key. Inside
    a transaction it just runs, because only the outermost owner can start again.
    """
    if connection.in_atomic_block:
        return action()
    for attempt in range(1, ATTEMPTS):
        try:
            with transaction.atomic():
                return action()
        except Error as error:
            if sqlstate(error) not in TRY_AGAIN:
                raise
            time.sleep(0.02 * attempt)
    with transaction.atomic():
        return action()
