"""Three clocks: the machine's, a test's, and the demo's that processes share."""

from datetime import UTC, datetime, timedelta

from anju.config.clock import DEMO_START, SHANGHAI, FileClock, SettableClock, SystemClock


def test_the_demo_starts_on_a_working_morning_of_every_city():
    from anju import policy
    from anju.config.environment import CHECKOUT

    assert DEMO_START.isoformat() == "2026-11-20T10:00:00+08:00"
    for center in policy.centers_in(CHECKOUT / "centers"):
        city = policy.load(center, CHECKOUT / "centers")
        assert city.calendar.is_working_day(DEMO_START.date())
        assert city.hours.is_open(DEMO_START, city.calendar)


def test_the_machines_clock_speaks_shanghai():
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(hours=8)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_tests_clock_stands_still():
    clock = SettableClock()
    assert clock.now() == clock.now() == DEMO_START
    assert clock.advance(hours=2) == DEMO_START + timedelta(hours=2)
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now().isoformat() == "2027-01-01T08:00:00+08:00"


def test_the_demos_clock_is_shared_and_runs_on(tmp_path):
    mine, theirs = FileClock(tmp_path / "clock.json"), FileClock(tmp_path / "clock.json")
    mine.set(DEMO_START)
    assert timedelta(0) <= theirs.now() - DEMO_START < timedelta(seconds=2)
    assert theirs.now().tzinfo == SHANGHAI
    mine.set(DEMO_START + timedelta(days=3))
    assert theirs.now() >= DEMO_START + timedelta(days=3)
    before = theirs.now()
    assert theirs.now() >= before
