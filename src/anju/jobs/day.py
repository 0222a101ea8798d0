"""The turn of the day: halls stay open, the date moves under the gate."""

from datetime import date, datetime

from anju import ledger
from anju.ledger import LedgerRefusal

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


def prepare_partitions(at: datetime) -> None:
    """Make the months ahead ready, so that no posting ever waits for one."""
    today = at.date()
    months = today.year * 12 + today.month - 1 + PARTITIONS_AHEAD_MONTHS
    ledger.ensure_partitions(today.replace(day=1), date(months // 12, months % 12 + 1, 1))
