"""What every bank adapter must do: one suite, run by each at the simulator and on recordings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

import pytest

from anju.ports.bank import (
    ArrivalNotice,
    BankPayments,
    BankUnreachable,
    NoticeForged,
    OrderNumberReused,
    Outcome,
    PaymentRequest,
)
from anju.ports.bank_accounts import AccountNotOurs, BankAccounts
from anju.ports.bank_batches import BankBatches, BatchState, PaymentBatch
from anju.simulators.bank import wire as http_wire
from anju.simulators.bdc import answers as bdc_answers

from .conftest import OWN

REQUEST = PaymentRequest(
    order_no="YC01202611200001",
    amount_fen=2_022_295,
    principal_fen=2_021_621,
    interest_fen=674,
    payee_name="演示·李华",
    payee_account="6217000000000000000",
    payee_bank_code="CCB",
    payer_account=OWN[0],
    summary="退休提取",
)


RECORDED = {
    "accepted",
    "paid",
    "sent_twice",
    "refused",
    "returned",
    "not_found",
    "number_reused",
    "reply_lost",
    "request_lost",
    "wrong_amount",
    "notices",
    "statement",
    "balance",
    "not_ours",
    "arrival",
    "batch",
    "batch_in_part",
    "batch_lost",
    "batch_reused",
}
DAY = date(2026, 11, 20)


PAYER = ("演示·单位", "8888000000000001")


BATCH = PaymentBatch(
    batch_no="PL01202611200001",
    orders=tuple(
        replace(REQUEST, order_no=f"YC0120261120{9000 + number}", payee_bank_code=bank)
        for number, bank in enumerate(("CCB", "103", "301"))
    ),
)


class Stage(Protocol):
    """Where a bank can be put into a situation."""

    def bank(self, situation: str) -> Bank: ...

    def fault(self, **wish: object) -> None: ...

    def pass_time(self, seconds: float) -> None: ...

    def pay_in(self, account: str, amount_fen: int, remark: str) -> None: ...

    def notices(self, count: int) -> list[tuple[Mapping[str, str], bytes, datetime]]: ...


class BankContract:
    """What every bank adapter must do. Subclasses give the stage."""

    def test_an_order_is_first_accepted(self, stage: Stage) -> None:
        reply = stage.bank("accepted").pay(REQUEST)
        assert (reply.order_no, reply.outcome) == (REQUEST.order_no, Outcome.ACCEPTED)
        assert (reply.amount_fen, reply.bank_serial) == (REQUEST.amount_fen, "")
        assert reply.occurred_at.utcoffset() is not None

    def test_a_query_tells_that_it_was_paid(self, stage: Stage) -> None:
        bank = stage.bank("paid")
        bank.pay(REQUEST)
        stage.pass_time(3)
        reply = bank.query(REQUEST.order_no)
        assert (reply.outcome, reply.amount_fen) == (Outcome.PAID, REQUEST.amount_fen)
        assert reply.bank_serial
        assert (reply.reason_code, reply.reason) == ("", "")

    def test_the_same_order_twice_is_the_same_payment(self, stage: Stage) -> None:
        bank = stage.bank("sent_twice")
        bank.pay(REQUEST)
        stage.pass_time(3)
        again, asked = bank.pay(REQUEST), bank.query(REQUEST.order_no)
        assert again.outcome is Outcome.PAID
        assert again == asked

    def test_a_refusal_has_a_reason_and_moves_nothing(self, stage: Stage) -> None:
        bank = stage.bank("refused")
        stage.fault(fault="refuse", reason_code="NAME_MISMATCH", times=1)
        bank.pay(REQUEST)
        stage.pass_time(3)
        reply = bank.query(REQUEST.order_no)
        assert (reply.outcome, reply.bank_serial) == (Outcome.FAILED, "")
        assert (reply.reason_code, reply.reason) == ("NAME_MISMATCH", "户名不符")

    def test_a_return_after_success_is_told(self, stage: Stage) -> None:
        bank = stage.bank("returned")
        stage.fault(fault="return", seconds=10, reason_code="ACCOUNT_CLOSED", times=1)
        bank.pay(REQUEST)
        stage.pass_time(3)
        paid = bank.query(REQUEST.order_no)
        stage.pass_time(11)
        back = bank.query(REQUEST.order_no)
        assert (paid.outcome, back.outcome) == (Outcome.PAID, Outcome.RETURNED)
        assert (back.amount_fen, back.reason) == (REQUEST.amount_fen, "账户已销户")
        assert back.bank_serial != paid.bank_serial
        assert paid.reason_code == ""

    def test_a_number_never_sent_is_not_found(self, stage: Stage) -> None:
        reply = stage.bank("not_found").query("YC01202611209999")
        assert (reply.outcome, reply.amount_fen) == (Outcome.NOT_FOUND, 0)

    def test_a_number_with_other_content_is_refused_and_changes_nothing(self, stage: Stage) -> None:
        bank = stage.bank("number_reused")
        bank.pay(REQUEST)
        other = replace(REQUEST, amount_fen=2_022_296, interest_fen=675)
        with pytest.raises(OrderNumberReused):
            bank.pay(other)
        stage.pass_time(3)
        assert bank.query(REQUEST.order_no).amount_fen == REQUEST.amount_fen

    def test_a_lost_reply_is_unknown_and_left_by_query(self, stage: Stage) -> None:
        bank = stage.bank("reply_lost")
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(BankUnreachable):
            bank.pay(REQUEST)
        stage.pass_time(3)
        assert bank.query(REQUEST.order_no).outcome is Outcome.PAID

    def test_a_lost_request_is_mended_by_the_same_number(self, stage: Stage) -> None:
        bank = stage.bank("request_lost")
        stage.fault(fault="lose_request", times=1)
        with pytest.raises(BankUnreachable):
            bank.pay(REQUEST)
        assert bank.query(REQUEST.order_no).outcome is Outcome.NOT_FOUND
        assert bank.pay(REQUEST).outcome is Outcome.ACCEPTED

    def test_a_wrong_amount_is_told_as_it_is(self, stage: Stage) -> None:
        bank = stage.bank("wrong_amount")
        stage.fault(fault="wrong_amount", delta_fen=-100, times=1)
        bank.pay(REQUEST)
        stage.pass_time(3)
        assert bank.query(REQUEST.order_no).amount_fen == REQUEST.amount_fen - 100

    def test_notices_are_read_and_forged_ones_refused(self, stage: Stage) -> None:
        bank = stage.bank("notices")
        stage.fault(fault="forged_notice", times=1)
        stage.fault(fault="return", seconds=10, reason_code="NAME_MISMATCH", times=1)
        bank.pay(REQUEST)
        stage.pass_time(3)
        (forged, paid) = stage.notices(2)
        stage.pass_time(11)
        returned = stage.notices(3)[2]
        with pytest.raises(NoticeForged):
            bank.read_notice(forged[0], body=forged[1], at=forged[2])
        first = bank.read_notice(paid[0], body=paid[1], at=paid[2])
        assert (first.order_no, first.outcome) == (REQUEST.order_no, Outcome.PAID)
        assert (first.amount_fen, first.account) == (REQUEST.amount_fen, REQUEST.payer_account)
        second = bank.read_notice(returned[0], body=returned[1], at=returned[2])
        assert (second.outcome, second.reason) == (Outcome.RETURNED, "户名不符")
        assert first.notice_id != second.notice_id
        assert first.bank_serial != second.bank_serial

    def test_money_that_arrives_is_told_with_who_paid_it(self, stage: Stage) -> None:
        bank = stage.bank("arrival")
        stage.pay_in(REQUEST.payer_account, 300_000, "2026年11月汇缴")
        bank.query(REQUEST.order_no)
        ((headers, body, at),) = stage.notices(1)
        notice = bank.read_notice(headers, body=body, at=at)
        assert isinstance(notice, ArrivalNotice)
        assert (notice.account, notice.amount_fen) == (REQUEST.payer_account, 300_000)
        assert (notice.payer_name, notice.payer_account) == PAYER
        assert (notice.remark, notice.reversal) == ("2026年11月汇缴", False)
        assert (notice.booked_on, notice.occurred_at.date()) == (DAY, DAY)
        assert notice.bank_serial
        with pytest.raises(NoticeForged):
            bank.read_notice(headers, body=body.replace(b"3", b"4"), at=at)

    def test_a_statement_tells_what_left_and_what_came_back(self, stage: Stage) -> None:
        bank = stage.bank("statement")
        stage.fault(fault="return", seconds=10, reason_code="ACCOUNT_CLOSED", times=1)
        bank.pay(REQUEST)
        stage.pass_time(3)
        paid = bank.query(REQUEST.order_no)
        stage.pass_time(11)
        back = bank.query(REQUEST.order_no)
        page = bank.statement(REQUEST.payer_account, since=DAY, until=DAY)
        out, again = page.lines
        assert page.more == ""
        assert (out.amount_fen, again.amount_fen) == (-REQUEST.amount_fen, REQUEST.amount_fen)
        assert (out.serial, again.serial) == (paid.bank_serial, back.bank_serial)
        assert {out.remark, again.remark} == {REQUEST.order_no}
        assert {out.booked_on, again.booked_on, out.occurred_at.date()} == {DAY}
        assert (out.counter_account, out.counter_name) == (
            REQUEST.payee_account,
            REQUEST.payee_name,
        )
        assert again.balance_fen == out.balance_fen + REQUEST.amount_fen
        assert not out.reversal

    def test_the_balance_is_what_the_last_line_says(self, stage: Stage) -> None:
        bank = stage.bank("balance")
        bank.pay(REQUEST)
        stage.pass_time(3)
        bank.query(REQUEST.order_no)
        (line,) = bank.statement(REQUEST.payer_account, since=DAY, until=DAY).lines
        told = bank.balance(REQUEST.payer_account)
        assert (told.account, told.open) == (REQUEST.payer_account, True)
        assert told.balance_fen == told.available_fen == line.balance_fen
        assert told.at.utcoffset() is not None

    def test_an_account_that_is_not_ours_is_refused(self, stage: Stage) -> None:
        bank = stage.bank("not_ours")
        bank.pay(REQUEST)
        stage.pass_time(3)
        bank.query(REQUEST.order_no)
        with pytest.raises(AccountNotOurs):
            bank.statement(REQUEST.payee_account, since=DAY, until=DAY)
        with pytest.raises(AccountNotOurs):
            bank.balance(REQUEST.payee_account)


class BatchContract:
    """What every bank adapter must do with many payments at once."""

    def test_a_batch_is_taken_whole_and_each_order_paid(self, stage: Stage) -> None:
        bank = stage.bank("batch")
        first = bank.pay_batch(BATCH)
        stage.pass_time(3)
        state, lines = bank.batch_state(BATCH.batch_no), bank.batch_lines(BATCH)
        again = bank.pay_batch(BATCH)
        assert (first.state, state.state, again.state) == ("accepted", "done", "done")
        for reply in (first, state, again):
            assert (reply.count, reply.total_fen) == (3, BATCH.total_fen)
        assert [line.order_no for line in lines] == [order.order_no for order in BATCH.orders]
        assert {line.outcome for line in lines} == {Outcome.PAID}
        assert len({line.bank_serial for line in lines}) == 3
        assert bank.query(BATCH.orders[1].order_no) == lines[1]

    def test_a_batch_that_fails_in_part_says_which_part(self, stage: Stage) -> None:
        bank = stage.bank("batch_in_part")
        stage.fault(fault="refuse", reason_code="NAME_MISMATCH", times=1)
        bank.pay_batch(BATCH)
        stage.pass_time(3)
        lines = bank.batch_lines(BATCH)
        assert [line.outcome for line in lines] == ["failed", "paid", "paid"]
        assert lines[0].reason == "户名不符"

    def test_a_lost_answer_to_a_batch_is_unknown_and_left_by_query(self, stage: Stage) -> None:
        bank = stage.bank("batch_lost")
        assert bank.batch_state(BATCH.batch_no).state is BatchState.NOT_FOUND
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(BankUnreachable):
            bank.pay_batch(BATCH)
        stage.pass_time(3)
        assert bank.batch_state(BATCH.batch_no).state is BatchState.DONE
        assert {line.outcome for line in bank.batch_lines(BATCH)} == {Outcome.PAID}

    def test_a_batch_with_other_content_is_refused_and_nothing_is_done(self, stage: Stage) -> None:
        bank = stage.bank("batch_reused")
        bank.pay(BATCH.orders[2])
        other = replace(BATCH.orders[2], payee_account="6217000000000000999")
        with pytest.raises(OrderNumberReused):
            bank.pay_batch(replace(BATCH, orders=(*BATCH.orders[:2], other)))
        stage.pass_time(3)
        assert bank.query(BATCH.orders[0].order_no).outcome is Outcome.NOT_FOUND
        bank.pay_batch(BATCH)
        with pytest.raises(OrderNumberReused):
            bank.pay_batch(replace(BATCH, orders=BATCH.orders[:2]))


class Bank(BankPayments, BankAccounts, BankBatches, Protocol):
    """All that an adapter keeps."""


class AccountsAtTheSimulator:
    """What needs more movements than a recording should hold."""

    def test_pages_follow_on_and_lose_nothing(self, stage, outside, monkeypatch) -> None:
        for module in (http_wire, bdc_answers):
            monkeypatch.setattr(module, "PAGE_LINES", 7)
        bank = stage.bank("pages")
        serials = [outside.pay_in(REQUEST.payer_account, 100 + one) for one in range(20)]
        lines, after = [], ""
        while after or not lines:
            page = bank.statement(REQUEST.payer_account, since=DAY, until=DAY, after=after)
            assert len(page.lines) <= 7
            lines += page.lines
            after = page.more
        assert [line.serial for line in lines] == serials
        assert [line.amount_fen for line in lines] == [100 + one for one in range(20)]
        assert lines[-1].balance_fen == bank.balance(REQUEST.payer_account).balance_fen

    def test_every_account_of_the_centre_has_lines_and_a_balance_of_its_own(
        self, stage, outside
    ) -> None:
        """The one that pays has money; a further one is empty until somebody pays in."""
        bank = stage.bank("accounts")
        paying, further = OWN
        bank.pay(REQUEST)
        stage.pass_time(3)
        bank.query(REQUEST.order_no)
        assert bank.statement(further, since=DAY, until=DAY).lines == ()
        assert bank.balance(further).balance_fen == 0
        serials = [outside.pay_in(further, fen) for fen in (300_000, 50_000)]
        outside.pay_in(paying, 700)
        told = bank.statement(further, since=DAY, until=DAY).lines
        assert [line.serial for line in told] == serials
        assert {line.account for line in told} == {further}
        assert [line.balance_fen for line in told] == [300_000, 350_000]
        told = bank.statement(paying, since=DAY, until=DAY).lines
        assert [line.amount_fen for line in told] == [-REQUEST.amount_fen, 700]
        assert bank.balance(further).balance_fen == 350_000
        assert bank.balance(paying).balance_fen == told[-1].balance_fen > 350_000

    def test_after_the_cut_off_a_line_is_of_the_next_day(self, stage, outside) -> None:
        bank = stage.bank("cut_off")
        outside.clock.advance(13.75 * 3600)
        serial = outside.pay_in(REQUEST.payer_account, 500)
        nothing = bank.statement(REQUEST.payer_account, since=DAY, until=DAY)
        (line,) = bank.statement(
            REQUEST.payer_account, since=DAY, until=DAY + timedelta(days=1)
        ).lines
        assert nothing.lines == ()
        assert (line.serial, line.booked_on) == (serial, DAY + timedelta(days=1))
        assert line.occurred_at.date() == DAY

    def test_an_answer_about_accounts_that_is_lost_is_no_answer(self, stage, outside) -> None:
        bank = stage.bank("accounts_lost")
        outside.fault("bank", fault="lose_query_reply", times=2)
        with pytest.raises(BankUnreachable):
            bank.statement(REQUEST.payer_account, since=DAY, until=DAY)
        with pytest.raises(BankUnreachable):
            bank.balance(REQUEST.payer_account)


def hammer(bank: BankPayments, outside) -> None:
    """Sixteen threads send one order at once: the bank counts one payment."""
    at_once(lambda: bank.pay(REQUEST), times=16)
    outside.clock.advance(3)
    bank.query(REQUEST.order_no)
    counted = outside.totals()
    assert counted["orders"][REQUEST.order_no]["payments"] == 1
    assert counted["paid_fen"] == REQUEST.amount_fen


def at_once(ask: Callable[[], object], *, times: int) -> None:
    """Ask from so many threads at the same moment; every one gets its answer."""
    start = threading.Barrier(times)
    replies = []

    def strike() -> None:
        start.wait()
        replies.append(ask())

    threads = [threading.Thread(target=strike) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == times
