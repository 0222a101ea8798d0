"""Virtual time: a heap of things to do, in the order of their instants and of their making."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, timedelta

from anju.domain.calendar import SHANGHAI

START = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


class Clock:
    """Seconds since the start; events due at the same second keep the order they were made in."""

    def __init__(self) -> None:
        self.seconds = 0
        self.skew = 0
        self._made = 0
        self._due: list[tuple[int, int, Callable[[], None]]] = []

    def after(self, seconds: int, act: Callable[[], None]) -> None:
        """Do something later."""
        self._made += 1
        heapq.heappush(self._due, (self.seconds + max(0, seconds), self._made, act))

    def step(self) -> bool:
        """Do the next thing; False when there is nothing left to do."""
        if not self._due:
            return False
        self.seconds, _, act = heapq.heappop(self._due)
        act()
        return True

    @property
    def now(self) -> datetime:
        """The instant that the centre's clock shows."""
        return START + timedelta(seconds=self.seconds + self.skew)

    @property
    def today(self) -> date:
        """The date that the centre's clock shows."""
        return self.now.date()
