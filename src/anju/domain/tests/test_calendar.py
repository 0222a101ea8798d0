"""Months clip, working days follow the published calendar, halls open by Beijing time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.calendar import SHANGHAI, ServiceHours, WorkCalendar, add_months, months_of

# The National Day of a made-up year: 1 to 7 October off, Saturday 10 worked instead.
CALENDAR = WorkCalendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 10, 10)}),
)
OFFICE = ServiceHours(time(9), time(17), working_days_only=True)
EVERY_DAY = ServiceHours(time(8), time.min, working_days_only=False)


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]  # year to minute


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_months_clip_to_the_last_day(day: date, n: int, then: date) -> None:
    assert add_months(day, n) == then


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(-1000, 1000))
def test_months_never_skip_a_month(day: date, n: int) -> None:
    then = add_months(day, n)
    assert (then.year - day.year) * 12 + then.month - day.month == n
    assert then.day == day.day or (then.day < day.day and (then + timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 10, 17), False),
    ],
)
def test_holidays_rest_and_make_up_days_work(day: date, works: bool) -> None:
    assert CALENDAR.is_working_day(day) is works


def test_a_day_cannot_be_both() -> None:
    with pytest.raises(ValueError, match="2026-10-01"):
        WorkCalendar(frozenset({date(2026, 10, 1)}), frozenset({date(2026, 10, 1)}))


def test_working_days_are_counted_after_the_day() -> None:
    assert CALENDAR.next_working_day(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CALENDAR.add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert CALENDAR.add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_working_days(date(2026, 9, 30), -1)


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 40))
def test_exactly_n_working_days_lie_between(day: date, n: int) -> None:
    then = CALENDAR.add_working_days(day, n)
    after = (day + timedelta(offset) for offset in range(1, (then - day).days + 1))
    assert sum(map(CALENDAR.is_working_day, after)) == n


@pytest.mark.parametrize(
    ("hours", "at", "opens"),
    [
        (OFFICE, beijing(2026, 11, 20, 10), beijing(2026, 11, 20, 10)),
        (OFFICE, beijing(2026, 11, 20, 9), beijing(2026, 11, 20, 9)),
        (OFFICE, beijing(2026, 11, 20, 8, 59), beijing(2026, 11, 20, 9)),
        (OFFICE, beijing(2026, 11, 20, 17), beijing(2026, 11, 23, 9)),
        (OFFICE, beijing(2026, 11, 21, 8), beijing(2026, 11, 23, 9)),
        (OFFICE, beijing(2026, 9, 30, 18), beijing(2026, 10, 8, 9)),
        (OFFICE, beijing(2026, 10, 9, 18), beijing(2026, 10, 10, 9)),
        (EVERY_DAY, beijing(2026, 10, 1, 23, 59), beijing(2026, 10, 1, 23, 59)),
        (EVERY_DAY, beijing(2026, 10, 2, 0), beijing(2026, 10, 2, 8)),
        # An instant is an instant: 01:30 UTC is 09:30 in Beijing.
        (
            OFFICE,
            datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
            beijing(2026, 11, 20, 9, 30),
        ),
    ],
)
def test_the_next_opening(hours: ServiceHours, at: datetime, opens: datetime) -> None:
    assert hours.next_opening(at, CALENDAR) == opens
    assert hours.is_open(at, CALENDAR) is (at == opens)
    assert hours.next_opening(at, CALENDAR).utcoffset() == timedelta(hours=8)


@given(st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 1)))
def test_halls_are_open_at_their_next_opening_and_at_no_instant_before(at: datetime) -> None:
    at = at.replace(tzinfo=SHANGHAI)
    opening = OFFICE.next_opening(at, CALENDAR)
    assert OFFICE.is_open(opening, CALENDAR)
    assert opening == at or not OFFICE.is_open(opening - timedelta(microseconds=1), CALENDAR)


def test_naive_instants_and_impossible_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.is_open(datetime(2026, 11, 20, 10), CALENDAR)
    with pytest.raises(ValueError, match="not after"):
        ServiceHours(time(17), time(9), working_days_only=False)


def test_the_months_from_one_through_another() -> None:
    november, january = date(2026, 11, 1), date(2027, 1, 1)
    assert months_of(november, january) == [november, date(2026, 12, 1), january]
    assert months_of(november, november) == [november]
    assert months_of(january, november) == []
