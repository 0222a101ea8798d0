"""All that fetches money, and what is counted at the simulated bank itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju import ports
from anju.ports.bank import BankUnreachable
from anju.ports.bank_batches import BatchState
from anju.ports.bank_collections import Collected, Collection

from .bank_contract import at_once
from .collections_contract import (
    BATCH,
    COLLECTION,
    CollectionBatchContract,
    CollectionContract,
    FetchingBank,
    agree,
)
from .debits_contract import DEBITS, DebitContract

RECORDED = {
    *("collection", "collection_refused", "collection_lost", "collection_reused"),
    *("collection_wrong_amount", "collection_after_cut_off", "collection_batch"),
    *("collection_batch_cut", "collection_batch_lost", "loan_debit", "loan_debit_lost"),
    *("loan_split", "collection_taken_back"),
}


class FetchingContract(CollectionContract, CollectionBatchContract, DebitContract):
    """All that is fetched."""


class FetchingAtTheSimulator:
    """What is counted at the bank itself, under every fault that can strike a collection."""

    def test_under_every_fault_each_number_is_charged_once(self, stage, outside) -> None:
        bank = stage.bank("collection_faults")
        faults = (
            {"fault": "late_request", "seconds": 30},
            {"fault": "lose_reply"},
            {"fault": "delay", "seconds": 40},
            {"fault": "duplicate_notice"},
            {"fault": "notice_before_reply"},
        )
        orders = [
            replace(COLLECTION, order_no=f"DS0120261120{6000 + number}")
            for number in range(len(faults))
        ]
        agree(stage, COLLECTION)
        for fault, order in zip(faults, orders, strict=True):
            outside.fault("bank", times=1, **fault)
            for _ in range(2):
                send_anyhow(bank, order)
        stage.pass_time(60)
        replies = [bank.query_collection(order) for order in orders]
        assert {reply.outcome for reply in replies} == {Collected.COLLECTED}
        assert outside.charged()["orders"] == {
            order.order_no: {"times": 1, "fen": 150_000} for order in orders
        }

    def test_sixteen_askers_at_once_charge_the_payer_once(self, stage, outside) -> None:
        agree(stage, COLLECTION)
        bank = stage.bank("collection_hammered")
        at_once(lambda: bank.collect(COLLECTION), times=16)
        outside.clock.advance(3)
        assert bank.query_collection(COLLECTION).outcome is Collected.COLLECTED
        assert outside.charged()["orders"][COLLECTION.order_no] == {"times": 1, "fen": 150_000}

    def test_a_bank_that_is_down_leaves_everything_unknown(self, stage, outside) -> None:
        bank = stage.bank("collection_bank_down")
        bank.batch_state("DP0")
        outside.fault("bank", fault="bank_down")
        for ask in (
            lambda: bank.collect(COLLECTION),
            lambda: bank.query_collection(COLLECTION),
            lambda: bank.collect_batch(BATCH),
            lambda: bank.debit_loans(DEBITS),
        ):
            with pytest.raises(BankUnreachable):
                ask()
        assert outside.charged() == {}

    def test_a_batch_after_the_cut_off_waits_for_the_banks_morning(self, stage, outside) -> None:
        bank = stage.bank("collection_morning")
        for order in BATCH.orders:
            agree(stage, order)
        # 23:00: the first bank's day is over, the others' is not.
        stage.pass_time(13 * 3600)
        bank.collect_batch(BATCH)
        stage.pass_time(3)
        outcomes = [line.outcome for line in bank.collection_lines(BATCH)]
        assert outcomes == ["accepted", "collected", "collected"]
        stage.pass_time(1.5 * 3600)
        assert bank.batch_state(BATCH.batch_no).state is BatchState.DONE
        assert outside.charged()["times"] == 3


def assert_it_fetches_too() -> None:
    """What is offered as the bank answers as the ports that fetch money as well."""
    unknown = ports.bank_collections().query_collection(COLLECTION)
    assert unknown.outcome is Collected.NOT_FOUND
    with pytest.raises(BankUnreachable):
        ports.bank_debits().debit_lines(DEBITS)


def send_anyhow(bank: FetchingBank, order: Collection) -> None:
    """Send it, whether or not an answer comes."""
    try:
        bank.collect(order)
    except BankUnreachable:
        return
