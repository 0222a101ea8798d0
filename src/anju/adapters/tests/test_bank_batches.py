"""A batch's result is all of it and nothing else, at either bank, or it is no result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.adapters.bank_bdc import BdcBank
from anju.adapters.bank_bdc.documents import Document
from anju.adapters.bank_bdc.records import END
from anju.adapters.bank_http import HttpBank
from anju.adapters.signed_http import Answer
from anju.ports.bank import BankUnreachable, PaymentRequest
from anju.ports.bank_batches import BATCH_LINES_MAX, PaymentBatch

ORDER = PaymentRequest(
    order_no="A1",
    amount_fen=100,
    principal_fen=100,
    interest_fen=0,
    payee_name="演示·李华",
    payee_account="6217",
    payee_bank_code="105",
    payer_account="1405",
    summary="提取",
)
BATCH = PaymentBatch(batch_no="P1", orders=(ORDER, replace(ORDER, order_no="A2")))
LINE = {
    "order_no": "A1",
    "outcome": "paid",
    "amount_fen": 100,
    "bank_serial": "S1",
    "reason_code": "",
    "reason": "",
    "occurred_at": "2026-11-20T10:00:03+08:00",
}


class Told:
    """A line at whose other end somebody says one thing, proved."""

    def __init__(self, answer: Answer | Document) -> None:
        self.answer = answer
        self.asked = 0

    def ask(self, *_: object, **__: object) -> Answer | Document:
        self.asked += 1
        return self.answer


def http(*lines: object, total: object = 200, status: int = 200) -> HttpBank:
    message = {"kind": "batch_lines", "lines": list(lines), "total_fen": total}
    return HttpBank(Told(Answer(status, message)))


def bdc(*lines: str, total: str = "2.00") -> BdcBank:
    records = tuple({"Line": line} for line in lines)
    return BdcBank(Told(Document(head={}, body={"FileTotalAmt": total}, records=records)))


def line(number: str, order_no: str, amount: str = "1.00", state: str = "0") -> str:
    parts = (number, order_no, state, amount, "S1", "0", "", "", "", "20261120", "100003")
    return "".join(part + END for part in parts)


SECOND = LINE | {"order_no": "A2"}


def test_a_good_result_is_believed_in_the_order_of_the_batch() -> None:
    for bank in (http(SECOND, LINE), bdc(line("1", "A2"), line("2", "A1"))):
        assert [reply.order_no for reply in bank.batch_lines(BATCH)] == ["A1", "A2"]


@pytest.mark.parametrize(
    "bank",
    [
        http(LINE, total=100),
        http(LINE, SECOND, total=199),
        http(LINE, SECOND, total="200"),
        http(LINE, LINE),
        http(LINE, SECOND, SECOND, total=300),
        http(LINE, SECOND | {"order_no": "A3"}),
        http(LINE, SECOND | {"outcome": "perhaps"}),
        http(LINE, "A2"),
        http(LINE, SECOND, status=500),
        bdc(line("1", "A1"), total="1.00"),
        bdc(line("1", "A1"), line("2", "A2"), total="1.99"),
        bdc(line("1", "A1"), line("2", "A1")),
        bdc(line("1", "A1"), line("2", "A2"), line("3", "A2"), total="3.00"),
        bdc(line("1", "A1"), line("2", "A3")),
        bdc(line("1", "A1"), line("2", "A2", state="3")),
        bdc(line("1", "A1"), line("2", "A2")[:-3]),
        bdc(line("1", "A1"), line("2", "A2") + "x"),
        bdc(line("1", "A1"), "2" + END),
    ],
)
def test_a_result_that_is_cut_doubled_or_does_not_add_up_is_none(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.batch_lines(BATCH)


@pytest.mark.parametrize(
    "bank",
    [
        HttpBank(Told(Answer(200, {"kind": "batch_reply", "batch_no": "P2"}))),
        HttpBank(Told(Answer(200, {"kind": "batch_reply", "batch_no": "P1", "state": "soon"}))),
        BdcBank(Told(Document(head={}, body={"BatchNo": "P2"}))),
        BdcBank(Told(Document(head={}, body={"BatchNo": "P1", "BatchTotalNum": "x"}))),
    ],
)
def test_a_state_of_another_batch_or_none_is_no_answer(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.batch_state("P1")


def test_a_text_that_would_shift_the_parts_is_never_sent() -> None:
    told = Told(Document(head={}))
    shifted = replace(ORDER, payee_name=f"李{END}6217")
    with pytest.raises(BankUnreachable):
        BdcBank(told).pay_batch(replace(BATCH, orders=(shifted,)))
    assert told.asked == 0


@pytest.mark.parametrize(
    "orders",
    [
        (),
        (ORDER, ORDER),
        (ORDER, replace(ORDER, order_no="A2", payer_account="1406")),
        tuple(replace(ORDER, order_no=f"A{n}") for n in range(BATCH_LINES_MAX + 1)),
    ],
)
def test_a_batch_no_bank_may_be_sent_cannot_be_made(orders) -> None:
    with pytest.raises(ValueError, match="batch"):
        PaymentBatch(batch_no="P1", orders=orders)
