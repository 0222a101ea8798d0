"""What the settlement system says has become of one order, and its codes."""

from collections.abc import Mapping
from typing import Final

from anju.adapters.bank_bdc import documents, texts
from anju.ports.bank import Outcome, PaymentReply

NUMBER_REUSED: Final = "BDC1001"
NOT_FOUND: Final = "BDC1404"
_STATES = {"0": Outcome.PAID, "1": Outcome.FAILED, "2": Outcome.ACCEPTED}


def read_reply(body: Mapping[str, str], order_no: str, *, state: str) -> PaymentReply:
    """The order's reply; `state` names the field of its state. Raises Malformed."""
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
