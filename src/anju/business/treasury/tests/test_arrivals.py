"""Money that arrives is kept once, sealed, and is no finding."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anju import ports
from anju.business.treasury import actions
from anju.business.treasury.models import Arrival, Break
from anju.business.withdrawals.retirement.tests import cast
from anju.ports.bank import ArrivalNotice
from anju.store import fields
from anju.store.models import InboxMessage

NOTICE = ArrivalNotice(
    notice_id="TZ1",
    account="14050100000000000001",
    amount_fen=300_000,
    bank_serial="202611200000000001",
    payer_name="演示·单位",
    payer_account="8888000000000001",
    remark="2026年11月汇缴",
    reversal=False,
    booked_on=cast.AT.date(),
    occurred_at=cast.AT,
)


class Bank:
    """Reads every notice as the arrival."""

    def read_notice(self, headers, *, body, at):
        return NOTICE


@pytest.fixture
def arrived(db, city):
    city("yuncheng")
    cast.open_books()

    def arrive(body: bytes = b"{}") -> list[str]:
        with ports.offering("bank", Bank()):
            actions.receive_notice({}, body, at=cast.AT)
            later = cast.AT + timedelta(minutes=1)
            waiting = InboxMessage.objects.filter(state="waiting").values_list("pk", flat=True)
            return [actions.take_notice(pk, at=later) for pk in waiting]

    return arrive


def test_an_arrival_is_kept_once_and_sealed(arrived):
    assert (arrived(), arrived()) == (["arrival"], [])
    kept = Arrival.objects.get()
    assert (kept.amount_fen, kept.serial, kept.received_at) == (
        300_000,
        NOTICE.bank_serial,
        cast.AT,
    )
    for column in ("payer_name", "payer_account", "remark"):
        told = getattr(NOTICE, column)
        assert told not in str(getattr(kept, column))
        assert fields.unseal(kept, column).expose() == told
    assert Break.objects.count() == 0


def test_other_words_under_the_same_number_are_a_finding(arrived):
    arrived()
    arrived(b'{"other": 1}')
    found = Break.objects.get()
    assert (found.kind, found.order_no) == ("contradiction", NOTICE.bank_serial)
    assert (found.amount_fen, Arrival.objects.count()) == (300_000, 1)
