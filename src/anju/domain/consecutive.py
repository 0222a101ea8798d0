"""连续缴存月数: for how many months without a gap somebody has been paid for until now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anju.domain.calendar import add_months, months_of


@dataclass(frozen=True, slots=True)
class Run:
    """Months paid without a gap, from the first of `first` through that of `last`."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """How many months that are."""
        return len(months_of(self.first, self.last))


def run(months: Iterable[date], *, on: date) -> Run | None:
    """The months without a gap that end with the month of a day, or with the one before it.

    The month is still being paid while it runs, so it may be missing; what was paid ahead does not
    count yet. None where neither of the two was paid.

    Args:
        months: the firsts of the months that were paid, in any order.
        on: the day for which it is asked.
    """
    present = on.replace(day=1)
    paid = {month for month in months if month <= present}
    last = max(paid, default=None)
    if last is None or last < add_months(present, -1):
        return None
    first = last
    while add_months(first, -1) in paid:
        first = add_months(first, -1)
    return Run(first, last)
