"""BDC113 and BDC123 as the port `ports.bank_accounts` promises lines and balances."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from anju.adapters.bank_bdc import texts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.line import NodeLine
from anju.adapters.bank_bdc.node import Refused
from anju.adapters.bank_bdc.replies import believed
from anju.ports.bank_accounts import (
    PAGE_LINES_MAX,
    AccountBalance,
    AccountNotOurs,
    StatementLine,
    StatementPage,
)

STATEMENT: Final = "BDC113"
BALANCE: Final = "BDC123"
NOT_OURS: Final = "BDC1403"


class BdcAccounts:
    """Implements `ports.bank_accounts.BankAccounts` at one node of the settlement system."""

    def __init__(self, line: NodeLine) -> None:
        self._line = line

    def statement(
        self, account: str, *, since: date, until: date, after: str = ""
    ) -> StatementPage:
        """See the port."""
        asked = {
            "AcctNo": account,
            "BeginDate": f"{since:%Y%m%d}",
            "EndDate": f"{until:%Y%m%d}",
            "StartSeqNo": after,
        }
        with believed():
            answer = self._ask(STATEMENT, asked)
            if len(answer.records) > PAGE_LINES_MAX:
                raise Malformed("more lines than a page has")
            lines = tuple(read_line(record) for record in answer.records)
            if any(line.account != account for line in lines):
                raise Malformed("a line of another account")
            if not all(since <= line.booked_on <= until for line in lines):
                raise Malformed("a line of another day")
            more = texts.text(answer.body, "NextSeqNo", longest=64)
            if more and (more == after or not lines):
                raise Malformed("a page that never ends")
            return StatementPage(lines=lines, more=more)

    def balance(self, account: str) -> AccountBalance:
        """See the port."""
        with believed():
            body = self._ask(BALANCE, {"AcctNo": account}).body
            if texts.text(body, "AcctNo") != account:
                raise Malformed("the balance of another account")
            return AccountBalance(
                account=account,
                balance_fen=texts.fen(body, "AcctBal"),
                available_fen=texts.fen(body, "AcctRestBal"),
                open=bool(texts.one_of(body, "AcctStatus", {"0": "open", "1": "", "2": ""})),
                at=texts.instant(body, "HostDate", "HostTime"),
            )

    def _ask(self, code: str, body: Mapping[str, str]) -> Document:
        try:
            return self._line.ask(code, body=body)
        except Refused as refusal:
            if refusal.code == NOT_OURS:
                raise AccountNotOurs(body["AcctNo"]) from refusal
            raise


def read_line(record: Mapping[str, str]) -> StatementLine:
    """One record of BDC113, which has the fields of SBDC100. Raises Malformed."""
    moved = texts.fen(record, "Amt")
    serial = texts.text(record, "HostSeqNo", longest=64)
    if not moved or not serial:
        raise Malformed("a movement has a serial and an amount")
    return StatementLine(
        account=texts.text(record, "AcctNo", longest=40),
        serial=serial,
        amount_fen=moved,
        balance_fen=texts.fen(record, "Balance"),
        booked_on=texts.day(record, "Date"),
        occurred_at=texts.instant(record, "TxDate", "Time"),
        counter_account=texts.text(record, "OpAcctNo", longest=64),
        counter_name=texts.text(record, "OpAcctName"),
        remark=texts.text(record, "Remark"),
        summary=texts.text(record, "Summary"),
        reversal=bool(texts.one_of(record, "Redo", {"0": "", "1": "yes"})),
    )
