"""One employer's list of many people: taken on from a file, confirmed, given out, taken back.

The posting is held against the floor of `bench.town`: the same accounts updated, the same lines
inserted, sorted, in slices, without a guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.costs import Cost, in_turns
from bench.rosters import MEMORY_GOAL_MB, roster
from bench.sizes import Size
from bench.stage import Stage
from bench.town import Town, floored, founded, next_month, taken_down

GOAL = 1.8
# The posting, months, and a message to each, in one transaction while somebody waits for it.
BACK_GOAL = 25.0
FLOOR = "update + keyed insert, locked in order"
_MONTH = "2026-11"


def months(stage: Stage, size: Size) -> Iterator[Cost]:
    """The file's people enrolled, then a month of theirs each round, and the last one reversed."""
    count = min(size.members, 100_000)
    town = founded(stage, "lists", count)
    try:
        path = stage.layout.state / "list.xlsx"
        path.write_bytes(roster(count, month=_MONTH))
        taken = stage.client("bench.enrolling_client", str(path), database=town.database)
        assert taken["count"] == count, taken
        town.first = taken["first"]
        floored(town)
        yield Cost("roster written", "", "members", count, [taken["wrote"]],
                   note="people, accounts, enrolments, messages")  # fmt: skip
        yield from _remitted(town, size, taken)
    finally:
        taken_down(town)


def _remitted(town: Town, size: Size, taken: dict[str, Any]) -> Iterator[Cost]:
    floor, found = [], []
    for number in range(size.nights):
        if number % 2:
            floor.append(in_turns({"floor": town.floor()})["floor"])
        what = "reversed" if number == size.nights - 1 else "given"
        found.append(
            town.stage.client(
                "bench.lists_client", str(taken["employer"]), what, database=town.database
            )
        )
        if not number % 2:
            floor.append(in_turns({"floor": town.floor()})["floor"])
        town.sweep()
        town.flip(next_month(town.day()))
    people = found[0]["people"]

    def seconds(name: str) -> list[float]:
        return [each[name] for each in found if name in each]

    yield Cost("a month's list confirmed", "", "members", people, seconds("confirm"))
    yield Cost(
        f"W1 one list of {people:,} people", FLOOR, "members", people, seconds("post"), floor,
        goal=GOAL, note="posted: one voucher of a batch",
    )  # fmt: skip
    yield Cost("  given out as a whole", FLOOR, "members", people, seconds("allocate"), floor,
               note="staged, posted, months stepped on, a message to each")  # fmt: skip
    yield Cost("  taken back", FLOOR, "members", people, seconds("reverse"),
               [median(floor)], goal=BACK_GOAL,
               note="in red letters at once, months stepped back, a message to each")  # fmt: skip
    peaks = [taken["mb"], *seconds("mb")]
    yield Cost("memory of the worker, MB", f"{MEMORY_GOAL_MB} MB", "MB", 1, [max(peaks)],
               [MEMORY_GOAL_MB], goal=1.0, note="the most of enrolling and each month")  # fmt: skip
