"""When jobs run by themselves: read as procrastinate reads it, not as it looks."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from croniter import croniter

from anju.domain.calendar import SHANGHAI
from anju.jobs.tasks import app

NIGHT = datetime(2026, 11, 20, 0, 0, tzinfo=SHANGHAI)
A_DAY = {
    "sweepers.money": 6 * 60 * 24,
    "day.turn": 6 * 60 * 24,
    "day.end": 6 * 60 * 24,
    "sweepers.housekeeping": 4 * 24,
    "day.partitions": 1,
    "interest.go_on": 60 * 24,
    "interest.day": 1,
}


def runs_of(name):
    """The instants of one day at which a task is deferred."""
    (task,) = (
        each for each in app.periodic_registry.periodic_tasks.values() if each.task.name == name
    )
    times = croniter(task.cron, NIGHT - timedelta(seconds=1))
    runs = []
    while (at := times.get_next(datetime)) < NIGHT + timedelta(days=1):
        runs.append(at)
    return runs


@pytest.mark.parametrize(("name", "times"), A_DAY.items())
def test_a_task_runs_so_often_a_day(name, times):
    runs = runs_of(name)
    assert len(runs) == times
    assert len({later - earlier for earlier, later in pairwise(runs)}) <= 1, "evenly over the day"


def test_lost_money_is_looked_for_within_ten_seconds():
    runs = runs_of("sweepers.money")
    assert runs[1] - runs[0] == timedelta(seconds=10)
