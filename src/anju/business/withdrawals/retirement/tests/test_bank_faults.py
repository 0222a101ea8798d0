"""Whatever the bank does, money is paid once, booked once, and somebody is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger
from anju.business.treasury import actions as treasury
from anju.business.treasury import facts as payments
from anju.business.treasury.models import Break, Payment, PaymentEvent, PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import SEAL, MemoryBank, Worker
from anju.cases import facts
from anju.cases.models import Message
from anju.domain.payment import Effect, PaymentStatus
from anju.ports.bank import NoticeForged, Outcome
from anju.store.models import InboxMessage

AT = cast.AT
TOTAL = cast.BALANCE + cast.INTEREST
MINUTE = timedelta(minutes=1)


@dataclass
class Ordered:
    """An order that was written and not yet sent."""

    who: cast.Member
    reference: str
    order_no: str

    @property
    def status(self) -> str:
        return payments.payment(self.order_no).status

    @property
    def case_state(self) -> str:
        return cast.case(self.reference).state


@pytest.fixture
def ordered(books, yuncheng, bank):
    """A green member's order, as the submit leaves it."""
    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    return Ordered(who, reference, cast.case(reference).order_no)


def sweep(worker: Worker, at) -> list[str]:
    treasury.sweep(at=at)
    return worker.work(at)


def is_settled(ordered: Ordered) -> None:
    """Paid, booked and closed, exactly once."""
    assert ordered.status == "paid"
    assert ordered.case_state == "completed"
    assert ordered.who.account.state == "closed"
    assert ledger.control_total("41101") == cast.INTEREST
    assert ledger.control_total("201") == 0
    assert ledger.control_total("") == 0
    done = Message.objects.filter(reference=ordered.reference, title__endswith="已办结")
    assert done.count() == 1


def is_untouched(ordered: Ordered) -> None:
    """Nothing is booked and nothing is given back: the order still stands."""
    assert ordered.case_state == "paying"
    assert ordered.who.account.state == "closing"
    assert ordered.who.account.held == cast.BALANCE
    assert ledger.control_total("41101") == 0


# -- no reply --------------------------------------------------------------------------------


def test_a_lost_reply_is_settled_by_a_query(ordered, bank, worker):
    bank.lose = "reply"
    worker.work(AT)
    assert ordered.status == "unknown"
    is_untouched(ordered)
    assert bank.paid == {ordered.order_no: TOTAL}
    assert sweep(worker, AT + timedelta(seconds=59)) == []
    assert sweep(worker, AT + MINUTE) == ["treasury.ask"]
    is_settled(ordered)
    assert len(bank.requests) == 1


def test_a_silent_bank_is_asked_for_as_long_as_it_takes(ordered, bank, worker):
    bank.lose, bank.silent = "reply", True
    worker.work(AT)
    for minutes in range(1, 30):
        assert sweep(worker, AT + minutes * MINUTE) == ["treasury.ask"]
        is_untouched(ordered)
    bank.silent = False
    sweep(worker, AT + 30 * MINUTE)
    is_settled(ordered)
    assert len(bank.requests) == 1


def test_a_lost_request_is_sent_again_under_the_same_number(ordered, bank, worker):
    bank.lose = "request"
    worker.work(AT)
    bank.lose = ""
    for minutes in range(1, 5):
        sweep(worker, AT + minutes * MINUTE)
        assert ordered.status == "unknown"
        assert len(bank.requests) == 1, "not found is not yet not arrived"
    is_untouched(ordered)
    assert sweep(worker, AT + 5 * MINUTE) == ["treasury.ask", "treasury.send"]
    assert [request.order_no for request in bank.requests] == [ordered.order_no] * 2
    assert bank.requests[0] == bank.requests[1]
    is_settled(ordered)


def test_not_found_twice_is_not_enough_however_late(ordered, bank, worker):
    bank.lose = "request"
    worker.work(AT)
    day = AT + timedelta(hours=7)
    for step in range(2):
        assert sweep(worker, day + step * MINUTE) == ["treasury.ask"]
    assert len(bank.requests) == 1


def test_accepted_is_not_paid(ordered, bank, worker):
    bank.deferred = True
    worker.work(AT)
    assert ordered.status == "unknown"
    sweep(worker, AT + MINUTE)
    is_untouched(ordered)
    bank.pay_now(ordered.order_no)
    sweep(worker, AT + 2 * MINUTE)
    is_settled(ordered)


# -- our own process dies --------------------------------------------------------------------


def test_a_worker_lost_before_the_call_is_found_by_the_sweeper(ordered, bank):
    late_worker = Worker(worked=set(_job_ids()))
    assert sweep(late_worker, AT + timedelta(seconds=29)) == []
    assert sweep(late_worker, AT + timedelta(seconds=30)) == ["treasury.send"]
    is_settled(ordered)


def _job_ids():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs")
        return [row[0] for row in cursor.fetchall()]


def test_a_worker_lost_after_the_call_asks_instead_of_paying_again(ordered, bank):
    request = treasury._mark_sent(ordered.order_no, at=AT)
    bank.pay(request)
    assert ordered.status == "sent"
    worker = Worker(worked=set(_job_ids()))
    assert sweep(worker, AT + MINUTE) == ["treasury.ask"]
    is_settled(ordered)
    assert len(bank.requests) == 1


def test_sending_twice_calls_once(ordered, bank):
    assert treasury.send(ordered.order_no, at=AT) is PaymentStatus.PAID
    assert treasury.send(ordered.order_no, at=AT) is PaymentStatus.PAID
    assert len(bank.requests) == 1
    is_settled(ordered)


# -- refused ---------------------------------------------------------------------------------


def test_a_refusal_confirmed_by_a_query_gives_the_money_back(ordered, bank, worker):
    bank.refuse = "收款账号与户名不符"
    assert worker.work(AT) == ["treasury.send", "treasury.ask"]
    assert ordered.status == "failed"
    assert ordered.case_state == "failed"
    account = ordered.who.account
    assert (account.state, account.held) == ("sealed", 0)
    assert account.available == cast.BALANCE
    assert ledger.control_total("41101") == 0
    (row,) = Break.objects.all()
    assert (row.kind, row.branch_code) == ("failed", cast.BRANCH)
    told = Message.objects.filter(reference=ordered.reference).latest("pk")
    assert "收款账号与户名不符" in told.body
    assert "余额没有变化" in told.body


def test_after_a_refusal_the_member_applies_again_with_a_new_number(ordered, bank, worker):
    bank.refuse = "收款账号与户名不符"
    worker.work(AT)
    bank.refuse = ""
    again = cast.submit(ordered.who, at=AT + cast.SOON)
    worker.work(AT + cast.SOON)
    assert cast.case(again).state == "completed"
    assert cast.case(again).order_no != ordered.order_no
    assert bank.paid == {cast.case(again).order_no: TOTAL}


def test_a_refusal_in_a_notice_is_only_a_hint(ordered, bank, worker):
    """A stale or misdirected notice must not release money that was paid."""
    bank.deferred = True
    worker.work(AT)
    bank.pay_now(ordered.order_no)
    body = bank.notice(ordered.order_no, outcome="failed", amount_fen=0, reason="误报")
    treasury.receive_notice(SEAL, body, at=AT + MINUTE)
    assert worker.work(AT + MINUTE) == ["treasury.take_notice", "treasury.ask"]
    is_settled(ordered)


# -- notices ---------------------------------------------------------------------------------


def test_a_notice_settles_what_the_reply_did_not(ordered, bank, worker):
    bank.lose = "reply"
    worker.work(AT)
    assert treasury.receive_notice(SEAL, bank.notice(ordered.order_no), at=AT) == "accepted"
    is_untouched(ordered)
    assert worker.work(AT) == ["treasury.take_notice"]
    is_settled(ordered)
    assert sweep(worker, AT + MINUTE) == []


def test_a_notice_may_overtake_the_reply(books, yuncheng, worker):
    """The bank notifies before it answers the call: the books are written once."""
    from anju import ports

    class Hasty(MemoryBank):
        def pay(self, request):
            reply = super().pay(request)
            treasury.receive_notice(SEAL, self.notice(request.order_no), at=AT)
            (waiting,) = InboxMessage.objects.values_list("pk", flat=True)
            assert treasury.take_notice(waiting, at=AT) == "worked"
            return reply

    who = cast.member()
    cast.turn_to()
    with ports.offering("bank", Hasty()):
        reference = cast.submit(who)
        ordered = Ordered(who, reference, cast.case(reference).order_no)
        worker.work(AT)
        is_settled(ordered)


def test_a_doubled_notice_is_worked_once(ordered, bank, worker):
    bank.lose = "reply"
    worker.work(AT)
    body = bank.notice(ordered.order_no)
    for _ in range(3):
        assert treasury.receive_notice(SEAL, body, at=AT) == "accepted"
    assert worker.work(AT) == ["treasury.take_notice"]
    (kept,) = InboxMessage.objects.values_list("pk", flat=True)
    assert treasury.take_notice(kept, at=AT) == "repeated"
    is_settled(ordered)


def test_a_notice_whose_work_broke_off_waits_for_the_next_worker(
    ordered, bank, worker, monkeypatch
):
    bank.lose = "reply"
    worker.work(AT)
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no), at=AT)
    with monkeypatch.context() as power_cut:

        def cut(payment, told, at):
            raise RuntimeError("power cut")

        power_cut.setitem(treasury._EFFECTS, Effect.SETTLE, cut)
        with pytest.raises(RuntimeError, match="power cut"):
            worker.work(AT)
    is_untouched(ordered)
    assert treasury.sweep_inbox() == 1
    assert worker.work(AT) == ["treasury.take_notice"]
    is_settled(ordered)


def test_the_same_news_under_another_number_changes_nothing(ordered, bank, worker):
    worker.work(AT)
    for number in ("N1", "N2"):
        treasury.receive_notice(SEAL, bank.notice(ordered.order_no, number=number), at=AT)
    worker.work(AT)
    is_settled(ordered)
    assert not Break.objects.exists()


def test_a_forged_notice_is_neither_believed_nor_kept(ordered, bank, worker):
    bank.lose = "request"
    worker.work(AT)
    with pytest.raises(NoticeForged):
        treasury.receive_notice({"signature": "mine"}, bank.notice(ordered.order_no), at=AT)
    assert not InboxMessage.objects.exists()
    is_untouched(ordered)


def test_a_notice_of_an_order_we_never_wrote_is_a_break(ordered, bank, worker):
    treasury.receive_notice(SEAL, bank.notice("ZF202611209999", amount_fen=4200), at=AT)
    worker.work(AT)
    (row,) = Break.objects.all()
    assert (row.kind, row.order_no, row.amount_fen) == ("never_ordered", "ZF202611209999", 4200)
    accountant = cast.staff("center.accountant", role="accountant", branch_code="center")
    assert [line.order_no for line in payments.breaks(accountant.pk, at=AT)] == ["ZF202611209999"]


def test_news_of_an_order_not_yet_sent_is_a_break_and_the_order_is_sent_all_the_same(ordered, bank):
    worker = Worker(worked=set(_job_ids()))
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no, amount_fen=TOTAL), at=AT)
    worker.work(AT)
    assert [row.kind for row in Break.objects.all()] == ["contradiction"]
    is_untouched(ordered)
    payment = Payment.objects.get(pk=ordered.order_no)
    assert payment.status == "written"
    assert payment.settled_at is None
    assert sweep(worker, AT + 2 * MINUTE) == ["treasury.send"]
    is_settled(ordered)


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
    killed = Worker(worked=set(_job_ids()))
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
