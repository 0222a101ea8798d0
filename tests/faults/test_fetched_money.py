"""Money that is fetched comes in like any other: one receipt, until the bank takes it back."""

from __future__ import annotations

import pytest

from anju import ports
from anju.business.treasury.models import Break, Receipt
from anju.business.treasury.reconciliation import reconcile
from anju.business.withdrawals.retirement.tests import cast
from anju.ports.bank import BankUnreachable
from anju.store import fields

from .outside import opened


@pytest.fixture(params=["http", "bdc"])
def world(request, committing_db, yuncheng, tmp_path, clock):
    """The outside world, spoken to in either way."""
    with opened(tmp_path, clock, bank=request.param) as world:
        yield world


def test_fetched_money_is_a_receipt_until_the_bank_takes_it_back(world):
    """An answer is lost and a notice comes three times: the books follow the bank's, once."""
    order = world.may_fetch(150_000)
    world.goes_wrong("duplicate_notice", times=1)
    world.goes_wrong("lose_reply", times=1)
    with pytest.raises(BankUnreachable):
        ports.bank_collections().collect(order)
    done = ports.bank_collections().collect(order)
    assert (done.outcome, done.amount_fen) == ("collected", 150_000)
    world.news_arrives(3)
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.arrival.serial) == ("suspense", done.bank_serial)
    assert fields.unseal(receipt.arrival, "remark").expose() == order.order_no
    world.takes_back(done.bank_serial)
    world.news_arrives(4)
    receipt.refresh_from_db()
    assert receipt.state == "reversed"
    cast.turn_to(world.clock.advance(days=1))
    sheet = reconcile(cast.AT.date(), at=world.at).sheet
    alone = (sheet.theirs_in_fen, sheet.theirs_out_fen, sheet.ours_in_fen, sheet.ours_out_fen)
    assert alone == (0, 0, 0, 0)
    assert not Break.objects.exists()
