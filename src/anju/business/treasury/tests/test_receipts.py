"""Every arrival is booked once, in exactly one state, and every way out of suspense is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger, ports
from anju.business.treasury import actions, arrivals, receipt_decisions, receipt_proofs
from anju.business.treasury.models import (
    Arrival,
    Break,
    Payment,
    PaymentOrder,
    Receipt,
    ReceiptProposal,
)
from anju.business.treasury.receipt_decisions import Asked
from anju.business.treasury.tests.test_arrivals import NOTICE
from anju.business.treasury.two_people import NotNow
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank
from anju.cases.records import NotYours
from anju.ledger.verify import verify as verify_ledger
from anju.parties import actions as parties
from anju.store.audit import Actor

AT = cast.AT
CARD = "6210000000000000017"


def verify() -> list[object]:
    """What the command says of the books and of the receipts."""
    return [*verify_ledger(), *receipt_proofs.breaks()]


def came(amount: int = 300_000, **more: object) -> Receipt:
    """Somebody pays in; what became of it."""
    number = Arrival.objects.count() + 1
    told = {"notice_id": f"TZ{number}", "bank_serial": f"S{number}", "amount_fen": amount}
    arrivals.keep(replace(NOTICE, **(told | more)), at=AT)
    return Receipt.objects.latest("pk")


def taken_back(receipt: Receipt) -> Receipt:
    """The bank takes it back under the same serial."""
    serial, amount = receipt.arrival.serial, receipt.arrival.amount_fen
    return came(-amount, bank_serial=serial, reversal=True)


def books() -> dict[str, int]:
    """What stands on the subjects of these tests, on their own sides."""
    sides = {"101": 1, "11902": 1, "21901": -1, "21902": -1, "21905": -1, "40101": -1}
    return {
        code: side * total for code, side in sides.items() if (total := ledger.control_total(code))
    }


def asked(kind: str, **more: str) -> Asked:
    """What an accountant types."""
    typed = {"number": "", "bank_code": "", "reason": "银行回单", "request_key": "key"}
    return Asked(kind, **(typed | more))


def staff(name: str, *roles: str) -> int:
    """Somebody at the counter."""
    return parties.create_staff(
        username=name,
        display_name=f"演示·{name}",
        branch_code=cast.BRANCH,
        roles=roles or ("accountant",),
        password="Counter-2026",
        totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        person_id=None,
        actor=Actor.system(),
        at=AT,
    ).pk


@pytest.fixture
def desk(db, city):
    """Two accountants, on the day of these tests."""
    city("yuncheng")
    cast.open_books()
    cast.employer()
    cast.turn_to()
    return staff("one"), staff("two")


def settled(maker: int, checker: int, receipt: Receipt, wish: Asked) -> Receipt:
    """Asked for by one, approved by the other."""
    receipt_decisions.propose(maker, receipt.reference, wish, at=AT)
    receipt_decisions.approve(checker, receipt.reference, at=AT)
    receipt.refresh_from_db()
    return receipt


def test_what_nobody_knows_waits_under_its_own_number(desk):
    first, second = came(), came(5)
    assert {first.state, second.state} == {"suspense"}
    assert books() == {"101": 300_005, "21905": 300_005}
    assert first.reference != second.reference
    assert verify() == []


def test_an_arrival_is_in_exactly_one_state(desk):
    receipt = came()
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(state="lost")
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(state="matched")
    with pytest.raises(IntegrityError), transaction.atomic():
        receipt.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrival.objects.update(amount_fen=1)


def test_no_arrival_without_a_receipt(desk):
    kept = came().arrival
    kept.pk, kept.notice_id = None, "alone"
    with transaction.atomic():
        kept.save(force_insert=True)
        refused = pytest.raises(IntegrityError, match="arrival_without_receipt")
        with connection.cursor() as sql, refused:
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_taken_back_while_it_waits(desk):
    receipt = came()
    taken_back(receipt)
    receipt.refresh_from_db()
    assert receipt.state == "reversed"
    assert receipt.reversed_by.state == "reversed"
    assert (books(), Break.objects.count()) == ({}, 0)


def test_taken_back_before_it_was_told(desk):
    early = came(-700, bank_serial="S", reversal=True)
    assert Break.objects.filter(kind="reversal_alone", closed_at=None).count() == 1
    late = came(700, bank_serial="S")
    early.refresh_from_db()
    late.refresh_from_db()
    assert (late.state, early.reverses_id) == ("reversed", late.pk)
    assert books() == {}
    assert not Break.objects.filter(closed_at=None).exists()


def test_allocated_to_an_employer_by_two_people(desk):
    maker, checker = desk
    wish = asked("employer", number="12149999dem0000011")
    receipt = came()
    receipt_decisions.propose(maker, receipt.reference, wish, at=AT)
    receipt_decisions.propose(maker, receipt.reference, wish, at=AT)
    assert ReceiptProposal.objects.count() == 1
    with pytest.raises(NotNow, match="以外的人"):
        receipt_decisions.approve(maker, receipt.reference, at=AT)
    receipt_decisions.approve(checker, receipt.reference, at=AT)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.kind) == ("matched", "employer")
    assert books() == {"101": 300_000, "21901": 300_000}
    with pytest.raises(NotNow, match="已不在待查"):
        receipt_decisions.approve(checker, receipt.reference, at=AT)
    assert verify() == []


def test_taken_back_after_it_was_used_is_owed(desk):
    receipt = settled(*desk, came(), asked("bank_interest"))
    taken_back(receipt)
    receipt.refresh_from_db()
    assert receipt.state == "reversed"
    assert books() == {"11902": 300_000, "40101": 300_000}
    assert Break.objects.get().kind == "receipt_reversed"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (asked("lost"), "kind"),
        (asked("employer"), "number"),
        (asked("employer", number="91"), "number"),
        (asked("returned", number="ZF202611200001"), "number"),
        (asked("refund"), "bank_code"),
        (asked("refund", bank_code="105", reason="短"), "reason"),
    ],
)
def test_what_cannot_be_asked_for(desk, wish, field):
    with pytest.raises(NotNow) as refused:
        receipt_decisions.propose(desk[0], came().reference, wish, at=AT)
    assert refused.value.field == field


def test_not_everybody_s_work(desk):
    receipt = came()
    for who, error in ((staff("teller", "teller"), NotYours), (staff("boss", "admin"), NotNow)):
        with pytest.raises(error):
            receipt_decisions.propose(who, receipt.reference, asked("bank_interest"), at=AT)
    with pytest.raises(NotYours):
        receipt_decisions.propose(desk[0], "LK0", asked("bank_interest"), at=AT)


def test_sent_back_and_taken_back(desk):
    maker, checker = desk
    receipt = came()
    for number, key in enumerate(("a", "b")):
        wish = asked("bank_interest", request_key=key)
        receipt_decisions.propose(maker, receipt.reference, wish, at=AT)
        with pytest.raises(NotNow, match="在办"):
            receipt_decisions.propose(
                maker, receipt.reference, asked("refund", bank_code="105"), at=AT
            )
        if number:
            receipt_decisions.withdraw(maker, receipt.reference, at=AT)
        else:
            receipt_decisions.reject(checker, receipt.reference, note="依据不足", at=AT)
    states = ReceiptProposal.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["rejected", "withdrawn"]
    assert books() == {"101": 300_000, "21905": 300_000}


@pytest.fixture
def bank():
    """The bank, in memory."""
    memory = MemoryBank()
    with ports.offering("bank", memory):
        yield memory


@pytest.fixture
def refund(desk, bank):
    """Money that is being given back: its receipt, and its order."""
    receipt = settled(*desk, came(payer_account=CARD), asked("refund", bank_code="105"))
    order = PaymentOrder.objects.get()
    assert (receipt.state, order.payer_account) == ("suspense", NOTICE.account)
    return receipt, order.pk


def send(order_no: str) -> None:
    """The worker calls the bank."""
    actions.send(order_no, at=AT)


def ask(order_no: str) -> None:
    """A minute later it asks what became of it."""
    actions.ask(order_no, at=AT + timedelta(minutes=1))


def test_given_back_and_it_came_back(refund, desk, bank):
    receipt, order_no = refund
    send(order_no)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.kind, receipt.number) == ("matched", "refund", order_no)
    assert [(one.payee_account, one.payee_name) for one in bank.requests] == [
        (CARD, NOTICE.payer_name)
    ]
    assert books() == {}
    bank.give_back(order_no)
    ask(order_no)
    receipt.refresh_from_db()
    assert (receipt.state, Payment.objects.get().status) == ("suspense", "returned")
    assert books() == {"101": 300_000, "21905": 300_000}
    assert ReceiptProposal.objects.get().state == "returned"
    settled(*desk, receipt, asked("bank_interest", request_key="again"))
    assert books() == {"101": 300_000, "40101": 300_000}
    assert verify() == []


def test_a_refused_refund_waits_on(refund, desk, bank):
    receipt, order_no = refund
    other = asked("bank_interest", request_key="other")
    with pytest.raises(NotNow, match="在办"):
        receipt_decisions.propose(desk[0], receipt.reference, other, at=AT)
    bank.refuse = "账号已销户"
    send(order_no)
    ask(order_no)
    receipt.refresh_from_db()
    assert (receipt.state, ReceiptProposal.objects.get().state) == ("suspense", "failed")
    assert books() == {"101": 300_000, "21905": 300_000}


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        ("paid", {"101": -300_000, "11902": 300_000}),
        ("failed", {}),
        ("returned", {}),
    ],
)
def test_taken_back_while_it_is_given_back(refund, bank, ends, left):
    receipt, order_no = refund
    taken_back(receipt)
    bank.refuse = "账号已销户" if ends == "failed" else ""
    send(order_no)
    if ends == "returned":
        bank.give_back(order_no)
    ask(order_no)
    receipt.refresh_from_db()
    assert receipt.state == "reversed"
    assert books() == left
    assert verify() == []


def test_what_does_not_fit_the_books_is_named(desk, monkeypatch):
    first, alone = came(), came(5).arrival
    assert verify() == []
    monkeypatch.setattr(receipt_proofs, "TRIGGERS", ["treasury_receipt.lost"])
    with transaction.atomic():
        Receipt.objects.filter(pk=first.pk).update(state="matched", kind="employer")
        alone.pk, alone.notice_id = None, "alone"
        alone.save(force_insert=True)
        found = [(each.kind, each.what) for each in verify()]
        transaction.set_rollback(True)
    assert found == [
        ("arrival", str(alone.pk)),
        ("receipt", f"receipt {first.reference}"),
        ("guard trigger", "treasury_receipt.lost"),
    ]
