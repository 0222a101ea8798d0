"""The turn of the day: by the clock, once, and not before the books are open."""

from datetime import date, timedelta

import pytest
import structlog

from anju import ledger
from anju.jobs import day


@pytest.mark.django_db
def test_nothing_turns_before_the_books_are_open(clock):
    assert day.turn(clock.now()) is None


@pytest.mark.django_db
def test_the_date_follows_the_clock_and_not_the_other_way(clock):
    ledger.open_day(date(2026, 11, 20))
    assert day.turn(clock.now()) == date(2026, 11, 20)
    late = clock.now() + timedelta(days=3, hours=-10)
    assert day.turn(late) == date(2026, 11, 23)
    assert day.turn(late) == date(2026, 11, 23)
    assert day.turn(clock.now()) == date(2026, 11, 23), "the books never go back"


@pytest.mark.django_db
def test_months_are_ready_a_year_ahead(clock):
    ledger.open_day(date(2026, 11, 20))
    day.prepare_partitions(clock.now())
    ahead = date(2026, 11, 1) + timedelta(days=390)
    assert ledger.ensure_partitions(date(2026, 11, 1), ahead) == 0


def test_what_was_booked_is_counted_into_the_log(committing_db, clock):
    ledger.open_day(date(2026, 11, 20))
    with structlog.testing.capture_logs() as logs:
        assert day.count_open(clock.now()) == 0
    [told] = [each for each in logs if each["event"] == "day.counted"]
    assert (told["day"], told["no"], told["vouchers"]) == ("2026-11-20", 1, 0)
    assert len(told["digest"]) == 64
