"""What a statement or a balance must not be, at either bank, to be believed."""

from __future__ import annotations

from datetime import date

import pytest

from anju.adapters.bank_bdc.accounts import BdcAccounts
from anju.adapters.bank_bdc.documents import Document
from anju.adapters.bank_http.accounts import HttpAccounts
from anju.adapters.signed_http import Answer
from anju.ports.bank import BankUnreachable

DAY = date(2026, 11, 20)
HTTP_LINE = {
    "account": "1405",
    "serial": "S1",
    "amount_fen": -100,
    "balance_fen": 900,
    "booked_on": "2026-11-20",
    "occurred_at": "2026-11-20T10:00:03+08:00",
    "counter_account": "",
    "counter_name": "",
    "remark": "",
    "summary": "",
    "reversal": False,
}
BDC_LINE = {
    "AcctNo": "1405",
    "HostSeqNo": "S1",
    "Amt": "-1.00",
    "Balance": "9.00",
    "Date": "20261120",
    "TxDate": "20261120",
    "Time": "100003",
    "OpAcctNo": "",
    "OpAcctName": "",
    "Remark": "",
    "Summary": "",
    "Redo": "0",
}


class Told:
    """A line at whose other end somebody says one thing, proved."""

    def __init__(self, answer: Answer | Document) -> None:
        self.answer = answer

    def ask(self, *_: object, **__: object) -> Answer | Document:
        return self.answer


def http(message: dict, status: int = 200) -> HttpAccounts:
    return HttpAccounts(Told(Answer(status, message)))


def bdc(body: dict, *records: dict) -> BdcAccounts:
    return BdcAccounts(Told(Document(head={}, body=body, records=records)))


def said(*lines: object, **changes: object) -> dict:
    return {"kind": "statement", "lines": list(lines), "more": ""} | changes


def test_a_good_line_is_believed() -> None:
    from_http = http(said(HTTP_LINE)).statement("1405", since=DAY, until=DAY)
    from_bdc = bdc({"NextSeqNo": ""}, BDC_LINE).statement("1405", since=DAY, until=DAY)
    assert from_http == from_bdc


@pytest.mark.parametrize(
    "bank",
    [
        http(said(HTTP_LINE | {"account": "1406"})),
        http(said(HTTP_LINE | {"booked_on": "2026-11-21"})),
        http(said(HTTP_LINE | {"amount_fen": 0})),
        http(said(HTTP_LINE | {"serial": ""})),
        http(said(HTTP_LINE | {"reversal": 0})),
        http(said("a line")),
        http(said(*[HTTP_LINE] * 1001)),
        http(said(more="S1")),
        http(said(HTTP_LINE, more="S0")),
        http({"kind": "statement"}),
        http(said(HTTP_LINE), status=500),
        http({"kind": "balance"}),
        bdc({"NextSeqNo": ""}, BDC_LINE | {"AcctNo": "1406"}),
        bdc({"NextSeqNo": ""}, BDC_LINE | {"Date": "20261119"}),
        bdc({"NextSeqNo": ""}, BDC_LINE | {"Amt": "0.00"}),
        bdc({"NextSeqNo": ""}, BDC_LINE | {"HostSeqNo": ""}),
        bdc({"NextSeqNo": ""}, BDC_LINE | {"Redo": "x"}),
        bdc({"NextSeqNo": ""}, *[BDC_LINE] * 1001),
        bdc({"NextSeqNo": "S1"}),
        bdc({"NextSeqNo": "S0"}, BDC_LINE),
        bdc({}, BDC_LINE),
    ],
)
def test_a_statement_that_is_not_as_agreed_is_no_answer(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.statement("1405", since=DAY, until=DAY, after="S0")


@pytest.mark.parametrize(
    "bank",
    [
        http({"kind": "balance", "account": "1406"}),
        http({"kind": "balance", "account": "1405", "balance_fen": "1"}),
        bdc({"AcctNo": "1406"}),
        bdc({"AcctNo": "1405", "AcctBal": "1"}),
        bdc({"AcctNo": "1405", "AcctBal": "1.00", "AcctRestBal": "1.00", "AcctStatus": "9"}),
    ],
)
def test_a_balance_that_is_not_as_agreed_is_no_answer(bank) -> None:
    with pytest.raises(BankUnreachable):
        bank.balance("1405")
