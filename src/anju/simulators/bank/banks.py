"""The five banks behind the settlement system, and when each of them and the clearing rest."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

CLEARING_OPENS: Final = time(8, 30)
CLEARING_CLOSES: Final = time(17, 15)
WHEN_OPEN: Final = "3"


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank: from `cut_off` on its books are of the next day; around midnight it rests."""

    name: str
    cut_off: time
    rests_from: time
    rests_until: time


BANKS: Final = {
    "102": Bank("中国工商银行", time(23, 0), time(23, 50), time(0, 20)),
    "103": Bank("中国农业银行", time(23, 30), time(23, 40), time(0, 10)),
    "104": Bank("中国银行", time(23, 0), time(23, 55), time(0, 30)),
    "105": Bank("中国建设银行", time(22, 30), time(23, 45), time(0, 15)),
    "301": Bank("交通银行", time(23, 45), time(23, 59), time(0, 5)),
}
_OTHER: Final = Bank("其他银行", time(23, 30), time(23, 50), time(0, 10))


def bank(code: str) -> Bank:
    """The bank whose number begins with the three digits of `code`; one like the rest if none."""
    return BANKS.get(code[:3], _OTHER)


def wait_seconds(settle_type: str, bank_code: str, *, at: datetime, usual: float) -> float:
    """How long after `at` the money moves, when it usually takes `usual` seconds.

    Payments of type 3 wait for the clearing between banks, which is open on weekdays; the others
    only for the end of the bank's own rest.
    """
    if settle_type == WHEN_OPEN:
        ready = _clearing(at)
    else:
        ready = _awake(bank(bank_code), at)
    return usual + (ready - at).total_seconds()


def day_is_over(bank_code: str, *, at: datetime) -> bool:
    """Whether the bank takes no single collection any more: from its cut-off until it is awake."""
    of = bank(bank_code)
    return at.time() >= of.cut_off or at.time() < of.rests_until


def morning_seconds(bank_code: str, *, at: datetime) -> float:
    """How long what comes in after the cut-off waits for the bank's morning; 0 by day."""
    of = bank(bank_code)
    if not day_is_over(bank_code, at=at):
        return 0.0
    day = at.date() + timedelta(days=int(at.time() >= of.cut_off))
    return (datetime.combine(day, of.rests_until, at.tzinfo) - at).total_seconds()


def booked_on(bank_code: str, *, at: datetime) -> date:
    """The day in whose books the bank has a movement at `at`: the next one after its cut-off."""
    day = at.date()
    return day + timedelta(days=1) if at.time() >= bank(bank_code).cut_off else day


def _clearing(at: datetime) -> datetime:
    day, now = at.date(), at.time()
    if day.weekday() < 5 and CLEARING_OPENS <= now < CLEARING_CLOSES:
        return at
    if now >= CLEARING_OPENS:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, CLEARING_OPENS, at.tzinfo)


def _awake(bank: Bank, at: datetime) -> datetime:
    now = at.time()
    if now >= bank.rests_from:
        tomorrow = at.date() + timedelta(days=1)
        return datetime.combine(tomorrow, bank.rests_until, at.tzinfo)
    if now < bank.rests_until:
        return datetime.combine(at.date(), bank.rests_until, at.tzinfo)
    return at
