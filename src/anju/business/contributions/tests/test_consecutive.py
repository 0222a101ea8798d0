"""连续缴存月数: what counts among the months without a gap, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju import ledger, policy
from anju.business.contributions import consecutive, facts, orders
from anju.business.contributions.backpaying.tests import test_back_payments as back
from anju.business.contributions.models import Enrolment, Remittance
from anju.business.contributions.tests import test_remitting as lists
from anju.business.withdrawals.retirement.tests import cast
from anju.domain.dated import Dated, DatedValue
from anju.policy.dated_values import Params

AT, MONTH = lists.AT, lists.MONTH
NOVEMBER = date(2026, 11, 1)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def months(who) -> int:
    found = consecutive.of_account(who.account_id, on=AT.date())
    return found.months if found is not None else 0


def counting(which: str, *, before: str = "none", since: date = date(2026, 1, 1)):
    """The city counts these of the months paid after the fact, since a day."""
    city = policy.current()
    values = Dated((DatedValue(before, "试", date(1999, 4, 3)), DatedValue(which, "试", since)))
    name = "consecutive_back_payments"
    declared = replace(city.params[name], dated=values)
    return policy.using(replace(city, params=Params({**city.params, name: declared})))


@pytest.fixture
def company(db, city):
    """Two that pay and one that is sealed, all without a month behind them."""
    return lists._company(city)


def paid_november(company):
    account, people, by = company
    number = lists.confirm(account, by=by).number
    lists.paid(number, 2 * MONTH)
    return people, number


def test_who_was_never_paid_for_has_none(company):
    _account, people, _by = company
    assert months(people[0]) == 0
    page = facts.account_page(people[0].person_id, at=AT)
    assert {each.code: each.text for each in page.fields}["consecutive_months"] == "0 个月"


def test_a_confirmed_month_counts_once_it_is_booked(company):
    account, people, by = company
    number = lists.confirm(account, by=by).number
    assert months(people[0]) == 0
    lists.paid(number, 2 * MONTH)
    assert [months(each) for each in people] == [1, 1, 0]
    page = facts.account_page(people[0].person_id, at=AT)
    texts = {each.code: each.text for each in page.fields}
    assert texts["consecutive_months"] == "1 个月（2026年11月）"


@pytest.mark.parametrize(
    ("carried_from", "paid_through", "count"),
    [
        (None, None, 1),
        (None, OCTOBER, 2),
        (date(2025, 1, 1), OCTOBER, 23),
        (date(2025, 1, 1), SEPTEMBER, 1),
    ],
)
def test_what_another_system_booked_counts_up_to_ours(company, carried_from, paid_through, count):
    _account, people, _by = company
    Enrolment.objects.filter(account_id=people[0].account_id).update(
        carried_from=carried_from, paid_through=paid_through
    )
    people, _number = paid_november(company)
    assert months(people[0]) == count


def test_the_months_of_another_system_are_one_row_as_long_as_none_is_missing(db, city):
    city("yuncheng")
    cast.open_books()
    who = cast.member(1, sealed="")
    for month in (date(2026, 6, 1), date(2026, 7, 1), SEPTEMBER, OCTOBER):
        orders.remit(
            cast.employer(), month=month, bank_account_id=10101,
            amounts={who.account_id: MONTH}, reference=f"HJ{month:%m}", at=AT,
        )  # fmt: skip
    cast.turn_to()
    assert months(who) == 2
    assert consecutive.of_account(who.account_id, on=date(2026, 12, 1)) is None


def test_a_list_that_was_reversed_counts_no_more(company):
    people, number = paid_november(company)
    Remittance.objects.filter(number=number).update(state="reversed")
    assert months(people[0]) == 0


@pytest.mark.parametrize(
    ("kind", "reason", "which", "does"),
    [
        ("regular", "", "none", True),
        ("flexible", "", "none", True),
        ("back", "arrears", "none", False),
        ("back", "deferred", "none", False),
        ("back", "arrears", "deferred", False),
        ("back", "deferred", "deferred", True),
        ("back", "arrears", "all", True),
        ("back", "deferred", "all", True),
    ],
)
def test_which_back_payments_count_is_policy(kind, reason, which, does, city):
    city("yuncheng")
    with counting(which):
        assert consecutive.counts(NOVEMBER, kind=kind, reason=reason) is does


def test_back_payments_fill_the_gap_where_policy_says_so(db, city):
    account, people, by = back._company(city)
    lists.paid(back.confirm(account, by=by).number, 2 * MONTH)
    lists.paid(lists.confirm(account, key="november", by=by).number, 2 * MONTH)
    assert months(people[1]) == 1, "paid after the fact"
    with counting("all"):
        assert months(people[1]) == 3
    with counting("all", since=OCTOBER):
        assert months(people[1]) == 2, "each month goes by the policy of its own day"


def test_the_account_that_went_into_this_one_brings_its_months(company):
    people, _number = paid_november(company)
    kept, gone = people[0], people[2]
    Enrolment.objects.filter(account_id=gone.account_id).update(
        carried_from=SEPTEMBER, paid_through=OCTOBER
    )
    assert months(kept) == 1
    ledger.merge_accounts(
        gone.account_id, kept.account_id, key="one", maker="a", checker="b", occurred_at=AT
    )
    assert months(kept) == 3
    assert ledger.merged_into(kept.account_id) == [gone.account_id]


def test_a_month_paid_ahead_waits_for_its_turn(company):
    people, _number = paid_november(company)
    assert consecutive.of_account(people[0].account_id, on=OCTOBER) is None
