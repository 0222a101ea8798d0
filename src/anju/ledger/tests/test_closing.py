"""A closing payout from hold to closed account, and everything that may come between."""

import pytest

from anju import ledger
from anju.ledger.tests.books import DAY, account, number, withdrawal

pytestmark = pytest.mark.usefixtures("open_books")


def ordered(account_id: int, *, interest: int = 80) -> int:
    """A closing hold of the whole account, ordered today."""
    balance = ledger.account(account_id).balance
    hold = ledger.place_hold(account_id, case_id=number(), purpose=ledger.CLOSING, amount=balance)
    ledger.order_hold(
        hold, order_no=f"O{number()}", principal=balance, interest=interest, interest_until=DAY
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


def test_verify_smoke():
    from anju.ledger.verify import verify

    member = account(balance=100_000)
    hold = ordered(member)
    ledger.settle_closing(hold, [withdrawal(member, 100_000, interest=80)], key="s")
    assert verify() == []
