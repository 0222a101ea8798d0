"""BDC101 and BDC110 as the port `ports.bank` promises payments and queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from anju.adapters.bank_bdc import documents, notices, texts
from anju.adapters.bank_bdc.accounts import BdcAccounts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.line import NoTrustedAnswer
from anju.adapters.bank_bdc.node import Refused
from anju.ports.bank import (
    ArrivalNotice,
    BankNotice,
    BankUnreachable,
    OrderNumberReused,
    Outcome,
    PaymentReply,
    PaymentRequest,
)

PAY: Final = "BDC101"
QUERY: Final = "BDC110"
NUMBER_REUSED: Final = "BDC1001"
NOT_FOUND: Final = "BDC1404"

REALTIME_FEN_MAX: Final = 100_000_000
"""One million yuan: what the payment systems between banks carry in real time, at any hour."""
WITHIN_THE_BANK, BETWEEN_BANKS_NOW, BETWEEN_BANKS_LATER = "1", "2", "3"
_PERSON, _COMPANY = "1", "2"
# 资金业务类型: interest is paid out only with the account that earned it.
_WITHDRAWAL, _CLOSING = "02", "03"
_STATES = {"0": Outcome.PAID, "1": Outcome.FAILED, "2": Outcome.ACCEPTED}


class BdcBank(BdcAccounts):
    """Implements `ports.bank.BankPayments` too, at one node of the settlement system."""

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """See the port. One attempt; repeating it is the caller's, with the same request."""
        order_no = request.order_no
        try:
            answer = self._line.ask(PAY, number=order_no, body=self._order(request))
            return _reply(answer, order_no, state="HostStatus")
        except Refused as refusal:
            if refusal.code == NUMBER_REUSED:
                raise OrderNumberReused(order_no) from refusal
            # Any other "no" is about the message, not about the money: only a query may say that
            # an order has failed.
            raise BankUnreachable(str(refusal)) from refusal
        except (NoTrustedAnswer, Malformed) as problem:
            raise BankUnreachable(str(problem)) from problem

    def query(self, order_no: str) -> PaymentReply:
        """See the port."""
        try:
            answer = self._line.ask(QUERY, body={"TxSeqNo": order_no})
            return _reply(answer, order_no, state="TranRstCode")
        except Refused as refusal:
            if refusal.code == NOT_FOUND:
                return self._unknown(order_no)
            raise BankUnreachable(str(refusal)) from refusal
        except (NoTrustedAnswer, Malformed) as problem:
            raise BankUnreachable(str(problem)) from problem

    def read_notice(
        self, headers: Mapping[str, str], *, body: bytes, at: datetime
    ) -> BankNotice | ArrivalNotice:
        """See the port. `headers` and `body` are what `notices.letters` made of a record."""
        return notices.read(self._line.node, headers, body=body, at=at)

    def _unknown(self, order_no: str) -> PaymentReply:
        return PaymentReply(
            order_no=order_no,
            outcome=Outcome.NOT_FOUND,
            amount_fen=0,
            bank_serial="",
            reason_code="",
            reason="",
            occurred_at=self._line.now(),
        )

    def _order(self, request: PaymentRequest) -> dict[str, str]:
        own = request.payee_bank_code == self._line.node.bank
        return {
            "SettleType": settle_type(request, own_bank=own),
            "BusType": _CLOSING if request.interest_fen else _WITHDRAWAL,
            "CurrNo": "156",
            "CurrIden": "1",
            "DeAcctNo": request.payer_account,
            "DeAcctClass": _COMPANY,
            "CapAmt": texts.amount(request.principal_fen),
            "DeIntAcctNo": request.payer_account,
            "DeIntAcctClass": _COMPANY,
            "IntAmt": texts.amount(request.interest_fen),
            "CrAcctNo": request.payee_account,
            "CrAcctName": request.payee_name,
            "CrAcctClass": _PERSON,
            "CrBankClass": "0" if own else "1",
            "CrChgNo": request.payee_bank_code,
            "Amt": texts.amount(request.amount_fen),
            "Summary": request.summary,
            # The bank carries the remark into the notice and the statement: it is what tells, of
            # a line on our account, which order moved it.
            "Remark": request.order_no,
        }


def settle_type(request: PaymentRequest, *, own_bank: bool) -> str:
    """1 within the bank; 2 between banks at once; 3 between banks when their clearing is open."""
    if own_bank:
        return WITHIN_THE_BANK
    return BETWEEN_BANKS_NOW if request.amount_fen <= REALTIME_FEN_MAX else BETWEEN_BANKS_LATER


def _reply(answer: Document, order_no: str, *, state: str) -> PaymentReply:
    body = answer.body
    if texts.text(body, "TxSeqNo") != order_no:
        raise documents.Malformed("an answer about another order")
    outcome = Outcome(texts.one_of(body, state, _STATES))
    returned = texts.one_of(body, "RefundFlag", {"0": "", "1": "yes"})
    if returned:
        if outcome is not Outcome.PAID:
            raise documents.Malformed("what was never paid cannot have come back")
        outcome = Outcome.RETURNED
    fen = texts.fen(body, "Amt")
    if fen < 0:
        raise documents.Malformed("an amount below zero")
    told = outcome in (Outcome.FAILED, Outcome.RETURNED)
    return PaymentReply(
        order_no=order_no,
        outcome=outcome,
        amount_fen=fen,
        bank_serial=texts.text(body, "RefundSeqNo" if returned else "CapHostSeqNo", longest=64),
        reason_code=texts.text(body, "RstCode", longest=40) if told else "",
        reason=texts.text(body, "RstMsg") if told else "",
        occurred_at=texts.instant(body, "HostDate", "HostTime"),
    )
