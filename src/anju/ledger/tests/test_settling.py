"""30 June over all accounts: proposed, released in slices, the same as one account at a time."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest

from anju import ledger
from anju.domain.vouchers import GlLine, Voucher
from anju.ledger import extracts
from anju.ledger.models import BusinessDay, InterestSettlement
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
from anju.ledger.tests.test_sealing import seal

pytestmark = pytest.mark.usefixtures("open_books")
RATE = Fraction("0.015")
JULY = date(2027, 7, 1)


def propose(span: int = 3) -> int:
    after, proposed = 0, 0
    while True:
        last, some = ledger.propose_interest(after=after, span=span, rate=RATE, day_base=360)
        if last is None:
            return proposed
        after, proposed = last, proposed + some


def release() -> int:
    ledger.open_interest(2027)
    posted = 0
    while some := ledger.release_interest(2027, maker="演示甲", checker="演示乙", occurred_at=AT):
        posted += some
    return posted


def accrue(fen: int) -> None:
    post(
        Voucher(
            "interest.accrual", source_type="month", source_id="2027-05", occurred_at=AT,
            gl=(GlLine("41101", fen), GlLine("211", -fen)),
        )
    )  # fmt: skip


def town() -> list[int]:
    """Eight accounts of three employers, one of nothing."""
    members = [
        account(balance=1_000_000 + 7_000 * at, employer=[7, 8, None][at % 3]) for at in range(7)
    ]
    return [*members, account()]


def test_a_release_is_what_each_account_alone_would_have_got():
    members = town()
    ledger.flip_day(date(2027, 7, 5))
    post(withdrawal(members[0], 5_000), remittance(members[1], 900))
    assert propose() == 8
    told = {
        row.id: (row.n_prev, row.balance, round(row.n_prev * RATE / 360))
        for row in ledger.accounts(members)
    }
    totals = ledger.interest_totals(2027)
    assert (totals.accounts, totals.posted) == (8, 0)
    assert totals.n == sum(n for n, _, _ in told.values())
    assert totals.interest == sum(fen for _, _, fen in told.values())
    assert totals.balance == sum(1_000_000 + 7_000 * at for at in range(7))
    assert ledger.control_total("41101") == 0
    assert release() == 8
    for row in ledger.accounts(members):
        _, before, fen = told[row.id]
        assert (row.balance, row.n_prev, row.restate_from) == (before + fen, None, None)
    assert ledger.account(members[1]).current == 900, "July's money is current"
    assert ledger.account(members[0]).current == 0
    assert ledger.interest_totals(2027).posted == 8
    assert sound()


def test_released_interest_is_booked_on_the_thirtieth_of_june_and_counts_from_july():
    member = account(balance=1_000_000)
    ledger.flip_day(date(2027, 7, 5))
    propose()
    release()
    [line] = [each for each in ledger.movements(member, year=2027) if each.kind == "interest"]
    assert (line.accounting_date, line.value_date) == (date(2027, 6, 30), JULY)
    row = ledger.account(member)
    assert row.balance * 4 - row.v == 4 * 1_009_292
    assert ledger.close_interest(2027)
    assert BusinessDay.objects.get(segment="adjustment").state == "closing"
    assert sound()


@pytest.mark.parametrize(("accrued", "expense"), [(0, 65_044), (9_000, 56_044), (70_000, 0)])
def test_what_was_accrued_is_taken_first(accrued, expense):
    for at in range(7):
        account(balance=1_000_000, employer=at // 2)
    if accrued:
        accrue(accrued)
    before = ledger.control_total("41101")
    ledger.flip_day(date(2027, 7, 5))
    propose()
    release()
    assert ledger.control_total("41101") - before == expense
    assert -ledger.control_total("211") == max(0, accrued - 65_044)
    assert sound()


def test_asked_again_nothing_is_proposed_or_posted_twice():
    town()
    ledger.flip_day(date(2027, 7, 5))
    propose()
    propose()
    release()
    totals = ledger.interest_totals(2027)
    assert (propose(), release()) == (0, 0)
    assert ledger.interest_totals(2027) == totals
    assert sound()


def test_a_late_line_before_the_release_is_paid_as_signed_and_then_restated():
    member = account(balance=1_000_000)
    ledger.flip_day(date(2027, 7, 5))
    propose()
    post(remittance(member, 360_000, value_date=date(2027, 6, 21)))
    release()
    assert ledger.account(member).restate_from == date(2026, 7, 1)
    assert sound()
    [revision] = ledger.restate(member, occurred_at=AT)
    assert (revision.interest, revision.difference) == (9_442, 150)
    assert ledger.account(member).carried == 1_360_000 + 9_442
    assert sound()


def test_an_account_that_closes_meanwhile_takes_its_proposal_along():
    leaving, staying = account(balance=1_000_000), account(balance=500_000)
    ledger.flip_day(date(2027, 7, 5))
    propose()
    settled = ledger.settle_year(leaving, rate=RATE, day_base=360, occurred_at=AT)
    assert settled.interest == 9_292
    hold = placed(leaving)
    ledger.order_hold(
        hold, order_no=f"O{number()}", principal=1_009_292, interest=0,
        interest_until=date(2027, 7, 5),
    )  # fmt: skip
    assert release() == 1
    rows = InterestSettlement.objects.filter(year=2027).order_by("account_id")
    assert [(row.account_id, row.revision, row.state) for row in rows] == [
        (leaving, 0, "posted"),
        (staying, 0, "posted"),
    ]
    assert sound()


def test_an_account_that_comes_back_late_is_found():
    leaving = account(balance=1_000_000)
    hold = placed(leaving)
    ledger.order_hold(
        hold, order_no="O-l", principal=1_000_000, interest=0,
        interest_until=ledger.business_date(),
    )  # fmt: skip
    ledger.flip_day(date(2027, 7, 5))
    assert (propose(), release()) == (0, 0)
    ledger.release_hold(hold)
    assert ledger.unsettled_accounts(limit=9) == (leaving,)
    ledger.settle_year(leaving, rate=RATE, day_base=360, occurred_at=AT)
    assert ledger.unsettled_accounts(limit=9) == ()
    assert sound()


def test_a_sealed_june_takes_its_interest_in_a_segment_of_its_own():
    """30 June is sealed before the release, days after it as well; every seal goes on holding."""
    members = town()
    ledger.flip_day(date(2027, 6, 30))
    post(remittance(members[0], 300))
    ledger.flip_day(JULY)
    post(remittance(members[1], 500))
    ledger.flip_day(date(2027, 7, 5))
    for day in (DAY, date(2027, 6, 30), JULY):
        seal(day)
    propose()
    release()
    ledger.close_interest(2027)
    assert sound()
    ledger.flip_day(date(2027, 7, 6))
    assert ledger.prove_day(date(2027, 7, 5)) == ()
    seal(date(2027, 7, 5))
    eve, root = date(2027, 6, 30), None
    ledger.hash_vouchers(eve, limit=99, segment="adjustment")
    root = ledger.root_day(eve, segment="adjustment")
    ledger.sign_day(eve, signer="演示甲", root=root, segment="adjustment")
    ledger.seal_day(eve, signer="演示乙", root=root, segment="adjustment")
    assert sound()
    owed = {row.subject: row.balance for row in ledger.trial_balance(date(2027, 7, 6))}["201"]
    assert owed == sum(row.balance for row in ledger.accounts(members))


def test_june_is_not_released_before_july(transactional_savepoint):
    account(balance=100)
    ledger.flip_day(date(2027, 6, 30))
    with refused("ledger.day_open"), transactional_savepoint():
        ledger.open_interest(2027)
    ledger.flip_day(JULY)
    propose()
    with refused("ledger.day_open"), transactional_savepoint():
        ledger.release_interest(2027, maker="甲", checker="乙", occurred_at=AT)
    with refused("ledger.year_unsettled"), transactional_savepoint():
        ledger.close_interest(2027)


def test_a_sample_holds_the_most_and_the_least():
    members = town()
    ledger.flip_day(date(2027, 7, 5))
    propose()
    sample = ledger.interest_sample(2027, size=4)
    assert members[6] in sample
    assert members[7] in sample
    assert len(sample) == 4
    found = ledger.proposals(2027, list(sample))
    assert [each.account_id for each in found] == sorted(sample)
    assert all(each.interest == round(each.n * each.rate / each.day_base) for each in found)


@pytest.mark.parametrize("until", [date(2027, 6, 1), JULY, date(2027, 8, 1)])
def test_what_was_earned_is_every_accounts_n_together(until):
    """Whether the accounts have turned or not, and whatever counts from later days."""
    members = town()
    ledger.flip_day(until + timedelta(days=2))
    post(remittance(members[0], 777))
    since = min(ledger.account(members[0]).interest_from, until)
    n = sum(
        row.balance * (until - row.interest_from).days - row.v + (row.n_prev or 0)
        for row in ledger.accounts(members)
    )
    late = 777 * 2
    assert since <= until
    assert ledger.interest_earned(until, rate=RATE, day_base=360) == round((n + late) * RATE / 360)


def test_proposed_in_other_slices_nobody_is_in_two():
    members = town()
    ledger.flip_day(date(2027, 7, 5))
    propose(3)
    propose(5)
    assert ledger.interest_totals(2027).accounts == 8
    assert release() == 8
    told, after = [], 0
    while some := ledger.settled_accounts(2027, after=after, limit=2):
        told.extend(some)
        after = some[-1]
    assert told == members


@pytest.mark.parametrize("moves", [False, True])
def test_an_employers_movement_counts_his_people_of_a_sheet(moves):
    """Whoever goes to another employer between proposal and release is paid there."""
    first = town()[0]
    ledger.flip_day(date(2027, 7, 5))
    propose(8)
    if moves:
        ledger.transfer_accounts([(first, 9)], key="away", scope="test", occurred_at=AT)
    release()
    eve = date(2027, 6, 30)
    of_employers = list(extracts.employer_movements(eve, eve))
    counted = [(7, 2), (8, 2), (9, 1)] if moves else [(7, 3), (8, 2)]
    assert [(row[0], row[5]) for row in of_employers] == counted
    members = ledger.settled_accounts(2027, after=0, limit=9)
    employers = {row.id: row.employer_id for row in ledger.accounts(members)}
    paid: dict[int | None, int] = defaultdict(int)
    for each in ledger.proposals(2027, list(members)):
        paid[employers[each.account_id]] += each.interest
    assert {row[0]: row[4] for row in of_employers} == {each: paid[each] for each, _ in counted}
    assert sound()
