"""Working days and opening hours of a center, and months added as contracts count them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# Fixed, not looked up: China has kept one offset since 1991, and a bare machine may have no
# time-zone tables.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def add_months(day: date, n: int) -> date:
    """The same day n months on (back when n < 0); a day the month lacks becomes its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_of(first: date, last: date) -> list[date]:
    """The firsts of the months from one through another; none where the last comes first."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first, n) for n in range(max(0, count))]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday, but for public holidays and the weekend days worked in their stead (调休).

    Raises ValueError when a day is listed as both.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        both = self.holidays & self.workdays
        if both:
            raise ValueError(f"{min(both)} is listed both as a holiday and as a working day")

    def is_working_day(self, day: date) -> bool:
        """Whether the center works on the day."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """The first working day after the day; never the day itself."""
        day += _ONE_DAY
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after the day, which itself is not counted; the day when n is 0.

        A decision due "within three working days" is due on `add_working_days(received, 3)`.
        Raises ValueError when n is negative.
        """
        if n < 0:
            raise ValueError("working days are counted forward only")
        for _ in range(n):
            day = self.next_working_day(day)
        return day


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When a service takes applications: from `opens` until just before `closes`, Beijing time.

    `closes` of 00:00 is midnight at the end of the day. Raises ValueError when it would never
    open.
    """

    opens: time
    closes: time
    working_days_only: bool

    def __post_init__(self) -> None:
        if self.closes != time.min and self.closes <= self.opens:
            raise ValueError(f"hours close at {self.closes}, not after they open at {self.opens}")

    def is_open(self, at: datetime, calendar: WorkCalendar) -> bool:
        """Whether the service is open at the instant (aware; ValueError if naive)."""
        local = _in_shanghai(at)
        clock = local.time()
        closed_for_the_night = self.closes != time.min and clock >= self.closes
        return self._opens_on(local.date(), calendar) and (
            self.opens <= clock and not closed_for_the_night
        )

    def next_opening(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """The first instant, not before `at`, when the service is open; `at` if it is open now."""
        local = _in_shanghai(at)
        if self.is_open(local, calendar):
            return local
        day = local.date()
        if local.time() >= self.opens:
            day += _ONE_DAY
        while not self._opens_on(day, calendar):
            day += _ONE_DAY
        return datetime.combine(day, self.opens, SHANGHAI)

    def _opens_on(self, day: date, calendar: WorkCalendar) -> bool:
        return not self.working_days_only or calendar.is_working_day(day)


def _in_shanghai(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(SHANGHAI)
