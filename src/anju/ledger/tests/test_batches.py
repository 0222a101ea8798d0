"""Batches: many vouchers at once leave what one by one would, and a bad list stops nobody else."""

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection, transaction

from anju import ledger
from anju.domain.vouchers import GlLine, MemberLine, SuspenseLine, Voucher
from anju.ledger import Announced, StagedVoucher
from anju.ledger.models import GlLine as WrittenGlLine
from anju.ledger.models import MemberLine as WrittenLine
from anju.ledger.models import Suspense
from anju.ledger.tests.books import (
    AT,
    DAY,
    account,
    announced,
    at_bank,
    listed,
    number,
    post,
    refused,
    sound,
    withdrawal,
)

pytestmark = pytest.mark.usefixtures("open_books")
JULY = date(2027, 7, 5)


def batch(*vouchers, lines=5_000, said=None):
    opened = ledger.open_batch(said or announced(vouchers), key=f"b{number()}", scope="test")
    ledger.stage(opened, vouchers)
    return opened, ledger.post_batch(opened, lines=lines)


def one_by_one(each: StagedVoucher) -> None:
    total = sum(amount for _account, amount, _day in each.members)
    post(
        Voucher(
            each.kind, source_type="single", source_id=each.source_id, occurred_at=AT,
            gl=(at_bank(total), GlLine("201", -total, employer_id=each.employer_id)),
            members=tuple(MemberLine(a, n, each.kind, d) for a, n, d in each.members),
        )
    )  # fmt: skip


def told(account_id):
    """Everything that a posting moves, and the lines without the vouchers' numbers."""
    row = ledger.account(account_id)
    lines = WrittenLine.objects.filter(account_id=account_id).order_by("voucher_id", "line_no")
    return (
        (row.balance, row.carried, row.v, row.v_carried, row.n_prev, row.n_prev_carried),
        (row.interest_from, row.restate_from),
        list(lines.values_list("amount", "carried_delta", "value_date", "balance_after")),
    )


def pair(**more):
    """Two accounts of one history."""
    return account(**more), account(**more)


@pytest.mark.parametrize(("seed", "plain"), [(0, False), (1, False), (2, False), (3, True)])
def test_a_batch_leaves_what_one_by_one_leaves(seed, plain):
    """Any value date there may be: this year's, last year's before its release, a settled one's.

    Or everybody once, with this year's money.
    """
    rng = random.Random(seed)
    pairs = [pair(balance=rng.choice([0, 70_000])) for _ in range(8)]
    ledger.flip_day(JULY)
    for a, b in pairs[:4]:
        for each in (a, b):
            ledger.settle_year(each, rate=Fraction("0.015"), day_base=360, occurred_at=AT)
    days = [JULY, JULY - timedelta(3), JULY - timedelta(20), DAY + timedelta(9), date(2026, 9, 1)]
    days = days[:2] if plain else days
    lists = []
    for _ in range(6):
        # Only money that was there can count from before 1 July 2026.
        chosen = rng.sample(range(8), k=5 if plain else rng.randint(1, 6))
        lists.append([(at, rng.randint(1, 9_999), rng.choice(days)) for at in chosen])
    batch(*(listed((pairs[at][0], n, d) for at, n, d in each) for each in lists), lines=5)
    for each in lists:
        one_by_one(listed((pairs[at][1], n, d) for at, n, d in each))
    for a, b in pairs:
        assert told(a) == told(b)
    assert sound()


def test_a_slice_asked_again_gives_its_first_answer():
    members = [account() for _ in range(4)]
    vouchers = [listed([(each, 500, DAY)]) for each in members]
    opened = ledger.open_batch(announced(vouchers), key="once", scope="test")
    assert ledger.open_batch(announced(vouchers), key="once", scope="test") == opened
    ledger.stage(opened, vouchers)
    first = ledger.post_slice(opened, 1, lines=3)
    assert (first.vouchers, first.lines, first.total, first.waiting) == (3, 3, 1_500, 0)
    assert ledger.post_slice(opened, 1, lines=3) == first
    with refused("ledger.no_batch"), transaction.atomic():
        ledger.post_slice(opened, 3)
    assert [each.slice for each in ledger.post_batch(opened)] == [2]
    assert ledger.post_slice(opened, 3) is None
    assert [ledger.account(each).balance for each in members] == [500] * 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_staged_line")
        assert cursor.fetchone() == (0,)
    assert sound()


def test_another_content_under_a_batchs_key_is_refused():
    ledger.open_batch(Announced(1, 1, 5), key="same", scope="test")
    with refused("ledger.key_reused"), transaction.atomic():
        ledger.open_batch(Announced(1, 1, 6), key="same", scope="test")


SAID_OTHERWISE = {
    "a voucher more": lambda said: replace(said, vouchers=said.vouchers + 1, lines=said.lines + 1),
    "a line more": lambda said: replace(said, lines=said.lines + 1),
    "a fen less": lambda said: replace(said, total=said.total - 1),
}


@pytest.mark.parametrize("wrong", SAID_OTHERWISE)
def test_a_stage_that_is_not_as_announced_is_refused(wrong):
    vouchers = [listed([(account(), 500, DAY)])]
    with refused("ledger.totals"), transaction.atomic():
        batch(*vouchers, said=SAID_OTHERWISE[wrong](announced(vouchers)))


def test_an_empty_stage_is_refused_not_posted():
    opened = ledger.open_batch(Announced(1, 1, 5), key="lost", scope="test")
    with refused("ledger.totals"), transaction.atomic():
        ledger.post_slice(opened, 1)


def test_a_stage_that_was_touched_is_refused():
    vouchers = [listed([(account(), 500, DAY), (account(), 600, DAY)])]
    opened = ledger.open_batch(announced(vouchers), key="half", scope="test")
    with connection.cursor() as cursor:
        ledger.stage(opened, vouchers)
        # As its owner: the halls may not take anything from the stage.
        cursor.execute("SELECT has_table_privilege('ledger_staged_line', 'DELETE')")
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "INSERT INTO ledger_staged_line VALUES (%s, 1, %s, 5, %s)", [opened, account(), DAY]
        )
    with refused("ledger.totals"), transaction.atomic():
        ledger.post_slice(opened, 1)


def test_money_for_an_account_that_closes_waits_with_its_employer():
    stays, goes = account(balance=100), account(balance=300)
    hold = ledger.place_hold(goes, case_id=number(), purpose="closing", amount=300)
    ledger.order_hold(hold, order_no=f"O{number()}", principal=300, interest=0, interest_until=DAY)
    _opened, (only,) = batch(listed([(stays, 40, DAY), (goes, 60, DAY)], employer=41))
    assert (only.total, only.waiting) == (100, 60)
    assert (ledger.account(stays).balance, ledger.account(goes).balance) == (140, 300)
    assert Suspense.objects.get(subject="21901", source_id="41").balance == 60
    # What came to an account of another employer stands with that one.
    assert (
        list(
            WrittenGlLine.objects.filter(subject="201", employer_id=41).values_list(
                "amount", flat=True
            )
        )
        == []
    )
    assert sound()


def test_one_bad_list_waits_whole_and_stops_nobody():
    good, bad = account(), account()
    _opened, (only,) = batch(
        listed([(good, 10, DAY)]),
        listed([(bad, 20, DAY), (987_654_321, 30, DAY)], employer=42),
        listed([(good, 1, DAY + timedelta(1)), (bad, 2, DAY)], employer=43),
    )
    assert (only.vouchers, only.waiting) == (3, 53)
    assert (ledger.account(good).balance, ledger.account(bad).balance) == (10, 0)
    assert Suspense.objects.get(subject="21901", source_id="42").balance == 50
    assert sound()


def unallocated(employer: int) -> int:
    return sum(
        Suspense.objects.filter(
            subject="21901", source_type="employer", source_id=str(employer)
        ).values_list("balance", flat=True)
    )


def waits(employer: int, amount: int) -> None:
    """Money of an employer comes in before it is known for whom."""
    post(
        Voucher(
            "received", source_type="receipt", source_id=f"LK{number()}", occurred_at=AT,
            gl=(at_bank(amount), GlLine("21901", -amount, employer_id=employer)),
            suspense=(SuspenseLine("21901", "employer", str(employer), amount, "received"),),
        )
    )  # fmt: skip


def allocated(members, *, employer=7, source=None):
    """A list that is paid from what waits for its employer."""
    return replace(listed(members, employer=employer, source=source), bank_account_id=None)


def test_what_waits_for_an_employer_is_allocated_to_its_people():
    one, two, other = account(), account(), account(balance=5)
    waits(7, 500)
    _opened, (only,) = batch(
        allocated([(one, 100, DAY), (two, 200, DAY)]),
        listed([(other, 7, DAY)]),
        allocated([(other, 50, DAY)]),
    )
    assert (only.vouchers, only.total, only.waiting) == (3, 357, 0)
    assert [ledger.account(each).balance for each in (one, two, other)] == [100, 200, 62]
    assert unallocated(7) == 150
    assert sound()


def test_of_what_is_allocated_a_closing_accounts_part_waits_again():
    stays, goes = account(balance=100), account(balance=300)
    waits(7, 100)
    hold = ledger.place_hold(goes, case_id=number(), purpose="closing", amount=300)
    ledger.order_hold(hold, order_no=f"O{number()}", principal=300, interest=0, interest_until=DAY)
    _opened, (only,) = batch(allocated([(stays, 40, DAY), (goes, 60, DAY)]))
    assert (only.total, only.waiting) == (100, 60)
    assert (ledger.account(stays).balance, ledger.account(goes).balance) == (140, 300)
    assert unallocated(7) == 60
    assert sound()


def test_no_more_is_allocated_than_waits_and_no_other_employers():
    mine, theirs = account(), account(employer=8)
    waits(7, 99)
    waits(8, 500)
    opened = ledger.open_batch(Announced(2, 2, 600), key="too much", scope="test")
    ledger.stage(
        opened, [allocated([(theirs, 500, DAY)], employer=8), allocated([(mine, 100, DAY)])]
    )
    with refused("ledger.insufficient"), transaction.atomic():
        ledger.post_slice(opened, 1)
    assert (ledger.account(mine).balance, unallocated(7), unallocated(8)) == (0, 99, 500)
    waits(7, 1)
    assert ledger.post_batch(opened)[0].total == 600
    assert (unallocated(7), unallocated(8)) == (0, 0)
    assert sound()


def test_a_list_that_was_posted_before_is_refused():
    member = account()
    batch(listed([(member, 10, DAY)], source="JULY"))
    with refused("ledger.source_reused"), transaction.atomic():
        batch(listed([(member, 10, DAY)], source="JULY"))
    assert ledger.account(member).balance == 10


def test_an_account_in_two_lists_of_a_slice_gets_both():
    member = account(balance=5)
    batch(listed([(member, 10, DAY)]), listed([(member, 20, DAY)]))
    assert ledger.account(member).balance == 35
    assert sound()


def test_many_accounts_are_opened_as_one_would_be():
    people = [(5_000_000 + number(), 7, date(2020, 1, 2)) for _ in range(3)]
    opened = ledger.open_accounts(people, key="joined")
    assert ledger.open_accounts(people, key="joined") == opened
    alone = ledger.account(account())
    for (person, _employer, _day), each in zip(people, opened, strict=True):
        row = ledger.account(each)
        assert row.person_id == person
        assert (row.state, row.balance, row.interest_from, row.opened_on, row.employer_id) == (
            alone.state, 0, alone.interest_from, alone.opened_on, 7,
        )  # fmt: skip
    with refused("ledger.account_exists"), transaction.atomic():
        ledger.open_accounts([people[0], (5_000_000 + number(), 7, DAY)], key="again")
    with refused("ledger.value_date"), transaction.atomic():
        ledger.open_accounts([(1, 7, DAY + timedelta(1))], key="tomorrow")


def test_accounts_move_with_their_money_from_employer_to_employer():
    one, two, poor = account(balance=100), account(balance=50), account()
    posted = ledger.transfer_accounts([(two, 9), (one, 8), (poor, 9)], key="move", occurred_at=AT)
    assert len(posted.voucher_ids) == 1
    assert ledger.transfer_accounts(
        [(one, 8), (two, 9), (poor, 9)], key="move", occurred_at=AT
    ).repeated
    assert [ledger.account(each).employer_id for each in (one, two, poor)] == [8, 9, 9]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT employer_id, sum(amount) FROM ledger_gl_line WHERE voucher_id = %s GROUP BY 1"
            " ORDER BY 1", [posted.voucher_ids[0]],
        )  # fmt: skip
        assert cursor.fetchall() == [(7, 150), (8, -100), (9, -50)]
    post(withdrawal(one, 100))
    assert sound()


def test_an_account_that_is_named_twice_goes_nowhere():
    """Its money would be moved to both, and 201 of an employer would say what nobody has."""
    goes = account(balance=300)
    with refused("ledger.totals"), transaction.atomic():
        ledger.transfer_accounts([(goes, 8), (goes, 9)], key="twice", occurred_at=AT)
    assert ledger.account(goes).employer_id == 7
    assert sound()


def test_a_closing_account_stays_with_its_employer():
    goes = account(balance=300)
    hold = ledger.place_hold(goes, case_id=number(), purpose="closing", amount=300)
    ledger.order_hold(hold, order_no=f"O{number()}", principal=300, interest=0, interest_until=DAY)
    with refused("ledger.closing"), transaction.atomic():
        ledger.transfer_accounts([(goes, 8)], key="stay", occurred_at=AT)
