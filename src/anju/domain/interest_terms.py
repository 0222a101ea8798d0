"""Which rates an interest year earns: carried and current money, dated, and how they are applied.

Until 2016-02-21 money carried over from earlier years (上年结转) earned the three-month rate and
money of the current year (当年归集) the demand rate; since then both earn one rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from anju.domain.dated import Dated
from anju.domain.money import round_half_away

SEGMENTED = "segmented"
"""Each day at its own rates; otherwise those of the day of settlement for the whole interval."""
WHOLE, PARTS = "whole", "parts"
"""One rounding on the sum over all parts; or each part rounded by itself."""


class Rates(NamedTuple):
    """Yearly rates of one day."""

    carried: Fraction
    current: Fraction


class Stretch(NamedTuple):
    """Days that earn at the same rates: from `since` until the day before `until`."""

    since: date
    until: date
    rates: Rates


class Part(NamedTuple):
    """A day-product (fen × days) and the yearly rate it earns."""

    n: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Terms:
    """What policy says about interest, by day."""

    carried: Dated[Fraction]
    current: Dated[Fraction]
    day_base: Dated[int]
    application: Dated[str]
    rounding: Dated[str]

    @property
    def first_day(self) -> date:
        """The first day for which everything is known."""
        known = (self.carried, self.current, self.day_base, self.application, self.rounding)
        return max(dated.values[0].day for dated in known)

    def rates(self, day: date) -> Rates:
        """The rates in force on a day. Raises NotInForce."""
        return Rates(self.carried.on(day).value, self.current.on(day).value)

    def stretches(self, since: date, until: date, *, settled_on: date) -> tuple[Stretch, ...]:
        """[since, until) cut where its rates change, for a settlement on a day.

        One stretch at the rates of `settled_on`, unless the policy of that day segments. Raises
        NotInForce.
        """
        if self.application.on(settled_on).value != SEGMENTED:
            return (Stretch(since, until, self.rates(settled_on)),)
        changes = {item.day for dated in (self.carried, self.current) for item in dated.values}
        cuts = [since, *sorted(day for day in changes if since < day < until)]
        found: list[Stretch] = []
        for day, end in zip(cuts, [*cuts[1:], until], strict=True):
            rates = self.rates(day)
            if found and found[-1].rates == rates:
                found[-1] = found[-1]._replace(until=end)
            else:
                found.append(Stretch(day, end, rates))
        return tuple(found)


def interest_of(parts: Iterable[Part], *, day_base: int, rounding: str = WHOLE) -> int:
    """The fen that day-products earn together; rounded half away from zero.

    Once, on the sum, or with `PARTS` each by itself. No rate is ever rounded.
    """
    if rounding == PARTS:
        return sum(interest_of([part], day_base=day_base) for part in parts)
    earned = sum((part.n * part.rate for part in parts), Fraction(0))
    return round_half_away(earned.numerator, earned.denominator * day_base)
