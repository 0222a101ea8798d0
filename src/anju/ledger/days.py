"""The business date: what the books call today."""

import time
from datetime import date, timedelta

from django.db import Error, transaction

from anju.ledger.calls import TRY_AGAIN, row, rows
from anju.ledger.refusals import LedgerRefusal, sqlstate

_AHEAD = timedelta(days=13 * 31)
# 200 ms each: the halls stop for no longer, and the flip gets through between their postings.
_FLIP_ATTEMPTS = 100
_TURN_AT_ONCE = 20_000


def first_day() -> date:
    """The day on which the books begin. Raises LookupError before any was opened."""
    found: date | None = row("SELECT min(day) FROM ledger_business_day")[0]
    if found is None:
        raise LookupError("the books were never opened")
    return found


def business_date() -> date:
    """The open business day, for reading; postings read it again under the gate.

    Raises LedgerRefusal (day_sealed) when no day is open.
    """
    found = rows("SELECT day FROM ledger_business_day WHERE state = 'open' AND segment = 'day'")
    if not found:
        raise LedgerRefusal("ledger.day_sealed", "no business day is open")
    day: date = found[0][0]
    return day


def enter_day() -> date:
    """Take the day gate for this transaction (lock 0) and return the day.

    The business date cannot flip until the transaction ends. Raises LedgerRefusal (day_sealed).
    """
    day: date = row("SELECT ledger_enter_day()")[0]
    return day


def open_day(day: date) -> date:
    """Open the books on a centre's first day; later days come by `flip_day`.

    Repeating it for the open day is harmless. Raises LedgerRefusal (day_sealed).
    """
    ensure_partitions(day, day + _AHEAD)
    opened: date = row("SELECT ledger_open_day(%s)", [day])[0]
    return opened


def flip_day(to: date) -> date:
    """Close the open day to posting and open `to`, while the halls stay open.

    Across 1 July every account's interest year then turns, in slices; an account that a hall
    touches first turns by itself. Repeating a flip is harmless.

    Raises:
        LedgerRefusal: day_sealed when `to` is not later, year_unsettled when the interest year
            before last year's is still not released.
        django.db.OperationalError: when halls kept the gate for over 20 seconds.
    """
    ensure_partitions(to, to + _AHEAD)
    _flip(to)
    turned: int | None = 0
    while turned is not None:
        with transaction.atomic():
            turned = row("SELECT ledger_turn_year(%s, %s)", [turned, _TURN_AT_ONCE])[0]
    return to


def _flip(to: date) -> None:
    for attempt in range(1, _FLIP_ATTEMPTS + 1):
        try:
            with transaction.atomic():
                row("SELECT ledger_flip_day(%s)", [to])
                return
        except Error as error:
            if sqlstate(error) not in TRY_AGAIN or attempt == _FLIP_ATTEMPTS:
                raise
            time.sleep(0.02)


def ensure_partitions(since: date, to: date) -> int:
    """Make the lines' monthly tables from `since` to `to` where they are missing; says how many."""
    made: int = row("SELECT ledger_ensure_partitions(%s, %s)", [since, to])[0]
    return made
