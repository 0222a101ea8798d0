"""Values of law and policy, each in force from a day on and carrying its legal basis."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


class NotInForce(LookupError):
    """No value is in force on the day asked for: the day lies before the first one known."""

    def __init__(self, day: date, first: date) -> None:
        super().__init__(f"{day} 尚无有效值：最早的一项自 {first} 起生效。")
        self.day = day
        self.first = first


@dataclass(frozen=True, slots=True)
class DatedValue(Generic[T]):
    """A value, the document it rests on, and the first day it holds."""

    value: T
    basis: str
    day: date


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """One value through time. Each holds from its day until the day before the next one's.

    Given in any order, kept by day. Raises ValueError when empty or when two share a day.
    """

    values: tuple[DatedValue[T], ...]

    def __post_init__(self) -> None:
        in_order = tuple(sorted(self.values, key=lambda item: item.day))
        if not in_order:
            raise ValueError("a dated value needs at least one value")
        for earlier, later in pairwise(in_order):
            if earlier.day == later.day:
                raise ValueError(f"two values are dated {later.day}")
        object.__setattr__(self, "values", in_order)

    def on(self, day: date) -> DatedValue[T]:
        """The value in force on the day. Raises NotInForce before the first."""
        for item in reversed(self.values):
            if item.day <= day:
                return item
        raise NotInForce(day, self.values[0].day)
