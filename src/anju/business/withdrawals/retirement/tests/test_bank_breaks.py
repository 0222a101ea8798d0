"""What the bank did and should not have: wrong amounts, returns, other content; nothing is lost."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger
from anju.business.treasury import actions as treasury
from anju.business.treasury import facts as payments
from anju.business.treasury.models import Break, Payment, PaymentEvent, PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import SEAL, Worker
from anju.business.withdrawals.retirement.tests.ordered import (
    MINUTE,
    TOTAL,
    is_settled,
    is_untouched,
    job_ids,
    sweep,
)
from anju.cases import facts
from anju.cases.models import Message
from anju.ports.bank import Outcome
from anju.store.models import InboxMessage

AT = cast.AT


# -- wrong amounts and returns ---------------------------------------------------------------


def test_a_wrong_amount_is_a_break_and_books_nothing(ordered, bank, worker):
    bank.short_fen = 1
    assert worker.work(AT) == ["treasury.send", "treasury.ask"]
    is_untouched(ordered)
    (row,) = Break.objects.all()
    assert row.kind == "contradiction"
    assert str(TOTAL - 1) in row.note
    for minutes in range(1, 4):
        sweep(worker, AT + minutes * MINUTE)
    assert Break.objects.count() == 1, "an open finding is listed once"
    is_untouched(ordered)


def test_money_that_comes_back_waits_in_suspense(ordered, bank, worker):
    worker.work(AT)
    is_settled(ordered)
    bank.give_back(ordered.order_no)
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no, number="N9"), at=AT + MINUTE)
    assert worker.work(AT + MINUTE) == ["treasury.take_notice", "treasury.ask"]
    assert ordered.status == "returned"
    assert ordered.case_state == "payment_returned"
    assert ledger.control_total("219") == -TOTAL
    # What left came back: only the opening balance is in the deposit, and the interest owed.
    assert ledger.control_total("101") == cast.BALANCE
    assert ledger.control_total("") == 0
    assert ordered.who.account.state == "closed", "reinstating is a reviewed case"
    (row,) = Break.objects.all()
    assert (row.kind, row.amount_fen, row.branch_code) == ("returned", TOTAL, cast.BRANCH)
    told = Message.objects.filter(reference=ordered.reference).latest("pk")
    assert "20,335.82 元被收款银行退回（账号已销户）" in told.body
    view = facts.case_view(ordered.reference, person_id=ordered.who.person_id, at=AT)
    assert view.state_text == "款项被退回"


def test_a_second_return_books_nothing_more(ordered, bank, worker):
    worker.work(AT)
    bank.give_back(ordered.order_no)
    for number in ("N8", "N9"):
        treasury.receive_notice(SEAL, bank.notice(ordered.order_no, number=number), at=AT)
        worker.work(AT)
    assert ledger.control_total("219") == -TOTAL
    assert Break.objects.count() == 1


def test_a_return_is_asked_about_until_the_bank_answers(ordered, bank, worker):
    """The worker that would have asked dies, then the bank is silent: the news is not lost."""
    worker.work(AT)
    bank.give_back(ordered.order_no)
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no, number="N9"), at=AT)
    (waiting,) = InboxMessage.objects.values_list("pk", flat=True)
    treasury.take_notice(waiting, at=AT)
    killed = Worker(worked=set(job_ids()))
    bank.silent = True
    assert sweep(killed, AT + MINUTE) == ["treasury.ask"]
    treasury.receive_notice(
        SEAL, bank.notice(ordered.order_no, number="N8", outcome="paid"), at=AT + MINUTE
    )
    killed.work(AT + MINUTE)
    bank.silent = False
    assert sweep(killed, AT + 2 * MINUTE) == ["treasury.ask"]
    assert ordered.status == "returned"
    assert ledger.control_total("219") == -TOTAL
    assert sweep(killed, AT + 9 * MINUTE) == []


def test_paid_and_returned_before_we_heard_of_either(ordered, bank, worker):
    bank.lose = "reply"
    worker.work(AT)
    bank.give_back(ordered.order_no)
    sweep(worker, AT + MINUTE)
    assert ordered.status == "returned"
    assert ordered.case_state == "payment_returned"
    assert ledger.control_total("219") == -TOTAL
    assert ledger.control_total("") == 0


def test_a_return_said_and_not_confirmed_is_not_booked(ordered, bank, worker):
    worker.work(AT)
    body = bank.notice(ordered.order_no, outcome="returned", reason="误报")
    treasury.receive_notice(SEAL, body, at=AT)
    worker.work(AT)
    is_settled(ordered)


def test_the_banks_word_against_a_settled_failure_is_a_break(ordered, bank, worker):
    bank.refuse = "系统维护"
    worker.work(AT)
    request = bank.known[ordered.order_no][0]
    bank.known[ordered.order_no] = (request, Outcome.PAID, TOTAL, "")
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no), at=AT)
    worker.work(AT)
    assert ordered.status == "failed"
    assert {row.kind for row in Break.objects.all()} == {"failed", "contradiction"}
    assert ordered.who.account.available == cast.BALANCE


def test_a_number_the_bank_has_with_other_content_stops_for_a_person(ordered, bank, worker):
    order = PaymentOrder.objects.get(pk=ordered.order_no)
    treasury_request = treasury._mark_sent(ordered.order_no, at=AT)
    from dataclasses import replace

    other = replace(treasury_request, payee_name="演示·别人")
    bank.known[order.order_no] = (other, Outcome.PAID, TOTAL, "")
    Payment.objects.filter(pk=ordered.order_no).update(status="written", sent_at=None)
    worker.work(AT)
    is_untouched(ordered)
    assert ordered.status == "unknown"
    assert [row.kind for row in Break.objects.all()] == ["contradiction"]
    for minutes in range(1, 10):
        sweep(worker, AT + minutes * MINUTE)
    is_untouched(ordered)


# -- what is written stays -------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treasury_paymentorder SET amount_fen = amount_fen + 1, "
        "principal_fen = principal_fen + 1",
        "DELETE FROM treasury_paymentorder",
        "TRUNCATE treasury_paymentorder CASCADE",
        "UPDATE treasury_paymentevent SET amount_fen = 1",
        "DELETE FROM treasury_paymentevent",
        "UPDATE treasury_payment SET status = 'sent'",
        "DELETE FROM treasury_payment",
    ],
)
def test_an_order_and_its_history_cannot_be_changed(ordered, bank, worker, statement):
    worker.work(AT)
    with (
        pytest.raises(Exception, match=r"append_only|is_settled|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_order_pays_its_parts(ordered):
    with (
        pytest.raises(IntegrityError, match="order_amount_is_its_parts"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO treasury_paymentorder SELECT 'ZF1', case_reference, principal_fen,"
            " interest_fen, amount_fen + 1, value_date, payer_account, payee_name,"
            " payee_account, payee_bank_code, summary, written_at, mac, person_id, NULL"
            " FROM treasury_paymentorder"
        )


def test_every_word_of_the_bank_is_remembered(ordered, bank, worker):
    bank.lose = "reply"
    worker.work(AT)
    sweep(worker, AT + MINUTE)
    said = list(PaymentEvent.objects.order_by("pk").values_list("said", "status_after"))
    assert said == [("sent", "sent"), ("no_reply", "unknown"), ("query.paid", "paid")]


def test_an_order_changed_behind_our_back_is_never_sent(committing_db, bank, yuncheng):
    """Somebody with the owner's rights edits an order: its mac does not fit, nothing is sent."""
    cast.open_books()
    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    order_no = cast.case(reference).order_no
    with committing_db.connect("admin", autocommit=True) as admin:
        admin.execute("SET search_path TO yuncheng")
        admin.execute("ALTER TABLE treasury_paymentorder DISABLE TRIGGER append_only")
        admin.execute("UPDATE treasury_paymentorder SET payer_account = '1'")
    Worker().work(AT)
    assert bank.requests == []
    assert payments.payment(order_no).status == "written"
    assert [row.kind for row in Break.objects.all()] == ["tampered"]
    treasury.sweep(at=AT + 5 * MINUTE)
    assert bank.requests == []
