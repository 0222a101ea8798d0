"""Taking turns: baseline and workload one after the other, many times, and the median of ratios."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Run:
    """One side of one round: how many a second, and latencies in milliseconds where known."""

    per_second: float
    p50_ms: float | None = None
    p99_ms: float | None = None


@dataclass
class Ratio:
    """A workload against its baseline; `rounds` holds each round's ratio."""

    name: str
    baseline: str
    goal: float | None
    rounds: list[float] = field(default_factory=list)
    workload_per_second: float = 0.0
    baseline_per_second: float = 0.0
    p50_ms: float | None = None
    p99_ms: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else self.ratio >= self.goal

    def as_json(self) -> dict[str, Any]:
        """What is kept of it."""
        low, high = min(self.rounds), max(self.rounds)
        return {
            **asdict(self),
            "ratio": round(self.ratio, 4),
            "rounds": [round(each, 4) for each in self.rounds],
            "spread": [round(low, 4), round(high, 4)],
            "met": self.met,
        }


Side = Callable[[], Run]


def take_turns(sides: Mapping[str, Side], rounds: int) -> dict[str, list[Run]]:
    """Run all sides `rounds` times, every other round in reverse, so that load which comes and
    goes falls on all of them alike.
    """
    found: dict[str, list[Run]] = {name: [] for name in sides}
    for number in range(rounds):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        for name in order:
            found[name].append(sides[name]())
    return found


def compare(
    name: str,
    work: list[Run],
    *,
    against: list[Run],
    baseline: str,
    goal: float | None = None,
    note: str = "",
) -> Ratio:
    """Round by round, `work` divided by `against`."""
    latest = [run.p50_ms for run in work if run.p50_ms is not None]
    tails = [run.p99_ms for run in work if run.p99_ms is not None]
    return Ratio(
        name=name,
        baseline=baseline,
        goal=goal,
        rounds=[a.per_second / b.per_second for a, b in zip(work, against, strict=True)],
        workload_per_second=round(median(run.per_second for run in work), 1),
        baseline_per_second=round(median(run.per_second for run in against), 1),
        p50_ms=round(median(latest), 3) if latest else None,
        p99_ms=round(median(tails), 3) if tails else None,
        note=note,
    )


def in_sequence(first: list[Run], second: list[Run]) -> list[Run]:
    """Two kinds of transaction done as often as each other: transactions a second of both."""
    return [
        Run(2 / (1 / a.per_second + 1 / b.per_second)) for a, b in zip(first, second, strict=True)
    ]
