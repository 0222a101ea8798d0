"""灵活就业: by which plan somebody without an employer pays, and which months come next."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from anju.domain.calendar import add_months

LAST_DEBIT_DAY = 28
"""The last day of a month that every month has."""
MONTHS_MAX = 60
"""So many months may be paid at once."""


class Plan(StrEnum):
    """How often the bank is asked for money."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    ONCE = "once"


PLAN_WORDS = {Plan.MONTHLY: "按月缴存", Plan.YEARLY: "按年缴存", Plan.ONCE: "一次性缴存"}


@dataclass(frozen=True, slots=True)
class Payments:
    """A plan: from which month on, on which day of the month, and how many months at once.

    `months` counts for a plan that pays once, and is 0 for others.
    """

    plan: Plan
    first_month: date
    debit_day: int
    months: int = 0

    def next_span(self, paid_through: date | None) -> tuple[date, date] | None:
        """The first and last month of what is paid next; None when a plan has paid all it will."""
        first = self.first_month if paid_through is None else add_months(paid_through, 1)
        if self.plan is Plan.ONCE:
            last = add_months(self.first_month, self.months - 1)
            return (first, last) if first <= last else None
        return first, add_months(first, 11 if self.plan is Plan.YEARLY else 0)

    def due_on(self, first: date) -> date:
        """The day on which the money for months from `first` on is fetched."""
        return first.replace(day=self.debit_day)


def plan_problem(plan: str, *, months: int, debit_day: int) -> str | None:
    """What is wrong with a plan as it was entered, or None."""
    if not 1 <= debit_day <= LAST_DEBIT_DAY:
        return f"扣款日填 1 至 {LAST_DEBIT_DAY}。"
    if plan == Plan.ONCE and not 1 <= months <= MONTHS_MAX:
        return f"一次性缴存的月数填 1 至 {MONTHS_MAX}。"
    if plan != Plan.ONCE and months:
        return "按月、按年缴存的不填月数。"
    return None
