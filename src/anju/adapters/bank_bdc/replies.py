"""What the settlement system's answers are worth to the ports: what becomes of an order, what
nobody may believe, and its codes.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from anju.adapters.bank_bdc import texts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.line import NodeLine, NoTrustedAnswer
from anju.adapters.bank_bdc.node import Refused
from anju.ports.bank import BankUnreachable, OrderNumberReused, Outcome, PaymentReply

NUMBER_REUSED: Final = "BDC1001"
NOT_FOUND: Final = "BDC1404"
_STATES = {"0": Outcome.PAID, "1": Outcome.FAILED, "2": Outcome.ACCEPTED}


@contextmanager
def believed(number: str = "") -> Iterator[None]:
    """What is asked and read within is believed, or it raises BankUnreachable: no answer, one that
    makes no sense, or a "no". OrderNumberReused where `number`, which is sent within, is taken.

    Any other "no" is about the message, not about the money: only the answer to a query may say
    that something has failed.
    """
    try:
        yield
    except Refused as refusal:
        if number and refusal.code == NUMBER_REUSED:
            raise OrderNumberReused(number) from refusal
        raise BankUnreachable(str(refusal)) from refusal
    except (NoTrustedAnswer, ValueError) as problem:
        raise BankUnreachable(str(problem)) from problem


def known(line: NodeLine, code: str, body: Mapping[str, str]) -> Document | None:
    """What query `code` answers about a number that we sent, None when the settlement system does
    not know it. Raises as `NodeLine.ask`.
    """
    try:
        return line.ask(code, body=body)
    except Refused as refusal:
        if refusal.code == NOT_FOUND:
            return None
        raise


def add_up(amounts: Iterable[int], answer: Document) -> None:
    """Raise Malformed unless the amounts make up the sum that a batch's result announces."""
    if sum(amounts) != texts.fen(answer.body, "FileTotalAmt"):
        raise Malformed("the lines do not add up")


def read_reply(body: Mapping[str, str], order_no: str, *, state: str) -> PaymentReply:
    """The order's reply; `state` names the field of its state. Raises Malformed."""
    if texts.text(body, "TxSeqNo") != order_no:
        raise Malformed("an answer about another order")
    outcome = Outcome(texts.one_of(body, state, _STATES))
    returned = texts.one_of(body, "RefundFlag", {"0": "", "1": "yes"})
    if returned:
        if outcome is not Outcome.PAID:
            raise Malformed("what was never paid cannot have come back")
        outcome = Outcome.RETURNED
    fen = texts.fen(body, "Amt")
    if fen < 0:
        raise Malformed("an amount below zero")
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
