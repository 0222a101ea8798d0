"""A payout from hold to settled order, and everything that may come between."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from anju import ledger
from anju.ledger.models import Account, InterestSettlement, MemberLine, Suspense
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

pytestmark = pytest.mark.usefixtures("open_books")
RATE = Fraction("0.015")


def placed(account_id: int, amount: int | None = None, purpose: str = ledger.CLOSING) -> int:
    """A hold of the whole account, or of a part."""
    balance = ledger.account(account_id).balance
    return ledger.place_hold(
        account_id, case_id=number(), purpose=purpose, amount=balance if amount is None else amount
    )


def ordered(account_id: int, *, interest: int = 80, until: date = DAY) -> int:
    """A closing hold of the whole account, ordered today."""
    hold = placed(account_id)
    ledger.order_hold(
        hold,
        order_no=f"O{number()}",
        principal=ledger.account(account_id).balance,
        interest=interest,
        interest_until=until,
    )
    return hold


def test_a_closing_hold_ends_in_a_closed_and_empty_account():
    member = account(balance=100_000)
    ledger.seal(member)
    hold = ordered(member)
    assert ledger.account(member).state == "closing"
    assert ledger.account(member).available == 0
    ledger.settle_closing(hold, [withdrawal(member, 100_000, interest=80)], key="s")
    closed = ledger.account(member)
    assert (closed.state, closed.balance, closed.held, closed.v) == ("closed", 0, 0, 0)
    assert ledger.hold(hold).state == "settled"
    assert ledger.control_total("201") == 0
    assert ledger.control_total("41101") == 80
    assert sound()


def test_settling_again_gives_the_first_answer():
    member = account(balance=100_000)
    hold = ordered(member)
    voucher = withdrawal(member, 100_000, interest=80)
    first = ledger.settle_closing(hold, [voucher], key="s")
    again = ledger.settle_closing(hold, [voucher], key="s")
    assert (again.voucher_ids, again.repeated) == (first.voucher_ids, True)
    with refused("ledger.no_hold"):
        ledger.settle_closing(hold, [voucher], key="other")


def test_the_settlement_row_tells_n_rate_and_interest():
    member = account()
    post(remittance(member, 1_000_000, value_date=date(2026, 7, 1)))
    row = ledger.account(member)
    n = row.balance * (DAY - row.interest_from).days - row.v
    assert n == 1_000_000 * 142
    hold = placed(member)
    told = ledger.order_hold(
        hold, order_no="O-n", principal=1_000_000, interest=5_917, interest_until=DAY,
        rate=RATE, day_base=360,
    )  # fmt: skip
    assert told == n
    posted = ledger.settle_closing(hold, [withdrawal(member, 1_000_000, interest=5_917)], key="s")
    settled = InterestSettlement.objects.get(account_id=member)
    assert (settled.year, settled.n, settled.rate, settled.day_base, settled.interest) == (
        2027, n, "3/200", 360, 5_917,
    )  # fmt: skip
    assert settled.voucher_id == posted.voucher_ids[0]
    assert sound()


WRONG = {
    "less principal": lambda a: withdrawal(a, 99_999, interest=80),
    "more interest": lambda a: withdrawal(a, 100_000, interest=81),
    "another day": lambda a: withdrawal(a, 100_000, interest=80, value_date=DAY - timedelta(1)),
    "nothing": None,
}


@pytest.mark.parametrize("name", WRONG)
def test_only_the_ordered_sums_settle_an_order(name):
    member = account(balance=100_000)
    hold = ordered(member)
    vouchers = [WRONG[name](member)] if WRONG[name] else []
    with refused("ledger.totals"):
        ledger.settle_closing(hold, vouchers, key="s")


def test_a_hold_of_another_kind_is_not_settled_so():
    member = account(balance=100_000)
    hold = ordered(member)
    with refused("ledger.no_hold"):
        ledger.settle_partial(hold, [withdrawal(member, 100_000, interest=80)], key="s")


def test_an_account_of_nothing_closes_without_a_voucher():
    member = account()
    hold = ordered(member, interest=0)
    posted = ledger.settle_closing(hold, [], key="s")
    assert posted.voucher_ids == ()
    assert ledger.account(member).state == "closed"
    assert sound()


def test_interest_alone_can_be_paid():
    member = account(balance=100)
    post(withdrawal(member, 100))
    hold = ordered(member, interest=3)
    ledger.settle_closing(hold, [withdrawal(member, 0, interest=3)], key="s")
    assert ledger.account(member).state == "closed"
    assert sound()


@pytest.mark.parametrize("before", ["open", "sealed"])
def test_a_failed_payment_gives_everything_back(before):
    member = account(balance=100_000)
    if before == "sealed":
        ledger.seal(member)
    hold = ordered(member)
    assert ledger.release_hold(hold)
    assert not ledger.release_hold(hold)
    row = ledger.account(member)
    assert (row.state, row.held, row.available) == (before, 0, 100_000)
    with refused("ledger.no_hold"):
        ledger.settle_closing(hold, [withdrawal(member, 100_000, interest=80)], key="s")


def test_nothing_leaves_an_account_that_is_closing_or_closed(transactional_savepoint):
    member = account(balance=100_000)
    hold = ordered(member)
    with refused("ledger.closing"), transactional_savepoint():
        post(withdrawal(member, 1))
    with refused("ledger.closing"), transactional_savepoint():
        ledger.seal(member)
    ledger.settle_closing(hold, [withdrawal(member, 100_000, interest=80)], key="s")
    with refused("ledger.closed"), transactional_savepoint():
        post(withdrawal(member, 1))
    with refused("ledger.closed"):
        ledger.place_hold(member, case_id=number(), purpose=ledger.CLOSING, amount=0)


@pytest.mark.parametrize("closed", [False, True])
def test_money_that_arrives_meanwhile_waits_with_the_employer(closed):
    member, colleague = account(balance=100_000, employer=31), account(employer=31)
    hold = ordered(member)
    if closed:
        ledger.settle_closing(hold, [withdrawal(member, 100_000, interest=80)], key="s")
    posted = post(remittance(member, 500), remittance(colleague, 600))
    assert ledger.account(member).balance == (0 if closed else 100_000)
    assert ledger.account(colleague).balance == 600
    waiting = Suspense.objects.get(subject="21901", source_type="employer", source_id="31")
    assert waiting.balance == 500
    assert not MemberLine.objects.filter(voucher_id=posted.voucher_ids[0]).exists()
    assert ledger.control_total("21901") == -500
    if not closed:
        ledger.settle_closing(hold, [withdrawal(member, 100_000, interest=80)], key="s")
    assert sound()


def test_money_of_somebody_without_employer_waits_under_the_account():
    member = account(balance=100, employer=None)
    ordered(member)
    post(remittance(member, 500))
    assert Suspense.objects.get(source_type="account", source_id=str(member)).balance == 500


def test_a_closing_order_takes_what_came_during_the_review(transactional_savepoint):
    member = account(balance=100_000)
    hold = placed(member)
    post(remittance(member, 500))
    with refused("ledger.totals"), transactional_savepoint():
        ledger.order_hold(hold, order_no="O-a", principal=100_000, interest=0, interest_until=DAY)
    ledger.order_hold(hold, order_no="O-b", principal=100_500, interest=0, interest_until=DAY)
    assert ledger.account(member).held == 100_500
    ledger.settle_closing(hold, [withdrawal(member, 100_500)], key="s")
    assert sound()


def test_an_order_is_fixed(transactional_savepoint):
    member = account(balance=100_000)
    hold = placed(member)
    order = {"order_no": "O-f", "principal": 100_000, "interest": 80, "interest_until": DAY}
    ledger.order_hold(hold, **order)
    ledger.order_hold(hold, **order)
    for changed in (
        {"order_no": "O-g"},
        {"interest": 81},
        {"interest_until": DAY - timedelta(days=1)},
    ):
        with refused("ledger.key_reused"), transactional_savepoint():
            ledger.order_hold(hold, **{**order, **changed})
    assert ledger.hold(hold).interest == 80


def test_an_order_number_is_used_once():
    first, second = placed(account(balance=10)), placed(account(balance=10))
    order = {"order_no": "O-twice", "principal": 10, "interest": 0, "interest_until": DAY}
    ledger.order_hold(first, **order)
    with refused("ledger.key_reused"):
        ledger.order_hold(second, **order)


def test_one_live_closing_hold_per_account():
    member = account()
    placed(member)
    with refused("ledger.closing"):
        placed(member)


def test_a_case_has_one_hold(transactional_savepoint):
    member = account(balance=100)
    case = number()
    first = ledger.place_hold(member, case_id=case, purpose=ledger.PARTIAL, amount=60)
    assert ledger.place_hold(member, case_id=case, purpose=ledger.PARTIAL, amount=60) == first
    with refused("ledger.key_reused"), transactional_savepoint():
        ledger.place_hold(member, case_id=case, purpose=ledger.PARTIAL, amount=61)
    assert ledger.hold_of_case(case).id == first
    with refused("ledger.insufficient"):
        ledger.place_hold(member, case_id=number(), purpose=ledger.PARTIAL, amount=41)


def test_a_partial_payout_leaves_the_rest(transactional_savepoint):
    member = account(balance=100)
    hold = placed(member, 60, ledger.PARTIAL)
    assert ledger.account(member).available == 40
    with refused("ledger.insufficient"), transactional_savepoint():
        post(withdrawal(member, 41))
    ledger.order_hold(hold, order_no="O-p", principal=60, interest=0, interest_until=DAY)
    assert ledger.account(member).state == "open"
    post(remittance(member, 5))
    ledger.settle_partial(hold, [withdrawal(member, 60)], key="p")
    row = ledger.account(member)
    assert (row.state, row.balance, row.held, row.available) == ("open", 45, 0, 45)
    assert sound()


def test_success_posts_with_the_orders_day_however_late_the_bank_answers():
    member = account(balance=100_000)
    hold = ordered(member)
    ledger.flip_day(DAY + timedelta(days=9))
    posted = ledger.settle_closing(
        hold, [withdrawal(member, 100_000, interest=80, value_date=DAY)], key="s"
    )
    line = MemberLine.objects.get(voucher_id=posted.voucher_ids[0])
    assert (line.accounting_date, line.value_date) == (DAY + timedelta(days=9), DAY)
    assert sound()


def test_the_turn_of_the_year_passes_a_closing_account_by():
    staying, leaving = account(balance=36_000), account(balance=36_000)
    hold = ordered(leaving, until=DAY)
    ledger.flip_day(date(2027, 7, 2))
    assert ledger.account(staying).interest_from == date(2027, 7, 1)
    assert ledger.account(leaving).interest_from == date(2026, 7, 1)
    ledger.settle_closing(hold, [withdrawal(leaving, 36_000, interest=80, value_date=DAY)], key="s")
    assert ledger.account(leaving).state == "closed"
    assert sound()


def test_a_release_makes_up_the_turn_it_missed():
    staying, leaving = account(balance=36_000), account(balance=36_000)
    hold = ordered(leaving)
    ledger.flip_day(date(2027, 7, 2))
    ledger.release_hold(hold)
    stayed, came_back = ledger.account(staying), ledger.account(leaving)
    assert came_back.n_prev == stayed.n_prev == 36_000 * (date(2027, 7, 1) - DAY).days
    # The row itself, not only how it is told.
    assert Account.objects.get(id=leaving).interest_from == date(2027, 7, 1)
    assert sound()


def test_closing_before_the_release_settles_the_accounts_own_year_first(transactional_savepoint):
    member = account()
    post(remittance(member, 1_000_000))
    ledger.flip_day(date(2027, 7, 5))
    post(remittance(member, 300, value_date=date(2027, 7, 3)))
    hold = placed(member)
    with refused("ledger.year_unsettled"), transactional_savepoint():
        ledger.order_hold(
            hold, order_no="O-y", principal=1_000_300, interest=0,
            interest_until=date(2027, 7, 5),
        )  # fmt: skip
    settled = ledger.settle_year(member, rate=RATE, day_base=360, occurred_at=AT)
    n = 1_000_000 * (date(2027, 7, 1) - DAY).days
    assert (settled.year, settled.n, settled.interest) == (2027, n, round(n * RATE / 360))
    assert settled.rolled == 1_000_000
    row = ledger.account(member)
    assert (row.n_prev, row.carried, row.current) == (None, 1_000_000 + settled.interest, 300)
    assert ledger.settle_year(member, rate=RATE, day_base=360, occurred_at=AT) is None
    balance = row.balance
    ledger.order_hold(
        hold, order_no="O-z", principal=balance, interest=0, interest_until=date(2027, 7, 5)
    )
    ledger.settle_closing(hold, [withdrawal(member, balance)], key="s")
    assert sound()


def test_a_year_without_interest_has_its_row_and_its_roll():
    member = account(balance=100)
    ledger.flip_day(date(2027, 7, 1))
    settled = ledger.settle_year(member, rate=Fraction(0), day_base=360, occurred_at=AT)
    assert (settled.interest, settled.voucher_id, settled.rolled) == (0, None, 100)
    assert ledger.account(member).carried == 100
    assert sound()


def test_a_flip_over_two_turns_is_refused(transactional_savepoint):
    account(balance=100)
    with refused("ledger.year_unsettled"), transactional_savepoint():
        ledger.flip_day(date(2028, 7, 1))
    ledger.flip_day(date(2027, 7, 1))
    with refused("ledger.year_unsettled"):
        ledger.flip_day(date(2028, 7, 1))
