"""Work that has an end: how many times a floor it costs, round by round."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

Work = Callable[[], object]


@dataclass
class Cost:
    """A workload's seconds over its floor's; where there is no floor, the seconds alone.

    `per_second` is how many of `unit` a second, by the median round.
    """

    name: str
    baseline: str
    unit: str
    count: int
    seconds: list[float]
    floor: list[float] = field(default_factory=list)
    goal: float | None = None
    note: str = ""

    @property
    def rounds(self) -> list[float]:
        """Each round's ratio."""
        return [a / b for a, b in zip(self.seconds, self.floor, strict=True)] if self.floor else []

    @property
    def ratio(self) -> float | None:
        """The median of the rounds."""
        return median(self.rounds) if self.rounds else None

    @property
    def per_second(self) -> float:
        """How many units a second."""
        return self.count / median(self.seconds)

    @property
    def met(self) -> bool | None:
        """Whether the goal, an upper bound, is met; None where there is none."""
        return None if self.goal is None or self.ratio is None else self.ratio <= self.goal

    def as_json(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            **asdict(self),
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "rounds": [round(each, 4) for each in self.rounds],
            "per_second": round(self.per_second, 1),
            "met": self.met,
        }


def in_turns(sides: Mapping[str, Iterator[None]]) -> dict[str, float]:
    """How long each side takes, a slice of each in turns: other load falls on all alike."""
    taken, left = dict.fromkeys(sides, 0.0), dict(sides)
    while left:
        for name in list(left):
            began = time.perf_counter()
            try:
                next(left[name])
            except StopIteration:
                del left[name]
            taken[name] += time.perf_counter() - began
    return taken


def seconds_of(work: Work) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
