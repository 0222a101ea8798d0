"""What policy says about contributions, month by month: limits, ratios, rounding, terms of time.

A month is its first day. Every value is looked up on that day, so a change in the middle of a
month begins with the month after.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from anju.domain.calendar import add_months
from anju.domain.dated import Dated
from anju.domain.money import round_half_away, yuan

HALF_UP, CEILING, FLOOR = "half_up", "ceiling", "floor"

_UNITS = {"yuan": (100, "元"), "jiao": (10, "角"), "fen": (1, "分")}
_MODES = {HALF_UP: "四舍五入到", CEILING: "向上进到", FLOOR: "向下舍到"}


@dataclass(frozen=True, slots=True)
class Rounding:
    """To which unit (yuan, jiao, fen) and which way (half_up, ceiling, floor) a part is rounded.

    Raises ValueError for another unit or mode.
    """

    unit: str
    mode: str

    def __post_init__(self) -> None:
        if self.unit not in _UNITS or self.mode not in _MODES:
            raise ValueError(f"no rounding is called {self.unit}, {self.mode}")

    @property
    def unit_fen(self) -> int:
        """How many fen the unit has."""
        return _UNITS[self.unit][0]

    @property
    def words(self) -> str:
        """As people say it: 四舍五入到元."""
        return _MODES[self.mode] + _UNITS[self.unit][1]

    def fen(self, exact_fen: Fraction) -> int:
        """An exact amount in fen, rounded once; up and down are away from and towards nought."""
        numerator, denominator = exact_fen.numerator, exact_fen.denominator * self.unit_fen
        if self.mode == HALF_UP:
            units = round_half_away(numerator, denominator)
        else:
            units = abs(numerator) // denominator
            if self.mode == CEILING and units * denominator != abs(numerator):
                units += 1
            units = -units if numerator < 0 else units
        return units * self.unit_fen


class Limits(NamedTuple):
    """Between what a month's base lies, in fen, and how each end came about (Chinese)."""

    floor_fen: int
    cap_fen: int
    floor_words: str
    cap_words: str
    floor_basis: str
    cap_basis: str


class Interval(NamedTuple):
    """The lowest and the highest ratio that are lawful."""

    least: Fraction
    most: Fraction

    def holds(self, ratio: Fraction) -> bool:
        """Whether the ratio lies inside; the ends do."""
        return self.least <= ratio <= self.most


@dataclass(frozen=True, slots=True)
class ContributionTerms:
    """What policy says about contributions, by day.

    Attributes:
        floor: the local minimum wage, fen a month.
        average_wage: last year's social average wage, fen a month.
        cap_multiple: how many average wages the cap is.
        cap_published: the cap as an amount in fen where one is published, else 0.
        year_month: with which month (1 to 12) a contribution year begins.
        due_days: within how many days after payday the month is to be paid.
        months_ahead: how many months beyond the present one may be paid.
        deferral_months: how long one approval of a deferral may be.
    """

    floor: Dated[int]
    average_wage: Dated[int]
    cap_multiple: Dated[int]
    cap_published: Dated[int]
    member_ratio_min: Dated[Fraction]
    member_ratio_max: Dated[Fraction]
    employer_ratio_min: Dated[Fraction]
    employer_ratio_max: Dated[Fraction]
    rounding_unit: Dated[str]
    rounding_mode: Dated[str]
    year_month: Dated[int]
    due_days: Dated[int]
    months_ahead: Dated[int]
    deferral_months: Dated[int]

    def _all(self) -> Iterator[Dated[Any]]:
        return (getattr(self, each.name) for each in fields(self))

    @property
    def first_month(self) -> date:
        """The first month for which everything is known."""
        first = max(dated.values[0].day for dated in self._all())
        return first if first.day == 1 else add_months(first.replace(day=1), 1)

    @property
    def changes(self) -> tuple[date, ...]:
        """The days from the first known month on with which something changes, in order."""
        days = {item.day for dated in self._all() for item in dated.values}
        first = self.first_month
        return (first, *sorted(day for day in days if day > first))

    def limits(self, month: date) -> Limits:
        """Between what a base of this month lies. Raises NotInForce."""
        floor, cap = self.floor.on(month), self.cap_published.on(month)
        cap_fen, cap_words = cap.value, f"公布的上限 {yuan(cap.value)} 元"
        if not cap_fen:
            cap, times = self.average_wage.on(month), self.cap_multiple.on(month).value
            cap_fen, cap_words = cap.value * times, f"月平均工资 {yuan(cap.value)} 元 × {times}"
        floor_words = f"最低工资 {yuan(floor.value)} 元" if floor.value else "没有下限"
        return Limits(floor.value, cap_fen, floor_words, cap_words, floor.basis, cap.basis)

    def member_ratios(self, month: date) -> Interval:
        """The member's lawful ratios. Raises NotInForce."""
        return Interval(
            self.member_ratio_min.on(month).value, self.member_ratio_max.on(month).value
        )

    def employer_ratios(self, month: date) -> Interval:
        """The employer's lawful ratios. Raises NotInForce."""
        return Interval(
            self.employer_ratio_min.on(month).value, self.employer_ratio_max.on(month).value
        )

    def rounding(self, month: date) -> Rounding:
        """How each part of this month is rounded. Raises NotInForce."""
        return Rounding(self.rounding_unit.on(month).value, self.rounding_mode.on(month).value)

    def year_begins(self, month: date) -> date:
        """The first month of the contribution year (缴存年度) in which a month lies."""
        first = month.replace(month=self.year_month.on(month).value)
        return first if first <= month else add_months(first, -12)

    def due_on(self, month: date, *, payday: int) -> date:
        """The last day on which the month is paid in time; payday is a day of the month, 1 to 31.

        A payday the month lacks is its last day.
        """
        last = add_months(month, 1) - timedelta(days=1)
        paid = month.replace(day=min(payday, last.day))
        return paid + timedelta(days=self.due_days.on(month).value)

    def last_overdue(self, on: date, *, payday: int) -> date:
        """The last month whose term had passed before a day. Raises NotInForce."""
        month = on.replace(day=1)
        while self.due_on(month, payday=payday) >= on:
            month = add_months(month, -1)
        return month

    def last_payable(self, on: date) -> date:
        """The last month that may be paid on a day."""
        return add_months(on.replace(day=1), self.months_ahead.on(on).value)

    def deferral_end(self, first: date) -> date:
        """The last month that one approval can defer when it begins with `first`."""
        return add_months(first, self.deferral_months.on(first).value - 1)
