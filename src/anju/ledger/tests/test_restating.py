"""V4 and V5: late entries before and after the release, corrections, and closing in between."""

from datetime import date
from fractions import Fraction

import pytest

from anju import ledger
from anju.ledger.models import InterestSettlement
from anju.ledger.tests.books import (
    AT,
    DAY,
    account,
    number,
    post,
    refused,
    remittance,
    sound,
    withdrawal,
)
from anju.ledger.tests.test_closing import placed

pytestmark = pytest.mark.usefixtures("open_books")
RATE = Fraction("0.015")
JULY = date(2027, 7, 1)


def settle(member: int) -> ledger.YearSettled:
    settled = ledger.settle_year(member, rate=RATE, day_base=360, occurred_at=AT)
    assert settled is not None
    return settled


def restate(member: int) -> list[tuple[int, int, int, int]]:
    return [
        (each.year, each.revision, each.interest, each.difference)
        for each in ledger.restate(member, occurred_at=AT)
    ]


def settled_member() -> int:
    """10,000.00 since 20 November 2026, its year 2027 settled: 92.92."""
    member = account(balance=1_000_000)
    ledger.flip_day(date(2027, 7, 9))
    assert settle(member).interest == 9_292
    return member


def test_a_late_batch_before_the_release_earns_in_the_old_year():
    member = account(balance=1_000_000)
    ledger.flip_day(date(2027, 7, 3))
    post(remittance(member, 360_000, value_date=date(2027, 6, 21)))
    settled = settle(member)
    # 223 days of 10,000.00 and ten of 3,600.00.
    assert settled.n == 1_000_000 * 223 + 360_000 * 10
    assert ledger.account(member).restate_from is None
    assert settled.rolled == 1_360_000
    assert sound()


def test_a_correction_after_the_release_posts_only_the_difference():
    member = settled_member()
    post(remittance(member, 360_000, value_date=date(2027, 6, 21)))
    assert ledger.account(member).restate_from == date(2026, 7, 1)
    assert ledger.accounts_to_restate(limit=9) == (member,)
    assert sound(), "an open restatement is no break"
    assert restate(member) == [(2027, 1, 9_442, 150)]
    assert restate(member) == []
    row = ledger.account(member)
    assert (row.restate_from, row.balance) == (None, 1_000_000 + 9_292 + 360_000 + 150)
    assert row.carried == row.balance, "money of the old year has rolled"
    revisions = InterestSettlement.objects.filter(account_id=member).order_by("revision")
    assert [(each.revision, each.interest) for each in revisions] == [(0, 9_292), (1, 9_442)]
    assert ledger.control_total("41101") == 9_442
    assert sound()


def test_a_correction_is_chained_forward_through_every_settled_year():
    member = settled_member()
    ledger.flip_day(date(2028, 7, 9))
    assert settle(member).year == 2028
    reversed_late = withdrawal(member, 360_000, value_date=date(2027, 6, 21))
    post(reversed_late)
    first, second = restate(member)
    assert first == (2027, 1, 9_142, -150)
    # A year without 3,600.00 and the 1.50 that they had earned: 98.99 instead of 153.92.
    assert second == (2028, 1, 9_899, -5_493)
    assert sound()


def test_interest_that_cannot_be_given_back_is_claimed():
    member = settled_member()
    post(withdrawal(member, 1_009_292 - 100))
    post(remittance(member, 50_000))
    post(withdrawal(member, 50_000, value_date=DAY))
    assert ledger.account(member).balance == 100
    [(_, _, _, difference)] = restate(member)
    assert difference == -465
    assert ledger.account(member).balance == 0
    assert ledger.control_total("119") == 365
    assert sound()


def test_a_year_these_books_never_settled_cannot_be_touched():
    member = settled_member()
    with refused("ledger.restatement"):
        post(remittance(member, 100, value_date=date(2026, 6, 30)))


def test_closing_is_refused_while_a_restatement_is_open(transactional_savepoint):
    member = settled_member()
    post(remittance(member, 360_000, value_date=date(2027, 6, 21)))
    hold = placed(member)
    until = ledger.business_date()
    order = {"order_no": "O-r", "interest": 0, "interest_until": until}
    with refused("ledger.restatement"), transactional_savepoint():
        ledger.order_hold(hold, principal=1_369_292, **order)
    restate(member)
    ledger.order_hold(hold, principal=1_369_442, **order)
    assert ledger.account(member).state == "closing"
    with refused("ledger.closing"), transactional_savepoint():
        settle(member)
    assert restate(member) == []


def test_a_partial_payment_answered_after_its_year_was_settled_is_restated():
    """The bank answers late: the money left in June, the year was settled in July."""
    member = account(balance=1_000_000)
    ledger.flip_day(date(2027, 6, 21))
    hold = placed(member, 360_000, ledger.PARTIAL)
    ledger.order_hold(
        hold, order_no=f"O{number()}", principal=360_000, interest=0,
        interest_until=date(2027, 6, 21),
    )  # fmt: skip
    ledger.flip_day(date(2027, 7, 9))
    assert settle(member).interest == 9_292
    paid = withdrawal(member, 360_000, value_date=date(2027, 6, 21))
    ledger.settle_partial(hold, [paid], key="s")
    assert (ledger.account(member).held, ledger.account(member).balance) == (0, 649_292)
    assert restate(member) == [(2027, 1, 9_142, -150)]
    assert sound()


@pytest.mark.parametrize("purpose", [ledger.CLOSING, ledger.PARTIAL])
def test_an_order_ends_no_earlier_than_the_money_it_pays_began(purpose, transactional_savepoint):
    member = account(balance=1_000_000)
    ledger.flip_day(date(2026, 12, 20))
    post(remittance(member, 500))
    hold = placed(member, None if purpose == ledger.CLOSING else 400, purpose)
    principal = 1_000_500 if purpose == ledger.CLOSING else 400
    order = {"order_no": "O-e", "principal": principal, "interest": 0}
    with refused("ledger.value_date"), transactional_savepoint():
        ledger.order_hold(hold, interest_until=date(2026, 12, 19), **order)
    ledger.order_hold(hold, interest_until=date(2026, 12, 20), **order)


def test_a_value_date_lies_between_opening_and_business_date(transactional_savepoint):
    member = ledger.open_account(77, employer_id=7, on=date(2026, 10, 5), key="b")
    for day in (date(2026, 10, 4), date(2026, 11, 21)):
        with refused("ledger.value_date"), transactional_savepoint():
            post(remittance(member, 100, value_date=day))
    post(remittance(member, 100, value_date=date(2026, 10, 5)))
    post(remittance(member, 100, value_date=DAY))
    assert sound()
