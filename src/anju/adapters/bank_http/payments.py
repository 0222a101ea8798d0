"""Payments, queries and notices of the plain HTTP bank, as the port `ports.bank` promises them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from anju.adapters import messages, signing
from anju.adapters.bank_http.debits import HttpDebits
from anju.adapters.bank_http.replies import add_up, believed, expect, lines_by_number
from anju.ports.bank import (
    ArrivalNotice,
    BankNotice,
    NoticeForged,
    Outcome,
    PaymentReply,
    PaymentRequest,
)
from anju.ports.bank_batches import BatchReply, PaymentBatch

_NOTICED = {Outcome.PAID, Outcome.FAILED, Outcome.RETURNED}


class HttpBank(HttpDebits):
    """Implements `ports.bank.BankPayments` too, over one signed HTTP partner."""

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """See the port. One attempt; repeating it is the caller's, with the same request."""
        asked = {"kind": "payment", **_order(request)}
        message = self._taken("/v1/payments", asked, number=request.order_no)
        with believed():
            return _reply(message, request.order_no)

    def query(self, order_no: str) -> PaymentReply:
        """See the port."""
        asked = {"kind": "query", "order_no": order_no}
        message = self._taken("/v1/payments/query", asked)
        with believed():
            return _reply(message, order_no)

    def read_notice(
        self, headers: Mapping[str, str], *, body: bytes, at: datetime
    ) -> BankNotice | ArrivalNotice:
        """See the port."""
        partner = self._http.partner
        try:
            signing.verify(headers, body=body, client=partner.client, secret=partner.secret, at=at)
            message = messages.read(body)
            reader = _READERS.get(str(message.get("kind")))
            if reader is None or message.get("client") != partner.client:
                # A request of our own, signed with the same secret, must not come back as news.
                raise messages.Malformed("not a notice for this client")
            return reader(message)
        except (signing.Untrusted, messages.Malformed) as problem:
            raise NoticeForged(str(problem)) from problem

    def pay_batch(self, batch: PaymentBatch) -> BatchReply:
        """See `ports.bank_batches`."""
        told = [_order(order) for order in batch.orders]
        return self._send_batch("", batch.batch_no, told, total_fen=batch.total_fen)

    def batch_lines(self, batch: PaymentBatch) -> tuple[PaymentReply, ...]:
        """See `ports.bank_batches`."""
        message = self._lines(batch.batch_no)
        with believed():
            told = lines_by_number(message, [order.order_no for order in batch.orders])
            replies = tuple(_told(told[o.order_no], o.order_no) for o in batch.orders)
            add_up([reply.amount_fen for reply in replies], message)
            return replies


def _order(request: PaymentRequest) -> dict[str, object]:
    return {
        "order_no": request.order_no,
        "amount_fen": request.amount_fen,
        "principal_fen": request.principal_fen,
        "interest_fen": request.interest_fen,
        "payee_name": request.payee_name,
        "payee_account": request.payee_account,
        "payee_bank_code": request.payee_bank_code,
        "payer_account": request.payer_account,
        "summary": request.summary,
    }


def _reply(message: Mapping[str, object], order_no: str) -> PaymentReply:
    expect(message, "reply")
    return _told(message, order_no)


def _told(message: Mapping[str, object], order_no: str) -> PaymentReply:
    if messages.text(message, "order_no") != order_no:
        raise messages.Malformed("a reply about another order")
    return PaymentReply(
        order_no=order_no,
        outcome=_outcome(message),
        amount_fen=messages.fen(message, "amount_fen"),
        bank_serial=messages.text(message, "bank_serial"),
        reason_code=messages.text(message, "reason_code"),
        reason=messages.text(message, "reason"),
        occurred_at=messages.instant(message, "occurred_at"),
    )


def _notice(message: Mapping[str, object]) -> BankNotice:
    outcome = _outcome(message)
    notice_id = messages.text(message, "notice_id")
    if outcome not in _NOTICED or not notice_id:
        raise messages.Malformed("a notice must have an id and tell of money paid or not paid")
    return BankNotice(
        notice_id=notice_id,
        order_no=messages.text(message, "order_no"),
        outcome=outcome,
        amount_fen=messages.fen(message, "amount_fen"),
        bank_serial=messages.text(message, "bank_serial"),
        account=messages.text(message, "account"),
        reason_code=messages.text(message, "reason_code"),
        reason=messages.text(message, "reason"),
        occurred_at=messages.instant(message, "occurred_at"),
    )


def _arrival(message: Mapping[str, object]) -> ArrivalNotice:
    amount = messages.signed_fen(message, "amount_fen")
    reversal = messages.truth(message, "reversal")
    notice_id = messages.text(message, "notice_id")
    if not notice_id or not amount or (amount < 0) is not reversal:
        raise messages.Malformed("an arrival has an id and comes in, or is taken back")
    return ArrivalNotice(
        notice_id=notice_id,
        account=messages.text(message, "account"),
        amount_fen=amount,
        bank_serial=messages.text(message, "bank_serial"),
        payer_name=messages.text(message, "payer_name"),
        payer_account=messages.text(message, "payer_account"),
        remark=messages.text(message, "remark"),
        reversal=reversal,
        booked_on=messages.day(message, "booked_on"),
        occurred_at=messages.instant(message, "occurred_at"),
    )


_READERS: Final[Mapping[str, Callable[[Mapping[str, object]], BankNotice | ArrivalNotice]]] = {
    "notice": _notice,
    "arrival": _arrival,
}


def _outcome(message: Mapping[str, object]) -> Outcome:
    try:
        return Outcome(messages.text(message, "outcome"))
    except ValueError as problem:
        raise messages.Malformed("an outcome we did not agree on") from problem
