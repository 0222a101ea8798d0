"""What an answer about fetched money must not be, at either bank, to be believed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from anju.adapters.bank_bdc import BdcBank, node
from anju.adapters.bank_bdc.documents import Document
from anju.adapters.bank_bdc.records import END
from anju.adapters.bank_http import HttpBank
from anju.adapters.signed_http import Answer
from anju.ports.bank import BankUnreachable, OrderNumberReused
from anju.ports.bank_collections import (
    CollectedFor,
    Collection,
    CollectionBatch,
    PayerClass,
)
from anju.ports.bank_debits import (
    LoanDebit,
    LoanDebitBatch,
    LoanSplit,
    Split,
    SplitAccounts,
    SplitLine,
)

from .test_bank_batches import Told
from .test_bank_bdc import SETTINGS

ORDER = Collection(
    order_no="A1",
    amount_fen=100,
    purpose=CollectedFor.CONTRIBUTION,
    agreement_no="XY1",
    payer_class=PayerClass.PERSON,
    payer_name="演示·李华",
    payer_account="6217",
    payer_bank_code="105",
    payee_account="1405",
    summary="汇缴",
)
BATCH = CollectionBatch(batch_no="P1", orders=(ORDER, replace(ORDER, order_no="A2")))
DEBIT = LoanDebit(
    amount_fen=100, payer_name="演示·李华", payer_account="6217", full_only=False, summary="还贷"
)
DEBITS = LoanDebitBatch(batch_no="D1", transit_account="9", debits=(DEBIT, DEBIT))
SPLIT_LINE = SplitLine(
    loan_account="L1",
    debit_serial="S1",
    id_number="149999199001011239",
    contract_no="HT1",
    name="演示·李华",
    collected=Split(principal_fen=90, interest_fen=10),
    offset=Split(),
)
SPLIT = LoanSplit(
    split_no="F1",
    debit_batch_no="D1",
    accounts=SplitAccounts(principal="1", interest="2", penalty="3", fine="4"),
    lines=(SPLIT_LINE,),
)
HTTP_REPLY = {
    "kind": "collection_reply",
    "order_no": "A1",
    "outcome": "collected",
    "asked_fen": 100,
    "amount_fen": 100,
    "bank_serial": "S1",
    "reason_code": "",
    "reason": "",
    "occurred_at": "2026-11-20T10:00:03+08:00",
}
BDC_REPLY = {
    "TxSeqNo": "A1",
    "HostStatus": "0",
    "TranRstCode": "0",
    "Amt": "1.00",
    "TranAmt": "1.00",
    "HostSeqNo": "S1",
    "RstCode": "",
    "RstMsg": "",
    "HostDate": "20261120",
    "HostTime": "100003",
}
HTTP_SPLIT = {
    "kind": "split_reply",
    "split_no": "F1",
    "state": "done",
    "count": 1,
    "booked": [90, 10, 0, 0],
    "serials": ["S1", "S2", "", ""],
    "reason_code": "",
    "reason": "",
}
BDC_SPLIT = {
    "BatchNo": "F1",
    "BatchState": "0",
    "BatchTotalNum": "1",
    "BatchTotalAmt": "1.00",
    "PriAmt": "0.90",
    "IntAmt": "0.10",
    "PunAmt": "0.00",
    "FineAmt": "0.00",
    "PriHostSeqNo": "S1",
    "IntHostSeqNo": "S2",
    "PunHostSeqNo": "",
    "FineHostSeqNo": "",
    "RstCode": "",
    "RstMsg": "",
}


def http(message: dict, **changes: object) -> HttpBank:
    return HttpBank(Told(Answer(200, message | changes)))


def bdc(body: dict, *lines: str, without: str = "", **changes: str) -> BdcBank:
    said = {name: text for name, text in (body | changes).items() if name != without}
    records = tuple({"Line": line} for line in lines)
    told = Told(Document(head={}, body=said, records=records))
    told.node = node(SETTINGS)
    return BdcBank(told)


def without(message: dict, name: str) -> dict:
    return {key: value for key, value in message.items() if key != name}


def test_a_good_answer_is_believed_and_both_banks_say_the_same() -> None:
    from_http = http(HTTP_REPLY).collect(ORDER)
    assert from_http == bdc(BDC_REPLY).collect(ORDER) == bdc(BDC_REPLY).query_collection(ORDER)
    assert http(HTTP_SPLIT).split_debits(SPLIT) == bdc(BDC_SPLIT).split_state(SPLIT)


@pytest.mark.parametrize(
    "bank",
    [
        http(HTTP_REPLY, order_no="A2"),
        http(HTTP_REPLY, asked_fen=101),
        http(HTTP_REPLY, asked_fen=True),
        http(HTTP_REPLY, amount_fen=0),
        http(HTTP_REPLY, amount_fen=-100),
        http(HTTP_REPLY, amount_fen="100"),
        http(HTTP_REPLY, bank_serial=""),
        http(HTTP_REPLY, outcome="accepted"),
        http(HTTP_REPLY, outcome="refused"),
        http(HTTP_REPLY, outcome="refused", amount_fen=0, bank_serial=""),
        http(HTTP_REPLY, outcome="paid"),
        http(HTTP_REPLY, outcome="not_found", amount_fen=0, bank_serial=""),
        http(HTTP_REPLY, reason_code="NAME_MISMATCH"),
        http(HTTP_REPLY, kind="reply"),
        http(HTTP_REPLY, occurred_at="2026-11-20T10:00:03"),
        *(http(without(HTTP_REPLY, name)) for name in HTTP_REPLY),
        HttpBank(Told(Answer(500, HTTP_REPLY))),
        bdc(BDC_REPLY, TxSeqNo="A2"),
        bdc(BDC_REPLY, Amt="1.01"),
        bdc(BDC_REPLY, TranAmt="0.00"),
        bdc(BDC_REPLY, TranAmt="-1.00"),
        bdc(BDC_REPLY, HostSeqNo=""),
        bdc(BDC_REPLY, HostStatus="1"),
        bdc(BDC_REPLY, HostStatus="2"),
        bdc(BDC_REPLY, HostStatus="9"),
        bdc(BDC_REPLY, RstCode="NAME_MISMATCH"),
        bdc(BDC_REPLY, HostDate="20261131"),
        *(bdc(BDC_REPLY, without=name) for name in BDC_REPLY if name != "TranRstCode"),
    ],
)
def test_an_answer_that_is_of_another_or_contradicts_itself_is_none(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.collect(ORDER)


def line(place: str, number: str, asked: str = "1.00", moved: str = "1.00") -> str:
    serial = "" if moved == "0.00" else "S1"
    parts = (place, number, "0", asked, moved, serial, "", "", "20261120", "100003")
    return "".join(part + END for part in parts)


def listed(*numbers: str, total: object = 200, **changes: object) -> HttpBank:
    lines = [HTTP_REPLY | {"order_no": number} | changes for number in numbers]
    return HttpBank(Told(Answer(200, {"kind": "batch_lines", "lines": lines, "total_fen": total})))


def test_results_come_in_the_order_of_their_batch() -> None:
    for bank in (
        listed("A2", "A1"),
        bdc({"FileTotalAmt": "2.00"}, line("2", "A2"), line("1", "A1")),
    ):
        assert [reply.order_no for reply in bank.collection_lines(BATCH)] == ["A1", "A2"]
    short = bdc({"FileTotalAmt": "1.50"}, line("2", "", moved="0.50"), line("1", ""))
    for bank in (listed("D1/2", "D1/1"), short):
        assert [reply.order_no for reply in bank.debit_lines(DEBITS)] == ["D1/1", "D1/2"]
    assert [reply.amount_fen for reply in short.debit_lines(DEBITS)] == [100, 50]


@pytest.mark.parametrize(
    "bank",
    [
        listed("A1", total=100),
        listed("A1", "A1"),
        listed("A1", "A3"),
        listed("A1", "A2", total=199),
        listed("A1", "A2", asked_fen=99),
        bdc({"FileTotalAmt": "1.00"}, line("1", "A1")),
        bdc({"FileTotalAmt": "2.00"}, line("1", "A1"), line("1", "A2")),
        bdc({"FileTotalAmt": "2.00"}, line("1", "A1"), line("3", "A2")),
        bdc({"FileTotalAmt": "2.00"}, line("1", "A2"), line("2", "A1")),
        bdc({"FileTotalAmt": "1.99"}, line("1", "A1"), line("2", "A2")),
        bdc({"FileTotalAmt": "2.00"}, line("1", "A1"), line("2", "A2", asked="0.99")),
        bdc({"FileTotalAmt": "1.00"}, line("1", "A1"), line("2", "A2", moved="0.00")),
        bdc({"FileTotalAmt": "2.00"}, line("1", "A1"), line("2", "A2")[:-3]),
        bdc({}, line("1", "A1"), line("2", "A2")),
    ],
)
def test_a_result_that_is_not_whole_is_none(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.collection_lines(BATCH)


def test_any_order_of_a_result_is_the_same_and_any_part_of_it_none() -> None:
    of = 3
    batch = replace(BATCH, orders=tuple(replace(ORDER, order_no=f"A{n}") for n in range(1, of + 1)))
    places = range(1, of + 1)
    whole = {
        listed(*(f"A{n}" for n in order), total=300).collection_lines(batch)
        for order in permutations(places)
    } | {
        bdc({"FileTotalAmt": "3.00"}, *(line(str(n), f"A{n}") for n in order)).collection_lines(
            batch
        )
        for order in permutations(places)
    }
    assert len(whole) == 1
    for count in range(of):
        for part in combinations(places, count):
            lines = [line(str(n), f"A{n}") for n in part]
            for bank in (
                listed(*(f"A{n}" for n in part), total=100 * count),
                bdc({"FileTotalAmt": f"{count}.00"}, *lines),
            ):
                with pytest.raises(BankUnreachable):
                    bank.collection_lines(batch)


@pytest.mark.parametrize(
    "bank",
    [
        http(HTTP_SPLIT, split_no="F2"),
        http(HTTP_SPLIT, count=2),
        http(HTTP_SPLIT, booked=[89, 11, 0, 0]),
        http(HTTP_SPLIT, booked=[90, 10, 0]),
        http(HTTP_SPLIT, serials=["S1", "", "", ""]),
        http(HTTP_SPLIT, serials=["S1", "S2", "S3", ""]),
        http(HTTP_SPLIT, state="accepted"),
        http(HTTP_SPLIT, state="refused", booked=[0, 0, 0, 0], serials=[""] * 4),
        *(http(without(HTTP_SPLIT, name)) for name in HTTP_SPLIT),
        bdc(BDC_SPLIT, BatchNo="F2"),
        bdc(BDC_SPLIT, BatchTotalNum="2"),
        bdc(BDC_SPLIT, BatchTotalNum="１"),
        bdc(BDC_SPLIT, BatchTotalAmt="1.01"),
        bdc(BDC_SPLIT, PriAmt="0.89", IntAmt="0.11"),
        bdc(BDC_SPLIT, IntHostSeqNo=""),
        bdc(BDC_SPLIT, BatchState="2"),
        *(bdc(BDC_SPLIT, without=name) for name in BDC_SPLIT),
    ],
)
def test_a_split_with_other_control_totals_is_no_answer(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.split_debits(SPLIT)


@pytest.mark.parametrize(
    ("changes", "made"),
    [
        ({"amount_fen": 0}, ORDER),
        ({"order_no": ""}, ORDER),
        ({"agreement_no": ""}, ORDER),
        ({"orders": ()}, BATCH),
        ({"orders": (ORDER, ORDER)}, BATCH),
        ({"orders": (ORDER, replace(ORDER, order_no="A2", payee_account="1406"))}, BATCH),
        ({"amount_fen": -1}, DEBIT),
        ({"debits": ()}, DEBITS),
        ({"collected": Split()}, SPLIT_LINE),
        ({"debit_serial": ""}, SPLIT_LINE),
        ({"lines": ()}, SPLIT),
        ({"lines": (SPLIT_LINE, SPLIT_LINE)}, SPLIT),
        ({"principal_fen": -1}, Split()),
    ],
)
def test_what_no_bank_may_be_sent_cannot_be_made(changes, made) -> None:
    with pytest.raises(ValueError, match=r"collection|batch|split|debit"):
        replace(made, **changes)


def test_only_what_is_sent_can_be_told_that_its_number_is_taken():
    bank = HttpBank(Told(Answer(409, {"kind": "order_number_reused", "order_no": "A1"})))
    with pytest.raises(OrderNumberReused):
        bank.collect(ORDER)
    for asked in (
        lambda: bank.query("A1"),
        lambda: bank.query_collection(ORDER),
        lambda: bank.batch_state("B1"),
        lambda: bank.split_state(SPLIT),
    ):
        with pytest.raises(BankUnreachable):
            asked()
