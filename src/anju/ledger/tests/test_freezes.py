"""Freezes queue, may exceed the balance, and stop what goes out, never what comes in."""

from datetime import timedelta

import pytest

from anju import ledger
from anju.ledger.models import Freeze
from anju.ledger.tests.books import DAY, account, number, post, refused, remittance, withdrawal

pytestmark = pytest.mark.usefixtures("open_books")


def frozen(member: int, amount: int | None, *, doc: str = "1", **days) -> int:
    return ledger.freeze(
        member,
        authority="某区人民法院",
        doc_no=doc,
        amount=amount,
        **{"from_day": DAY, **days},
    )


@pytest.mark.parametrize(
    ("amounts", "available"), [([30], 70), ([30, 50], 20), ([30, 90], 0), ([500], 0), ([None], 0)]
)
def test_available_is_what_no_freeze_keeps(amounts, available):
    member = account(balance=100)
    for i, amount in enumerate(amounts):
        frozen(member, amount, doc=str(i))
    assert ledger.account(member).available == available
    assert list(Freeze.objects.order_by("rank").values_list("rank", flat=True)) == [
        *range(1, len(amounts) + 1)
    ]


def test_a_freeze_stops_what_goes_out_and_lets_in(transactional_savepoint):
    member = account(balance=100)
    freeze = frozen(member, None)
    post(remittance(member, 10))
    with refused("ledger.frozen"), transactional_savepoint():
        post(withdrawal(member, 1))
    with refused("ledger.frozen"), transactional_savepoint():
        ledger.place_hold(member, case_id=number(), purpose=ledger.PARTIAL, amount=1)
    with refused("ledger.insufficient"), transactional_savepoint():
        post(withdrawal(member, 111))
    assert ledger.lift(freeze, doc_no="2")
    assert not ledger.lift(freeze, doc_no="2")
    post(withdrawal(member, 110))


def test_a_freeze_keeps_a_placed_hold_from_being_ordered():
    member = account(balance=100)
    hold = ledger.place_hold(member, case_id=number(), purpose=ledger.CLOSING, amount=100)
    frozen(member, 1)
    with refused("ledger.frozen"):
        ledger.order_hold(hold, order_no="O", principal=100, interest=0, interest_until=DAY)


def test_a_freeze_does_not_call_back_what_the_bank_already_has():
    member = account(balance=100)
    hold = ledger.place_hold(member, case_id=number(), purpose=ledger.CLOSING, amount=100)
    ledger.order_hold(hold, order_no="O", principal=100, interest=0, interest_until=DAY)
    frozen(member, None)
    ledger.settle_closing(hold, [withdrawal(member, 100)], key="s")
    assert ledger.account(member).state == "closed"


def test_a_freeze_begins_and_ends_by_itself():
    member = account(balance=100)
    frozen(member, 40, from_day=DAY + timedelta(days=1), until_day=DAY + timedelta(days=2))
    seen = []
    for day in range(3):
        ledger.flip_day(DAY + timedelta(days=day))
        seen.append(ledger.account(member).available)
    assert seen == [100, 60, 100]


def test_one_paper_is_one_freeze():
    member = account(balance=100)
    assert frozen(member, 40) == frozen(member, 40)
    assert ledger.account(member).frozen == 40
