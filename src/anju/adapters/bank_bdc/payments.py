"""BDC101 and BDC110 as the port `ports.bank` promises payments and queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from anju.adapters.bank_bdc import notices, texts
from anju.adapters.bank_bdc.debits import BdcDebits
from anju.adapters.bank_bdc.replies import believed, known, read_reply
from anju.adapters.bank_bdc.settling import QUERY, settle_type
from anju.ports.bank import (
    ArrivalNotice,
    BankNotice,
    Outcome,
    PaymentReply,
    PaymentRequest,
)

PAY: Final = "BDC101"
_PERSON, _COMPANY = "1", "2"
# 资金业务类型: interest is paid out only with the account that earned it.
_WITHDRAWAL, _CLOSING = "02", "03"


class BdcBank(BdcDebits):
    """Implements `ports.bank.BankPayments` too, at one node of the settlement system."""

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """See the port. One attempt; repeating it is the caller's, with the same request."""
        order_no = request.order_no
        with believed(order_no):
            answer = self._line.ask(PAY, number=order_no, body=self._order(request))
            return read_reply(answer.body, order_no, state="HostStatus")

    def query(self, order_no: str) -> PaymentReply:
        """See the port."""
        with believed():
            answer = known(self._line, QUERY, {"TxSeqNo": order_no})
            if answer is None:
                return self._unknown(order_no)
            return read_reply(answer.body, order_no, state="TranRstCode")

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
            "SettleType": settle_type(request.amount_fen, own_bank=own),
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
