"""Payments, queries and notices of the plain HTTP bank, as the port `ports.bank` promises them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from anju.adapters import messages, signing
from anju.adapters.bank_http.accounts import HttpAccounts
from anju.adapters.signed_http import Answer
from anju.ports.bank import (
    ArrivalNotice,
    BankNotice,
    BankUnreachable,
    NoticeForged,
    OrderNumberReused,
    Outcome,
    PaymentReply,
    PaymentRequest,
)
from anju.ports.bank_batches import BatchReply, BatchState, PaymentBatch

_NOTICED = {Outcome.PAID, Outcome.FAILED, Outcome.RETURNED}


class HttpBank(HttpAccounts):
    """Implements `ports.bank.BankPayments` too, over one signed HTTP partner."""

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """See the port. One attempt; repeating it is the caller's, with the same request."""
        answer = self._ask("/v1/payments", {"kind": "payment", **_order(request)})
        if answer.status == 409 and answer.message.get("kind") == "order_number_reused":
            raise OrderNumberReused(request.order_no)
        return _reply(answer, request.order_no)

    def query(self, order_no: str) -> PaymentReply:
        """See the port."""
        answer = self._ask("/v1/payments/query", {"kind": "query", "order_no": order_no})
        return _reply(answer, order_no)

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
        answer = self._ask(
            "/v1/batches",
            {
                "kind": "batch",
                "batch_no": batch.batch_no,
                "count": len(batch.orders),
                "total_fen": batch.total_fen,
                "orders": [_order(order) for order in batch.orders],
            },
        )
        if answer.status == 409 and answer.message.get("kind") == "order_number_reused":
            raise OrderNumberReused(batch.batch_no)
        return _batch_reply(answer, batch.batch_no)

    def batch_state(self, batch_no: str) -> BatchReply:
        """See `ports.bank_batches`."""
        answer = self._ask("/v1/batches/query", {"kind": "batch_query", "batch_no": batch_no})
        return _batch_reply(answer, batch_no)

    def batch_lines(self, batch: PaymentBatch) -> tuple[PaymentReply, ...]:
        """See `ports.bank_batches`."""
        asked = {"kind": "batch_lines", "batch_no": batch.batch_no}
        answer = self._ask("/v1/batches/lines", asked)
        try:
            if answer.status != 200 or answer.message.get("kind") != "batch_lines":
                raise messages.Malformed(f"not the lines of a batch (status {answer.status})")
            lines = answer.message.get("lines")
            if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
                raise messages.Malformed("the lines are no list of objects")
            told = {messages.text(line, "order_no"): line for line in lines}
            if len(lines) != len(batch.orders) or set(told) != {o.order_no for o in batch.orders}:
                raise messages.Malformed("not exactly the lines of this batch")
            replies = tuple(_told(told[o.order_no], o.order_no) for o in batch.orders)
            if sum(reply.amount_fen for reply in replies) != messages.fen(
                answer.message, "total_fen"
            ):
                raise messages.Malformed("the lines do not add up")
            return replies
        except messages.Malformed as problem:
            raise BankUnreachable(str(problem)) from problem


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


def _reply(answer: Answer, order_no: str) -> PaymentReply:
    message = answer.message
    try:
        if answer.status != 200 or message.get("kind") != "reply":
            raise messages.Malformed(f"not a reply (status {answer.status})")
        return _told(message, order_no)
    except messages.Malformed as problem:
        raise BankUnreachable(str(problem)) from problem


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


def _batch_reply(answer: Answer, batch_no: str) -> BatchReply:
    message = answer.message
    try:
        if answer.status != 200 or message.get("kind") != "batch_reply":
            raise messages.Malformed(f"not a reply (status {answer.status})")
        if messages.text(message, "batch_no") != batch_no:
            raise messages.Malformed("a reply about another batch")
        state = BatchState(messages.text(message, "state"))
        count, total = messages.fen(message, "count"), messages.fen(message, "total_fen")
        return BatchReply(batch_no=batch_no, state=state, count=count, total_fen=total)
    except ValueError as problem:
        raise BankUnreachable(str(problem)) from problem


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
