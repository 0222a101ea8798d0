"""Two accounts of one person become one: money, day products, carried parts, and what stops it."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from anju import ledger
from anju.domain.interest import interest
from anju.ledger.models import AccountMerge, MemberLine, Voucher
from anju.ledger.replay import replay, rows_of
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
from anju.ledger.tests.test_reinstating import BANK, part_paid
from anju.ledger.tests.test_reversal import reversal

pytestmark = pytest.mark.usefixtures("open_books")
RATE, BASE = Fraction("0.015"), 360
BEGAN, JULY = date(2026, 7, 1), date(2027, 7, 1)
# A value date, fen, and how much of it is carried.
ENTRIES = [
    (BEGAN, 400_000, 400_000),
    (date(2026, 9, 15), 600_000, 0),
    (date(2026, 9, 16), 50_000, 0),
    (DAY, -30_000, -30_000),
]


def agrees() -> bool:
    """The proofs hold, and the replay has nothing to say."""
    assert list(replay(rows_of, terms=lambda _day: (RATE, BASE))) == []
    return sound()


def merge(source: int, target: int, *, key: str | None = None) -> ledger.Posted:
    if ledger.account(source).state == "open":
        ledger.seal(source)
    return ledger.merge_accounts(
        source, target, key=key or f"m{number()}", maker="制单", checker="复核", occurred_at=AT
    )


def member(*, employer: int = 7) -> int:
    made = account(employer=employer)
    for day, fen, carried in ENTRIES:
        voucher = remittance(made, fen, value_date=day, carried=carried)
        post(voucher if fen > 0 else withdrawal(made, -fen))
    return made


def n_of(*accounts: int) -> int:
    today = ledger.business_date()
    rows = ledger.accounts(accounts)
    return sum(row.balance * (today - row.interest_from).days - row.v for row in rows)


def test_money_and_day_products_go_to_the_other_account():
    source, target = member(employer=7), member(employer=8)
    before = [ledger.account(each) for each in (source, target)]
    n = n_of(source, target)
    posted = merge(source, target)
    gone, kept = ledger.account(source), ledger.account(target)
    assert (gone.state, gone.balance, gone.carried, gone.v, gone.v_carried) == (
        "closed",
        0,
        0,
        0,
        0,
    )
    assert kept.state == "open"
    for part in ("balance", "carried", "v", "v_carried"):
        assert getattr(kept, part) == sum(getattr(each, part) for each in before), part
    assert n_of(target) == n
    voucher = Voucher.objects.get(id=posted.voucher_ids[0])
    assert (voucher.kind, voucher.member_total, voucher.debit_total) == (
        ledger.MERGED, 0, before[0].balance
    )  # fmt: skip
    assert (voucher.maker, voucher.checker) == ("制单", "复核")
    lines = MemberLine.objects.filter(voucher_id=voucher.id, account_id=target)
    assert sorted(lines.values_list("value_date", "amount", "carried_delta")) == ENTRIES
    assert ledger.merged_of([source, target]) == {source: target}
    assert agrees()


def test_one_account_later_opened_than_the_money_is():
    source = member()
    target = ledger.open_account(1_000_000 + number(), employer_id=7, on=DAY, key=f"a{number()}")
    merge(source, target)
    assert ledger.account(target).balance == 1_020_000
    assert agrees()


def test_interest_of_the_year_is_that_of_one_account(transactional_savepoint):
    source, target = member(), member()
    merge(source, target)
    ledger.flip_day(JULY)
    settled = ledger.settle_year(target, rate=RATE, day_base=BASE, occurred_at=AT)
    n = sum(fen * (JULY - day).days for day, fen, _ in ENTRIES)
    assert settled.interest == interest(2 * n, rate=RATE, day_base=BASE)
    with refused("ledger.closed"), transactional_savepoint():
        ledger.settle_year(source, rate=RATE, day_base=BASE, occurred_at=AT)
    assert agrees()


def test_nothing_on_it_is_no_voucher():
    source, target = account(), member()
    assert merge(source, target).voucher_ids == ()
    assert ledger.account(source).state == "closed"
    assert AccountMerge.objects.get(source=source).voucher_id is None
    assert agrees()


def test_what_has_come_and_gone_has_earned():
    source, target = account(), account()
    post(remittance(source, 60_000, value_date=date(2026, 9, 15)))
    post(withdrawal(source, 60_000))
    n = n_of(source)
    [voucher_id] = merge(source, target).voucher_ids
    assert n_of(target) == n == 60_000 * (DAY - date(2026, 9, 15)).days
    assert ledger.account(target).balance == 0
    assert Voucher.objects.get(id=voucher_id).debit_total == 120_000
    assert agrees()


def test_no_line_leaves_less_than_nothing():
    """By value dates the money was spent before it came: its first half was taken back since."""
    source, target = account(), account()
    brought = remittance(source, 60_000, value_date=date(2026, 9, 15))
    [original] = post(brought).voucher_ids
    post(withdrawal(source, 60_000))
    ledger.flip_day(DAY + timedelta(days=3))
    post(remittance(source, 60_000, value_date=DAY + timedelta(days=3)))
    post(reversal(brought, original))
    n = n_of(source)
    [voucher_id] = merge(source, target).voucher_ids
    lines = MemberLine.objects.filter(voucher_id=voucher_id)
    assert min(lines.values_list("balance_after", flat=True)) == 0
    assert n_of(target) == n
    assert agrees()


def test_a_part_that_comes_back_later_goes_on_to_the_other_account():
    source, target, never_paid = member(), member(), member()
    n = 2 * n_of(never_paid)
    hold = part_paid(source, 700_000)
    merge(source, target)
    ledger.give_back(hold, waits=BANK, value_date=DAY, occurred_at=AT)
    stands, alone = ledger.account(target), ledger.account(never_paid)
    assert (stands.balance, stands.carried) == (2 * alone.balance, 2 * alone.carried)
    assert n_of(target) == n
    assert ledger.control_total("21901") == 0, "it is the member's, no employer pays a list with it"
    assert agrees()


def test_a_part_comes_back_through_two_merges_to_an_account_opened_since():
    first, second = member(), member()
    hold = part_paid(first, 700_000)
    merge(first, second)
    ledger.flip_day(later := DAY + timedelta(days=3))
    last = ledger.open_account(1_000_000 + number(), employer_id=7, on=later, key=f"a{number()}")
    merge(second, last)
    ledger.give_back(hold, waits=BANK, value_date=DAY, occurred_at=AT)
    assert ledger.account(last).balance == 2 * 1_020_000
    assert agrees()


def test_asked_again_it_is_the_first_answer():
    source, target = member(), member()
    first = merge(source, target, key="once")
    again = merge(source, target, key="once")
    assert again.repeated
    assert again.voucher_ids == first.voucher_ids
    with refused("ledger.key_reused"):
        merge(source, member(), key="once")


def test_money_that_comes_later_waits_with_the_employer(transactional_savepoint):
    source, target = member(), member()
    merge(source, target)
    post(remittance(source, 5_000))
    assert ledger.account(source).balance == 0
    with refused("ledger.closed"), transactional_savepoint():
        merge(source, target)
    with refused("ledger.closed"), transactional_savepoint():
        merge(target, source)
    assert agrees()


def test_what_is_not_free_stays(transactional_savepoint):
    source, target = member(), member()
    ledger.freeze(source, authority="演示法院", doc_no="1", amount=1, from_day=DAY + timedelta(9))
    with refused("ledger.frozen"), transactional_savepoint():
        merge(source, target)
    with refused("ledger.open"), transactional_savepoint():
        ledger.merge_accounts(
            member(), target, key="o", maker="制单", checker="复核", occurred_at=AT
        )
    held = member()
    ledger.place_hold(held, case_id=number(), purpose=ledger.PARTIAL, amount=100)
    with refused("ledger.insufficient"), transactional_savepoint():
        merge(held, target)
    with refused("ledger.totals"), transactional_savepoint():
        merge(target, target)
    # Of the one that stays it is no matter.
    ledger.freeze(target, authority="演示法院", doc_no="2", amount=None, from_day=DAY)
    ledger.place_hold(fresh := member(), case_id=number(), purpose=ledger.PARTIAL, amount=100)
    merge(fresh_source := member(), target)
    merge(member(), fresh)
    assert ledger.account(fresh_source).state == "closed"
    assert agrees()


@pytest.mark.parametrize("which", [0, 1])
def test_years_are_settled_first(which, transactional_savepoint):
    pair = [member(), member()]
    ledger.flip_day(JULY + timedelta(days=3))
    for each in pair:
        if each != pair[which]:
            ledger.settle_year(each, rate=RATE, day_base=BASE, occurred_at=AT)
    with refused("ledger.year_unsettled"), transactional_savepoint():
        merge(*pair)
    ledger.settle_year(pair[which], rate=RATE, day_base=BASE, occurred_at=AT)
    post(remittance(pair[which], 100, value_date=DAY))
    with refused("ledger.restatement"), transactional_savepoint():
        merge(*pair)
    ledger.restate(pair[which], occurred_at=AT)
    n = n_of(*pair)
    merge(*pair)
    assert n_of(pair[1]) == n
    assert agrees()


def test_maker_is_not_checker():
    source, target = member(), member()
    ledger.seal(source)
    with refused("ledger.maker_is_checker"):
        ledger.merge_accounts(
            source, target, key="x", maker="同一人", checker="同一人", occurred_at=AT
        )
