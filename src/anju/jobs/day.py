"""The turn of the day: halls stay open, the date moves under the gate."""

from datetime import date, datetime

import structlog

from anju import ledger
from anju.ledger import LedgerRefusal

_log = structlog.get_logger("anju.day")
PARTITIONS_AHEAD_MONTHS = 13


def turn(at: datetime) -> date | None:
    """Move the business date to today's date if it lags; returns it, None before the first day."""
    try:
        on = ledger.business_date()
    except LedgerRefusal as refusal:
        if refusal.code == "ledger.day_sealed":
            return None
        raise
    if at.date() > on:
        prepare_partitions(at)
        ledger.flip_day(at.date())
        on = ledger.business_date()
    return on


def count_open(at: datetime) -> int:
    """Count what is new on the days without a root; returns how many vouchers that was.

    Each count also goes to the log, which the owner of the database cannot reach.
    """
    counts = ledger.count_open(at)
    for each in counts:
        _log.info(
            "day.counted", day=each.day.isoformat(), segment=each.segment, no=each.no,
            vouchers=each.vouchers, debit_fen=int(each.debit), digest=bytes(each.digest).hex(),
        )  # fmt: skip
    return sum(each.vouchers for each in counts)


def prepare_partitions(at: datetime) -> None:
    """Make the months ahead ready, so that no posting ever waits for one."""
    today = at.date()
    months = today.year * 12 + today.month - 1 + PARTITIONS_AHEAD_MONTHS
    ledger.ensure_partitions(today.replace(day=1), date(months // 12, months % 12 + 1, 1))
