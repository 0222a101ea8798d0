"""Whatever the bank does, money is paid once, booked once, and somebody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anju import ledger
from anju.business.treasury import actions as treasury
from anju.business.treasury import facts as payments
from anju.business.treasury.models import Break, Payment
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import SEAL, MemoryBank, Worker
from anju.business.withdrawals.retirement.tests.ordered import (
    MINUTE,
    TOTAL,
    Ordered,
    is_settled,
    is_untouched,
    job_ids,
    sweep,
)
from anju.cases.models import Message
from anju.domain.payment import Effect, PaymentStatus
from anju.ports.bank import NoticeForged
from anju.store.models import InboxMessage

AT = cast.AT


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
    late_worker = Worker(worked=set(job_ids()))
    assert sweep(late_worker, AT + timedelta(seconds=29)) == []
    assert sweep(late_worker, AT + timedelta(seconds=30)) == ["treasury.send"]
    is_settled(ordered)


def test_a_worker_lost_after_the_call_asks_instead_of_paying_again(ordered, bank):
    request = treasury._mark_sent(ordered.order_no, at=AT)
    bank.pay(request)
    assert ordered.status == "sent"
    worker = Worker(worked=set(job_ids()))
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


def test_the_same_number_with_other_words_is_a_break_and_changes_nothing(ordered, bank, worker):
    worker.work(AT)
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no), at=AT)
    other = bank.notice(ordered.order_no, outcome="returned", reason="误报")
    assert treasury.receive_notice(SEAL, other, at=AT) == "accepted"
    worker.work(AT)
    (row,) = Break.objects.all()
    assert (row.kind, row.order_no) == ("contradiction", ordered.order_no)
    assert "N1" in row.note
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
    worker = Worker(worked=set(job_ids()))
    treasury.receive_notice(SEAL, bank.notice(ordered.order_no, amount_fen=TOTAL), at=AT)
    worker.work(AT)
    assert [row.kind for row in Break.objects.all()] == ["contradiction"]
    is_untouched(ordered)
    payment = Payment.objects.get(pk=ordered.order_no)
    assert payment.status == "written"
    assert payment.settled_at is None
    assert sweep(worker, AT + 2 * MINUTE) == ["treasury.send"]
    is_settled(ordered)
