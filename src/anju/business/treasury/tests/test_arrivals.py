"""Money that arrives is kept once, sealed, and is no finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from anju import policy, ports
from anju.business.treasury import actions, bank_accounts
from anju.business.treasury import bank_account_proofs as proofs
from anju.business.treasury.models import Arrival, BankAccount, Break
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
    """Reads every notice as the arrival, on the account that is asked for."""

    account = NOTICE.account

    def read_notice(self, headers, *, body, at):
        return replace(NOTICE, account=self.account)


@pytest.fixture
def arrived(db, city):
    city("yuncheng")
    cast.open_books()

    def arrive(body: bytes = b"{}", *, account: str = NOTICE.account) -> list[str]:
        bank = Bank()
        bank.account = account
        with ports.offering("bank", bank):
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


def booked() -> dict[int, int]:
    """What the last voucher moved on each of the centre's bank accounts."""
    lines = connection.cursor()
    lines.execute("SELECT bank_account_id, amount FROM ledger_gl_line WHERE subject ~ '^10[12]'")
    return dict(lines.fetchall())


def test_an_arrival_is_booked_on_the_account_to_which_it_came(arrived):
    for number, account in ((10102, "14050200000000000002"), (10201, "14050100000000000003")):
        keep = transaction.savepoint()
        assert arrived(account=account) == ["arrival"]
        assert booked() == {number: 300_000}
        transaction.savepoint_rollback(keep)


def test_money_on_an_account_that_is_not_ours_is_a_finding(arrived):
    assert arrived(account="99999999999999") == ["break"]
    found = Break.objects.get()
    assert (found.kind, found.amount_fen, Arrival.objects.count()) == (
        "not_our_account",
        300_000,
        0,
    )
    assert "99999999999999" not in found.note
    assert booked() == {}


def test_an_account_that_policy_names_no_more_stays_what_it_was(arrived, city):
    bank_accounts.keep(cast.AT)
    bank_accounts.keep(cast.AT)
    assert list(proofs.breaks()) == []
    now = city("yuncheng")
    left = {code: each for code, each in now.accounts.items() if code != "10102"}
    moved = {"10101": now.accounts["10101"].model_copy(update={"number": "14050100000000000009"})}
    with policy.using(replace(now, accounts=left | moved)):
        assert bank_accounts.id_of("14050200000000000002") == 10102
        assert "工商银行" in bank_accounts.known()[10102].label
        [broken] = proofs.breaks()
        assert broken.what == "10101"
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.all().delete()


def test_a_line_at_an_account_that_never_was_ours_is_named(arrived):
    arrived()
    now = policy.current()
    left = {code: each for code, each in now.accounts.items() if code == "10102"}
    with policy.using(replace(now, accounts=left)):
        [broken] = proofs.breaks()
    assert (broken.kind, broken.what) == ("bank account", "10101")
