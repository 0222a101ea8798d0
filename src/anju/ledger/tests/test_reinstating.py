"""A payout that came back onto its account: principal, interest, the years between, the freezes."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from anju import ledger
from anju.domain.interest import interest
from anju.domain.vouchers import GlLine
from anju.ledger.models import InterestSettlement, MemberLine, Voucher
from anju.ledger.replay import replay, rows_of
from anju.ledger.tests.books import (
    AT,
    BANK,
    DAY,
    account,
    at_bank,
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
RATE, BASE = Fraction("0.015"), 360
JULY = date(2027, 7, 1)
YEARS = tuple(ledger.EndedYear(year, RATE, BASE) for year in (2027, 2028))


def agrees() -> bool:
    """The proofs hold, and the replay has nothing to say."""
    assert list(replay(rows_of, terms=lambda _day: (RATE, BASE))) == []
    return sound()


def member(person: int | None = None) -> int:
    """10,000.00 of which 4,000.00 are carried, since 20 November 2026."""
    made = account(person=person)
    post(remittance(made, 400_000, carried=400_000), remittance(made, 600_000))
    return made


def paid_out(account_id: int, *, comes_back: bool = True) -> int:
    """The account closed as of today, by the book; its money has come back."""
    today, row = ledger.business_date(), ledger.account(account_id)
    hold = placed(account_id)
    n = row.balance * (today - row.interest_from).days - row.v
    earned = interest(n, rate=RATE, day_base=BASE)
    order_no = f"O{number()}"
    ledger.order_hold(
        hold, order_no=order_no, principal=row.balance, interest=earned, interest_until=today,
        rate=RATE, day_base=BASE,
    )  # fmt: skip
    ledger.settle_closing(
        hold, [withdrawal(account_id, row.balance, interest=earned)], key=order_no
    )
    if comes_back:
        came_back(hold)
    return hold


def came_back(hold: int) -> None:
    held = ledger.hold(hold)
    post(ledger.return_to_suspense(
        held.order_no, bank_account_id=BANK, amount=held.amount + held.interest,
        occurred_at=AT))  # fmt: skip


def reinstate(hold: int, since: date, **more: object) -> ledger.Posted:
    said = {"waits_under": ledger.hold(hold).order_no, "years": YEARS, "maker": "a"} | more
    return ledger.reinstate(hold, value_date=since, checker="b", occurred_at=AT, **said)


def settle(account_id: int) -> int:
    settled = ledger.settle_year(account_id, rate=RATE, day_base=BASE, occurred_at=AT)
    assert settled is not None
    return settled.interest


def stands(account_id: int) -> tuple[int, int, int, int, date]:
    """Everything that interest depends on."""
    row = ledger.account(account_id)
    return row.balance, row.carried, row.v, row.v_carried, row.interest_from


def test_in_the_same_year_as_though_it_had_never_left():
    stays, leaves = member(), member()
    ledger.flip_day(date(2027, 3, 1))
    hold = paid_out(leaves)
    ledger.flip_day(date(2027, 3, 20))
    until = ledger.hold(hold).interest_until
    posted = reinstate(hold, until)
    assert reinstate(hold, until).voucher_ids == posted.voucher_ids, "asked again"
    assert stands(leaves) == stands(stays)
    assert ledger.account(leaves).state == "sealed"
    assert (ledger.control_total("21902"), ledger.control_total("41101")) == (0, 0)
    line = MemberLine.objects.get(voucher_id=posted.voucher_ids[0])
    assert (line.kind, line.amount, line.carried_delta) == ("reinstated", 1_000_000, 400_000)
    assert agrees()
    ledger.flip_day(date(2027, 7, 5))
    assert ledger.unsettled_accounts(limit=9) == (stays, leaves)
    assert settle(leaves) == settle(stays) == 9_292
    assert stands(leaves) == stands(stays)
    assert agrees()


@pytest.mark.parametrize("released_first", [True, False])
def test_over_two_years_as_though_it_had_never_left(released_first):
    stays, leaves = member(), member()
    ledger.flip_day(date(2027, 3, 1))
    hold = paid_out(leaves)
    ledger.flip_day(date(2027, 7, 5))
    settle(stays)
    ledger.flip_day(date(2028, 7, 5))
    if released_first:
        settle(stays)
    posted = reinstate(hold, date(2027, 3, 1))
    if not released_first:
        settle(stays)
    assert stands(leaves) == stands(stays)
    assert len(posted.voucher_ids) == 3, "the mirror, and the interest of two years"
    rows = InterestSettlement.objects.filter(account_id=leaves).order_by("year", "revision")
    closing = interest(1_000_000 * (date(2027, 3, 1) - DAY).days, rate=RATE, day_base=BASE)
    given = [(row.year, row.revision, row.interest) for row in rows]
    assert given[:4] == [(2027, 0, closing), (2027, 1, 0), (2027, 2, 9_292), (2028, 0, 0)]
    assert given[4][:2] == (2028, 1)
    assert ledger.account(leaves).restate_from is None
    assert agrees()


@pytest.mark.parametrize("since", [date(2027, 6, 20), date(2027, 7, 3), date(2028, 2, 1)])
def test_money_that_counts_from_a_later_day(since):
    """Interest of the year it left in, and none for the days it was away."""
    leaves = member()
    ledger.flip_day(date(2027, 3, 1))
    hold = ledger.hold(paid_out(leaves))
    ledger.flip_day(date(2028, 2, 1))
    reinstate(hold.id, since)
    row = ledger.account(leaves)
    days = max((JULY - since).days, 0)
    year = interest(hold.n + 1_000_000 * days, rate=RATE, day_base=BASE)
    assert row.balance == row.carried == 1_000_000 + year
    began = row.balance if since < JULY else 0
    late = 0 if since < JULY else row.balance * (since - JULY).days
    assert (row.v, row.interest_from) == (late, JULY), (began, year)
    assert -ledger.control_total("201") == row.balance
    assert ledger.control_total("41101") == year
    assert agrees()


def test_a_year_that_ended_while_it_was_away_and_counts_is_settled():
    leaves = member()
    ledger.flip_day(date(2027, 3, 1))
    hold = ledger.hold(paid_out(leaves))
    ledger.flip_day(date(2027, 7, 5))
    ledger.flip_day(date(2028, 8, 1))
    reinstate(hold.id, date(2027, 8, 1))
    back = hold.amount + hold.interest
    earned = interest(back * (date(2028, 7, 1) - date(2027, 8, 1)).days, rate=RATE, day_base=BASE)
    assert ledger.account(leaves).balance == back + earned
    assert agrees()


def test_a_line_that_comes_late_meets_the_years_as_they_are_now():
    leaves = member()
    ledger.flip_day(date(2027, 3, 1))
    hold = paid_out(leaves)
    reinstate(hold, date(2027, 3, 1))
    ledger.flip_day(date(2027, 7, 5))
    settle(leaves)
    again = paid_out(leaves)
    ledger.flip_day(date(2027, 8, 1))
    reinstate(again, date(2027, 7, 5))
    post(remittance(leaves, 360_000, value_date=date(2027, 6, 21)))
    [revision] = ledger.restate(leaves, occurred_at=AT)
    assert (revision.year, revision.difference) == (2027, 150), "not the year that goes on"
    assert agrees()


def test_frozen_money_comes_back_frozen():
    leaves = member()
    hold = paid_out(leaves)
    ledger.freeze(leaves, authority="某法院", doc_no="1", amount=None, from_day=DAY)
    reinstate(hold, DAY)
    row = ledger.account(leaves)
    assert (row.balance, row.available, row.frozen_whole) == (1_000_000, 0, True)
    assert agrees()


def test_what_is_refused(transactional_savepoint):
    person = 9_000_000 + number()
    leaves = member(person)
    hold = paid_out(leaves, comes_back=False)
    with refused("ledger.insufficient"), transactional_savepoint():
        reinstate(hold, DAY)
    came_back(hold)
    for since in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with refused("ledger.value_date"), transactional_savepoint():
            reinstate(hold, since)
    with refused("ledger.maker_is_checker"), transactional_savepoint():
        reinstate(hold, DAY, maker="b")
    with refused("ledger.account_exists"), transactional_savepoint():
        account(person=person)
        reinstate(hold, DAY)
    with refused("ledger.year_unsettled"), transactional_savepoint():
        ledger.flip_day(JULY)
        reinstate(hold, DAY, years=())
    with refused("ledger.no_hold"), transactional_savepoint():
        reinstate(placed(account(balance=7)), DAY, waits_under="O-none")
    reinstate(hold, DAY)
    with refused("ledger.key_reused"), transactional_savepoint():
        reinstate(hold, DAY, maker="c")
    again = paid_out(leaves)
    with refused("ledger.key_reused"), transactional_savepoint():
        reinstate(hold, DAY, waits_under=ledger.hold(again).order_no)
    reinstate(again, DAY)
    assert ledger.account(leaves).balance == 1_000_000
    assert agrees()


def test_a_payout_that_was_reversed_is_not_mirrored_as_well():
    leaves = member()
    hold = paid_out(leaves)
    [paid] = Voucher.objects.filter(id=ledger.hold(hold).voucher_id)
    undone = withdrawal(leaves, 1)
    post(replace(undone, gl=(at_bank(1), GlLine("40105", -1)), members=(), reverses=paid.id))
    with refused("ledger.reversed_already"):
        reinstate(hold, DAY)


def test_its_day_is_proven_and_sealed():
    leaves = member()
    reinstate(paid_out(leaves), DAY)
    ledger.flip_day(DAY + timedelta(days=1))
    assert ledger.prove_day(DAY) == ()
    assert seal(DAY).state == "sealed"
    assert agrees()


def test_interest_alone_comes_back_too():
    leaves = account(balance=900_000)
    ledger.flip_day(date(2027, 3, 1))
    post(withdrawal(leaves, 900_000))
    hold = paid_out(leaves)
    assert (ledger.hold(hold).amount, ledger.hold(hold).interest) == (0, 3_788)
    ledger.flip_day(date(2027, 7, 5))
    reinstate(hold, date(2027, 3, 1))
    assert ledger.account(leaves).balance == 3_788
    assert agrees()


# -- part of an account -----------------------------------------------------------------------


def part_paid(account_id: int, amount: int) -> int:
    hold = placed(account_id, amount, ledger.PARTIAL)
    ledger.order_hold(
        hold, order_no=f"P{number()}", principal=amount, interest=0,
        interest_until=ledger.business_date(),
    )  # fmt: skip
    ledger.settle_partial(hold, [withdrawal(account_id, amount)], key=f"s{hold}")
    return hold


def test_a_part_that_came_back_is_mirrored_as_it_was_split(transactional_savepoint):
    owner, stays = member(), member()
    hold = part_paid(owner, 700_000)
    ledger.freeze(owner, authority="某法院", doc_no="1", amount=900_000, from_day=DAY)
    ledger.give_back(hold, waits=BANK, value_date=DAY, occurred_at=AT)
    assert stands(owner) == stands(stays)
    assert ledger.account(owner).available == 100_000, "the court has its share of what came back"
    assert ledger.give_back(hold, waits=BANK, value_date=DAY, occurred_at=AT).repeated
    with refused("ledger.key_reused"), transactional_savepoint():
        ledger.give_back(hold, waits=BANK, value_date=DAY - timedelta(days=1), occurred_at=AT)
    with refused("ledger.no_hold"), transactional_savepoint():
        ledger.give_back(
            placed(owner, 1, ledger.PARTIAL), waits=BANK, value_date=DAY, occurred_at=AT
        )
    assert agrees()


def test_a_part_that_came_back_after_the_first_of_july_is_carried():
    owner, stays = member(), member()
    hold = part_paid(owner, 700_000)
    ledger.flip_day(date(2027, 7, 5))
    settle(stays)
    settle(owner)
    ledger.give_back(hold, waits=BANK, value_date=DAY, occurred_at=AT)
    ledger.restate(owner, occurred_at=AT)
    assert stands(owner) == stands(stays)
    assert agrees()


def test_a_part_that_came_back_to_a_closed_account_waits_with_the_employer():
    owner = member()
    hold = part_paid(owner, 700_000)
    paid_out(owner, comes_back=False)
    ledger.give_back(hold, waits=BANK, value_date=DAY, occurred_at=AT)
    assert (ledger.account(owner).balance, ledger.control_total("21901")) == (0, -700_000)
    assert agrees()
