"""Plans of people without an employer: what comes next, on which day, and what is no plan."""

from datetime import date

import pytest

from anju.domain.flexible import Payments, Plan, plan_problem

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("plan", "months", "paid_through", "span"),
    [
        (Plan.MONTHLY, 0, None, (NOVEMBER, NOVEMBER)),
        (Plan.MONTHLY, 0, date(2026, 12, 1), (date(2027, 1, 1), date(2027, 1, 1))),
        (Plan.YEARLY, 0, None, (NOVEMBER, date(2027, 10, 1))),
        (Plan.YEARLY, 0, date(2027, 10, 1), (date(2027, 11, 1), date(2028, 10, 1))),
        (Plan.ONCE, 3, None, (NOVEMBER, date(2027, 1, 1))),
        (Plan.ONCE, 3, NOVEMBER, (date(2026, 12, 1), date(2027, 1, 1))),
        (Plan.ONCE, 3, date(2027, 1, 1), None),
    ],
)
def test_what_is_paid_next(plan, months, paid_through, span):
    assert Payments(plan, NOVEMBER, 15, months).next_span(paid_through) == span


def test_money_is_fetched_on_the_day_that_was_chosen():
    assert Payments(Plan.MONTHLY, NOVEMBER, 28).due_on(NOVEMBER) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("plan", "months", "day", "says"),
    [
        ("monthly", 0, 1, None), ("yearly", 0, 28, None), ("once", 1, 15, None),
        ("once", 60, 15, None), ("monthly", 0, 0, "扣款日"), ("monthly", 0, 29, "扣款日"),
        ("once", 0, 15, "月数"), ("once", 61, 15, "月数"), ("yearly", 12, 15, "不填月数"),
    ],
)  # fmt: skip
def test_what_is_no_plan(plan, months, day, says):
    found = plan_problem(plan, months=months, debit_day=day)
    assert (says in (found or "")) if says else found is None
