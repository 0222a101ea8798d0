"""What every bank adapter must do with loan debits, and with the split of what they brought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.ports.bank import BankUnreachable, OrderNumberReused
from anju.ports.bank_batches import BatchState
from anju.ports.bank_debits import (
    LoanDebit,
    LoanDebitBatch,
    LoanSplit,
    Split,
    SplitAccounts,
    SplitLine,
    SplitState,
)

from .bank_contract import DAY
from .collections_contract import OURS, FetchingStage, arrivals

DEBITS = LoanDebitBatch(
    batch_no="DK01202611200001",
    transit_account="1050999900000001",
    debits=tuple(
        LoanDebit(
            amount_fen=200_000,
            payer_name=f"演示·借款人{name}",
            payer_account=f"621700000000003{number}",
            full_only=full_only,
            summary="2026年11月还贷",
        )
        for number, (name, full_only) in enumerate(
            (("甲", True), ("乙", False), ("丙", True), ("丁", False))
        )
    ),
)
# What each borrower has: enough; half; one fen too little for all; nothing.
FUNDS = (500_000, 100_000, 199_999, 0)


def borrowers(stage: FetchingStage) -> None:
    """The borrowers have agreed, and have what FUNDS says."""
    for number, (debit, funds) in enumerate(zip(DEBITS.debits, FUNDS, strict=True)):
        stage.agree(
            agreement_no=f"XYDK{number}",
            payer_account=debit.payer_account,
            payer_name=debit.payer_name,
            balance_fen=funds,
        )


class DebitContract:
    """Loan instalments, and what they brought."""

    def test_a_debit_takes_all_or_what_is_there_as_it_was_told(self, stage) -> None:
        bank = stage.bank("loan_debit")
        borrowers(stage)
        first = bank.debit_loans(DEBITS)
        stage.pass_time(3)
        state, lines = bank.batch_state(DEBITS.batch_no), bank.debit_lines(DEBITS)
        assert (first.state, state.state) == ("accepted", "done")
        assert (state.count, state.total_fen) == (4, 800_000)
        assert bank.debit_loans(DEBITS) == state
        assert [line.amount_fen for line in lines] == [200_000, 100_000, 0, 0]
        assert [line.asked_fen for line in lines] == [200_000] * 4
        assert [line.reason for line in lines] == ["", "", "付款账户余额不足", "付款账户余额不足"]
        assert [line.order_no for line in lines] == [f"{DEBITS.batch_no}/{n}" for n in (1, 2, 3, 4)]
        # Until it is split, the money waits at the bank.
        assert bank.statement(OURS, since=DAY, until=DAY).lines == ()
        every = tuple(replace(debit, full_only=False) for debit in DEBITS.debits)
        with pytest.raises(OrderNumberReused):
            bank.debit_loans(replace(DEBITS, debits=every))

    def test_a_lost_answer_to_a_debit_is_asked_for_and_nobody_pays_twice(self, stage) -> None:
        bank = stage.bank("loan_debit_lost")
        borrowers(stage)
        stage.fault(fault="lose_request", times=1)
        with pytest.raises(BankUnreachable):
            bank.debit_loans(DEBITS)
        assert bank.batch_state(DEBITS.batch_no).state is BatchState.NOT_FOUND
        with pytest.raises(BankUnreachable):
            bank.debit_lines(DEBITS)
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(BankUnreachable):
            bank.debit_loans(DEBITS)
        stage.pass_time(3)
        assert bank.debit_loans(DEBITS).state is BatchState.DONE
        assert [line.amount_fen for line in bank.debit_lines(DEBITS)] == [200_000, 100_000, 0, 0]

    def test_what_was_debited_is_split_to_the_fen_or_not_at_all(self, stage) -> None:
        bank = stage.bank("loan_split")
        borrowers(stage)
        bank.debit_loans(DEBITS)
        stage.pass_time(3)
        split = split_of(bank.debit_lines(DEBITS))
        assert bank.split_state(split).state is SplitState.NOT_FOUND
        wrong = replace(split, split_no="FJ01202611200002", lines=split.lines[:1])
        bank.split_debits(wrong)
        stage.pass_time(3)
        refused = bank.split_state(wrong)
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(BankUnreachable):
            bank.split_debits(split)
        stage.pass_time(3)
        done = bank.split_state(split)
        assert (refused.state, refused.reason) == (SplitState.REFUSED, "分解明细与扣款结果不符")
        assert (done.state, done.booked) == (SplitState.DONE, split.totals)
        assert done.booked.parts == (249_000, 50_000, 1_000, 0)
        assert bank.split_debits(split) == done
        with pytest.raises(OrderNumberReused):
            bank.split_debits(replace(split, lines=split.lines[:1]))
        again = replace(split, split_no="FJ01202611200003")
        bank.split_debits(again)
        stage.pass_time(3)
        assert bank.split_state(again).reason == "该扣款批次已经分解"
        told = arrivals(stage, bank, 3)
        assert [(one.amount_fen, one.bank_serial) for one in told] == list(
            zip(done.booked.parts[:3], done.serials[:3], strict=True)
        )
        assert {one.remark for one in told} == {split.split_no}
        lines = bank.statement(OURS, since=DAY, until=DAY).lines
        assert [line.serial for line in lines] == list(done.serials[:2])


def split_of(lines: tuple) -> LoanSplit:
    """What the two debits brought, split; the first borrower's own fund paid something too."""
    first, second, *_ = lines
    common = {"id_number": "149999199001011239", "contract_no": "HT20260001"}
    return LoanSplit(
        split_no="FJ01202611200001",
        debit_batch_no=DEBITS.batch_no,
        accounts=SplitAccounts(
            principal=OURS, interest=OURS, penalty="14050000000000002", fine="14050000000000002"
        ),
        lines=(
            SplitLine(
                loan_account="DKZH0001",
                debit_serial=first.bank_serial,
                name=DEBITS.debits[0].payer_name,
                collected=Split(principal_fen=150_000, interest_fen=50_000),
                offset=Split(principal_fen=30_000),
                **common,
            ),
            SplitLine(
                loan_account="DKZH0002",
                debit_serial=second.bank_serial,
                name=DEBITS.debits[1].payer_name,
                collected=Split(principal_fen=99_000, penalty_fen=1_000),
                offset=Split(),
                **common,
            ),
        ),
    )
