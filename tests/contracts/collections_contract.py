"""What every bank adapter must do when it fetches money under an agreement."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import pytest

from anju.ports.bank import (
    ArrivalNotice,
    BankPayments,
    BankUnreachable,
    NoticeForged,
    OrderNumberReused,
)
from anju.ports.bank_accounts import BankAccounts
from anju.ports.bank_batches import BatchState
from anju.ports.bank_collections import (
    BankCollections,
    Collected,
    CollectedFor,
    Collection,
    CollectionBatch,
    PayerClass,
)
from anju.ports.bank_debits import BankDebits

from .bank_contract import DAY, REQUEST, Stage

OURS = REQUEST.payer_account
COLLECTION = Collection(
    order_no="DS01202611200001",
    amount_fen=150_000,
    purpose=CollectedFor.CONTRIBUTION,
    agreement_no="XY1408000001",
    payer_class=PayerClass.COMPANY,
    payer_name="演示·单位甲",
    payer_account="8888000000000011",
    payer_bank_code="105",
    payee_account=OURS,
    summary="2026年11月汇缴",
)
BATCH = CollectionBatch(
    batch_no="DP01202611200001",
    orders=tuple(
        replace(
            COLLECTION,
            order_no=f"DS0120261120{8000 + number}",
            agreement_no=f"XY140800{number}",
            payer_account=f"888800000000002{number}",
            payer_bank_code=bank,
        )
        for number, bank in enumerate(("105", "103", "301"))
    ),
)


class FetchingBank(BankPayments, BankAccounts, BankCollections, BankDebits, Protocol):
    """What these tests ask an adapter for."""


class FetchingStage(Stage, Protocol):
    """A stage at which payers can agree to be charged."""

    def bank(self, situation: str) -> FetchingBank: ...

    def agree(self, **wish: object) -> None: ...

    def take_back(self, serial: str) -> None: ...


def agree(stage: FetchingStage, order: Collection, **changes: object) -> None:
    """The payer of `order` has agreed, and has ten thousand yuan."""
    stage.agree(
        agreement_no=order.agreement_no,
        payer_account=order.payer_account,
        **{"payer_name": order.payer_name, "balance_fen": 1_000_000} | changes,
    )


def arrivals(stage: FetchingStage, bank: FetchingBank, count: int) -> list[ArrivalNotice]:
    """The first `count` notices, all of money that arrived."""
    told = [bank.read_notice(h, body=body, at=at) for h, body, at in stage.notices(count)]
    assert all(isinstance(notice, ArrivalNotice) and not notice.reversal for notice in told)
    return told


class CollectionContract:
    """One sum from one payer."""

    def test_a_sum_is_fetched_told_and_on_the_statement(self, stage: FetchingStage) -> None:
        bank = stage.bank("collection")
        agree(stage, COLLECTION)
        first = bank.collect(COLLECTION)
        stage.pass_time(3)
        done = bank.query_collection(COLLECTION)
        assert (first.outcome, first.amount_fen) == (Collected.ACCEPTED, 0)
        assert (done.outcome, done.amount_fen) == (Collected.COLLECTED, 150_000)
        assert (done.order_no, done.asked_fen) == (COLLECTION.order_no, 150_000)
        assert bank.collect(COLLECTION) == done
        (notice,) = arrivals(stage, bank, 1)
        assert (notice.account, notice.amount_fen) == (OURS, 150_000)
        assert (notice.bank_serial, notice.remark) == (done.bank_serial, COLLECTION.order_no)
        assert (notice.payer_name, notice.payer_account) == (
            COLLECTION.payer_name,
            COLLECTION.payer_account,
        )
        (line,) = bank.statement(OURS, since=DAY, until=DAY).lines
        assert (line.serial, line.amount_fen) == (done.bank_serial, 150_000)
        assert (line.remark, line.summary) == (COLLECTION.order_no, COLLECTION.summary)

    def test_every_refusal_says_why_and_charges_nothing(self, stage: FetchingStage) -> None:
        bank = stage.bank("collection_refused")
        orders = {
            reason: replace(
                COLLECTION,
                order_no=f"DS0120261120{7000 + number}",
                agreement_no=f"XY{number}",
                payer_account=f"888800000000004{number}",
            )
            for number, reason in enumerate(
                (
                    "没有代扣协议",
                    "代扣协议已终止",
                    "账户已销户",
                    "账户已冻结",
                    "户名不符",
                    "账号不存在",
                )
            )
        }
        stage.agree(agreement_no="XY99", payer_account="8888000000000040", payer_name="演示·单位甲")
        agree(stage, orders["代扣协议已终止"], state="ended")
        agree(stage, orders["账户已销户"], account_state="closed")
        agree(stage, orders["账户已冻结"], account_state="frozen")
        agree(stage, orders["户名不符"], payer_name="演示·单位乙")
        poor = replace(COLLECTION, amount_fen=1_000_001)
        agree(stage, poor)
        orders["付款账户余额不足"] = poor
        for order in orders.values():
            bank.collect(order)
        stage.pass_time(3)
        replies = {reason: bank.query_collection(order) for reason, order in orders.items()}
        assert {reply.outcome for reply in replies.values()} == {Collected.REFUSED}
        assert [reply.reason for reply in replies.values()] == list(replies)
        assert bank.statement(OURS, since=DAY, until=DAY).lines == ()
        agree(stage, poor, balance_fen=2_000_000)
        assert bank.collect(poor).outcome is Collected.REFUSED

    def test_whatever_gets_lost_the_same_number_is_fetched_once(self, stage) -> None:
        bank = stage.bank("collection_lost")
        agree(stage, COLLECTION)
        stage.fault(fault="lose_request", times=1)
        with pytest.raises(BankUnreachable):
            bank.collect(COLLECTION)
        assert bank.query_collection(COLLECTION).outcome is Collected.NOT_FOUND
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(BankUnreachable):
            bank.collect(COLLECTION)
        stage.pass_time(3)
        done = bank.query_collection(COLLECTION)
        assert done.outcome is Collected.COLLECTED
        assert bank.collect(COLLECTION) == done
        (line,) = bank.statement(OURS, since=DAY, until=DAY).lines
        assert line.amount_fen == 150_000

    def test_a_number_with_other_content_is_refused_and_nothing_is_done(self, stage) -> None:
        bank = stage.bank("collection_reused")
        agree(stage, COLLECTION)
        bank.collect(COLLECTION)
        for other in (
            replace(COLLECTION, amount_fen=150_001),
            replace(COLLECTION, agreement_no="XY1408000002"),
        ):
            with pytest.raises(OrderNumberReused):
                bank.collect(other)
        with pytest.raises(OrderNumberReused):
            bank.pay(replace(REQUEST, order_no=COLLECTION.order_no))
        bank.pay(REQUEST)
        with pytest.raises(OrderNumberReused):
            bank.collect(replace(COLLECTION, order_no=REQUEST.order_no))
        stage.pass_time(3)
        assert bank.query_collection(COLLECTION).amount_fen == 150_000
        # Who asks about it with another sum does not know what he sent: no answer is for him.
        with pytest.raises(BankUnreachable):
            bank.query_collection(replace(COLLECTION, amount_fen=150_001))

    def test_a_sum_that_is_charged_wrongly_is_told_as_it_is(self, stage: FetchingStage) -> None:
        bank = stage.bank("collection_wrong_amount")
        agree(stage, COLLECTION)
        stage.fault(fault="wrong_amount", delta_fen=-100, times=1)
        bank.collect(COLLECTION)
        stage.pass_time(3)
        reply = bank.query_collection(COLLECTION)
        assert (reply.asked_fen, reply.amount_fen) == (150_000, 149_900)

    def test_what_the_bank_takes_back_is_told_under_its_serial(self, stage) -> None:
        bank = stage.bank("collection_taken_back")
        agree(stage, COLLECTION)
        stage.fault(fault="forged_notice", times=1)
        bank.collect(COLLECTION)
        stage.pass_time(3)
        done = bank.query_collection(COLLECTION)
        stage.notices(2)
        stage.take_back(done.bank_serial)
        forged, came, back = stage.notices(3)
        with pytest.raises(NoticeForged):
            bank.read_notice(forged[0], body=forged[1], at=forged[2])
        told = [bank.read_notice(h, body=body, at=at) for h, body, at in (came, back)]
        assert [(one.bank_serial, one.amount_fen, one.reversal) for one in told] == [
            (done.bank_serial, 150_000, False),
            (done.bank_serial, -150_000, True),
        ]
        assert told[0].notice_id != told[1].notice_id
        assert {one.remark for one in told} == {COLLECTION.order_no}
        lines = bank.statement(OURS, since=DAY, until=DAY).lines
        assert [(line.serial, line.amount_fen, line.reversal) for line in lines] == [
            (done.bank_serial, 150_000, False),
            (done.bank_serial, -150_000, True),
        ]
        assert lines[1].balance_fen == lines[0].balance_fen - 150_000
        assert bank.query_collection(COLLECTION) == done

    def test_after_the_cut_off_nothing_waits_in_the_bank(self, stage: FetchingStage) -> None:
        bank = stage.bank("collection_after_cut_off")
        agree(stage, COLLECTION)
        stage.pass_time(12.75 * 3600)
        reply = bank.collect(COLLECTION)
        assert (reply.outcome, reply.reason) == (Collected.REFUSED, "已过当日截止时间")
        # The next bank ends its day an hour later.
        later = replace(COLLECTION, order_no="DS01202611200002", payer_bank_code="103")
        assert bank.collect(later).outcome is Collected.ACCEPTED


class CollectionBatchContract:
    """Many sums at once."""

    def test_a_batch_is_taken_whole_and_decided_line_by_line(self, stage) -> None:
        bank = stage.bank("collection_batch")
        rich, poor, last = BATCH.orders
        agree(stage, rich)
        agree(stage, poor, balance_fen=149_999)
        agree(stage, last)
        first = bank.collect_batch(BATCH)
        stage.pass_time(3)
        state, lines = bank.batch_state(BATCH.batch_no), bank.collection_lines(BATCH)
        assert (first.state, state.state) == ("accepted", "done")
        assert bank.collect_batch(BATCH) == state
        assert (state.count, state.total_fen) == (3, 450_000)
        assert [line.order_no for line in lines] == [order.order_no for order in BATCH.orders]
        assert [line.amount_fen for line in lines] == [150_000, 0, 150_000]
        assert (lines[1].outcome, lines[1].reason) == (Collected.REFUSED, "付款账户余额不足")
        assert bank.query_collection(last) == lines[2]
        told = arrivals(stage, bank, 2)
        assert {(one.remark, one.bank_serial) for one in told} == {
            (line.order_no, line.bank_serial) for line in (lines[0], lines[2])
        }

    def test_a_result_that_is_cut_is_none_and_the_next_one_is_whole(self, stage) -> None:
        bank = stage.bank("collection_batch_cut")
        for order in BATCH.orders:
            agree(stage, order)
        bank.collect_batch(BATCH)
        stage.pass_time(3)
        stage.fault(fault="partial_result", times=1)
        with pytest.raises(BankUnreachable):
            bank.collection_lines(BATCH)
        assert {line.outcome for line in bank.collection_lines(BATCH)} == {Collected.COLLECTED}
        fewer = replace(BATCH, orders=BATCH.orders[:2])
        with pytest.raises(OrderNumberReused):
            bank.collect_batch(fewer)
        with pytest.raises(BankUnreachable):
            bank.collection_lines(fewer)

    def test_a_lost_answer_to_a_batch_is_unknown_and_left_by_asking(self, stage) -> None:
        bank = stage.bank("collection_batch_lost")
        agree(stage, BATCH.orders[0])
        assert bank.batch_state(BATCH.batch_no).state is BatchState.NOT_FOUND
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(BankUnreachable):
            bank.collect_batch(BATCH)
        stage.pass_time(3)
        lines = bank.collection_lines(BATCH)
        assert [line.outcome for line in lines] == ["collected", "refused", "refused"]
