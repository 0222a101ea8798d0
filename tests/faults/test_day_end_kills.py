"""The day end is killed after any statement and at any commit; the books come out the same."""

from __future__ import annotations

import pytest

from anju.ledger.verify import verify

from .day_ends import City, told
from .doom import in_a_process

MEMBERS = 200


@pytest.fixture
def centres(test_databases, django_db_blocker):
    """Two databases of one shape; each is a context in which Django is at it."""
    with django_db_blocker.unblock():
        names = [test_databases.clone(), test_databases.clone()]
        yield [lambda name=name: test_databases.django_at(name) for name in names]
        for name in names:
            test_databases.drop(name)


@pytest.mark.parametrize("every", [17, pytest.param(1, marks=pytest.mark.nightly)])
def test_killed_anywhere_the_books_are_byte_for_byte_the_same(centres, every, capsys):
    """At every seventeenth statement and commit in a normal run, at each of them in the night."""
    killed_at, never = centres
    kills = 0
    with killed_at():
        city = City(MEMBERS)
        city.found()
        first = city.post_a_day()
        ended = in_a_process(lambda doom, say: city.walk_watched(first, doom, say))
        [points] = [line[1:] for line in ended.said if line[0] == "passed"]
        assert sum("commit" in point for point in points) >= 20
        assert sum("statement" in point for point in points) >= 50
        points = points[::every]
        for point in points:
            day = city.post_a_day()
            died = in_a_process(
                lambda doom, say, day=day: city.walk_watched(day, doom, say), target=point
            )
            kills += died.killed
            city.walk(day)
        assert verify() == []
        after_kills = told()
    with never():
        city = City(MEMBERS)
        city.found()
        for _ in range(len(points) + 1):
            city.walk(city.post_a_day())
        assert told() == after_kills
    assert kills == len(points)
    with capsys.disabled():
        print(f"\n  day end: {kills} kills, books equal")  # noqa: T201
