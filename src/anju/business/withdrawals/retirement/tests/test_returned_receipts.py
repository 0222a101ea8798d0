"""A payment came back, and the bank tells of the money as well: it is booked once, either way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju import ledger
from anju.business.treasury import actions, arrivals
from anju.business.treasury.models import Receipt
from anju.business.treasury.tests.test_arrivals import NOTICE
from anju.business.withdrawals.retirement.tests import cast
from anju.ledger.verify import verify

PAY = cast.BALANCE + cast.INTEREST


def arrives(number: str, **told: object) -> Receipt:
    """The bank tells of an arrival of what was paid."""
    notice = replace(NOTICE, notice_id=number, bank_serial=number, amount_fen=PAY)
    arrivals.keep(replace(notice, **told), at=cast.AT)
    return Receipt.objects.get(arrival__notice_id=number)


def waits(subject: str) -> int:
    """What stands on a subject of money that waits."""
    return -ledger.control_total(subject)


@pytest.fixture(params=["number", "payer"])
def told(request, ordered):
    """How the bank's words lead to the order."""
    if request.param == "number":
        return {"remark": f"退汇 {ordered.order_no} 账号不符"}
    return {"payer_account": cast.card_number(1), "remark": "退汇"}


def test_the_return_is_told_first(ordered, bank, worker, told):
    worker.work(cast.AT)
    bank.give_back(ordered.order_no)
    actions.ask(ordered.order_no, at=cast.AT)
    receipt = arrives("A1", **told)
    assert (receipt.state, receipt.kind, receipt.number) == (
        "matched",
        "returned",
        ordered.order_no,
    )
    assert (waits("21902"), waits("21905")) == (PAY, 0)
    # The same money twice: the second is not this return.
    assert arrives("A2", **told).state == "suspense"
    assert waits("21905") == PAY
    assert verify() == []


def test_the_money_is_told_first(ordered, bank, worker, told):
    worker.work(cast.AT)
    receipt = arrives("A1", **told)
    assert (receipt.state, waits("21905")) == ("suspense", PAY)
    bank.give_back(ordered.order_no)
    # A number that the payer wrote makes us ask by ourselves.
    if receipt.order_no:
        assert worker.work(cast.AT) == ["treasury.ask"]
    else:
        actions.ask(ordered.order_no, at=cast.AT)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.kind) == ("matched", "returned")
    assert (waits("21902"), waits("21905")) == (PAY, 0)
    assert cast.case(ordered.reference).state == "payment_returned"
    assert verify() == []
