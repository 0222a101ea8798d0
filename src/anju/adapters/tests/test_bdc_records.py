"""The settlement system's file records: what is written is read back, or is never sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.adapters.bank_bdc import BdcBank, documents, records
from anju.adapters.bank_bdc.debits import debit_line, split_line
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.ports.bank import BankUnreachable
from anju.ports.bank_debits import LoanDebit, LoanDebitBatch, Split, SplitLine

from .test_bank_batches import Told

# Letters, the mark's own signs, full-width ones, and what a host cannot keep.
hostile = st.text(
    alphabet=st.sampled_from(["@", "|", "$", "李", "·", "Ａ", "　", "𠮷", " ", "x", "\ud800"]),
    max_size=40,
)
fen = st.integers(1, 10**13)


def bytes_of(text: str) -> int:
    return len(text.encode("gb18030"))


@given(parts=st.lists(hostile, min_size=1, max_size=8))
def test_parts_come_back_as_they_went_or_do_not_go(parts: list[str]) -> None:
    try:
        kept = [records.part(text, most=records.NAME) for text in parts]
    except Malformed:
        assert any("\ud800" in t or records.END in t or bytes_of(t) > records.NAME for t in parts)
        return
    names = [str(place) for place in range(len(kept))]
    assert list(records.parted(records.written(kept), names).values()) == parts


@given(amount=fen, name=hostile, account=hostile, summary=hostile, full_only=st.booleans())
def test_a_loan_debit_is_read_back_part_by_part(amount, name, account, summary, full_only) -> None:
    debit = LoanDebit(
        amount_fen=amount,
        payer_name=name,
        payer_account=account,
        full_only=full_only,
        summary=summary,
    )
    try:
        record = debit_line(7, debit)
    except Malformed:
        return
    # Through the XML, as it travels.
    (carried,) = documents.read(
        documents.write(Document(head={}, body={}, records=(record,)))
    ).records
    names = ("序号", "金额", "付方账号", "付方户名", "足额标志", "摘要")
    read = records.parted(carried, names)
    assert (read["序号"], read["付方户名"], read["付方账号"], read["摘要"]) == (
        "7",
        name,
        account,
        summary,
    )
    assert int(read["金额"].replace(".", "")) == amount
    assert read["足额标志"] == str(int(full_only))


def test_a_loan_debit_and_a_split_stand_as_the_settlement_system_has_them() -> None:
    debit = LoanDebit(
        amount_fen=123_456,
        payer_name="演示·李华",
        payer_account="6217000000000001",
        full_only=True,
        summary="还贷",
    )
    line = SplitLine(
        loan_account="DK01",
        debit_serial="202611200000000001",
        id_number="149999199001011239",
        contract_no="HT01",
        name="演示·李华",
        collected=Split(
            principal_fen=100_000, interest_fen=20_000, penalty_fen=456, fine_fen=3_000
        ),
        offset=Split(principal_fen=5_000),
    )
    assert debit_line(1, debit) == {
        "Line": "1@|$1234.56@|$6217000000000001@|$演示·李华@|$1@|$还贷@|$"
    }
    assert split_line(2, line) == {
        "Line": "2@|$DK01@|$202611200000000001@|$149999199001011239@|$HT01@|$演示·李华@|$"
        "1234.56@|$1000.00@|$200.00@|$4.56@|$30.00@|$50.00@|$50.00@|$0.00@|$0.00@|$0.00@|$"
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"payer_name": f"李{records.END}6217"},
        {"payer_name": "李" * 61},
        {"payer_account": "6" * 41},
        {"summary": "贷" * 31},
        {"payer_name": "\ud800"},
    ],
)
def test_a_text_that_would_be_cut_or_shift_the_parts_is_never_sent(changes: dict) -> None:
    plain = {"payer_name": "演示·李华", "payer_account": "6217", "summary": "还贷"}
    debit = LoanDebit(amount_fen=1, full_only=True, **plain | changes)
    told = Told(Document(head={}))
    batch = LoanDebitBatch(batch_no="D1", transit_account="9", debits=(debit,))
    with pytest.raises(BankUnreachable):
        BdcBank(told).debit_loans(batch)
    assert told.asked == 0


def test_the_longest_name_a_host_keeps_is_sent_whole() -> None:
    assert records.part("李" * 60, most=records.NAME) == "李" * 60
    assert bytes_of("𠮷") == 4
