"""One payment order as a pure machine: a number that never changes, and what the bank told us.

Intent first: the order is written before the bank is called. What the bank did is learnt from a
reply, a notice or a query; a timeout is not a refusal, and "unknown" is left by a query only.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class PaymentStatus(StrEnum):
    """What we know of an order."""

    WRITTEN = "written"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


UNDER_WAY: Final = (PaymentStatus.SENT, PaymentStatus.UNKNOWN)
"""The bank may have the order, and has not said what became of it."""
UNSETTLED: Final = (PaymentStatus.WRITTEN, *UNDER_WAY)
"""Nothing has become of the order yet."""


class Effect(StrEnum):
    """What must follow a step."""

    CALL = "call"
    ASK = "ask"
    ASK_LATER = "ask_later"
    SETTLE = "settle"
    RELEASE = "release"
    BOOK_RETURN = "book_return"
    BREAK = "break"


class Answer(StrEnum):
    """What the bank says of an order."""

    ACCEPTED = "accepted"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    NOT_FOUND = "not_found"


RESEND_AFTER = timedelta(minutes=5)
"""How long after a call "no such order" may still mean "not arrived yet"."""

RESEND_AFTER_QUERIES = 3
"""How often the bank must say "no such order" before the same number is sent again."""


@dataclass(frozen=True)
class Payment:
    """The order as the machine sees it.

    Attributes:
        amount_fen: principal and interest, fixed when the order was written.
        sent_at: when the bank was last called, None before the first call.
        not_found: how often in a row the bank did not know the number.
    """

    status: PaymentStatus
    amount_fen: int
    sent_at: datetime | None = None
    not_found: int = 0


@dataclass(frozen=True)
class Send:
    """A worker is about to call the bank; committed before the call."""

    at: datetime


@dataclass(frozen=True)
class NoReply:
    """The call ended without an answer we can trust."""


@dataclass(frozen=True)
class Replied:
    """The bank answered the call itself."""

    answer: Answer
    amount_fen: int


@dataclass(frozen=True)
class Noticed:
    """A signed notice arrived; it may be late, doubled or out of order."""

    answer: Answer
    amount_fen: int


@dataclass(frozen=True)
class Queried:
    """The bank answered a query for this number."""

    answer: Answer
    amount_fen: int
    at: datetime


Event = Send | NoReply | Replied | Noticed | Queried
Step = tuple[Payment, tuple[Effect, ...]]


class IllegalStep(Exception):
    """The event does not fit the order's state; nothing happens."""

    def __init__(self, status: PaymentStatus, event: Event) -> None:
        super().__init__(f"{type(event).__name__} does not fit an order that is {status}")


def decide(payment: Payment, event: Event) -> Step:
    """Return the order after the event, and what must follow.

    Raises:
        IllegalStep: the order was never sent, or is sent twice at once.
    """
    match event:
        case Send(at=at):
            return _send(payment, at, event)
        case NoReply() if payment.status is PaymentStatus.SENT:
            return replace(payment, status=PaymentStatus.UNKNOWN), (Effect.ASK_LATER,)
        case NoReply():
            return payment, ()
        case Replied() | Noticed() | Queried():
            if payment.status is PaymentStatus.WRITTEN:
                # The bank speaks of a number that we have never sent: somebody must look.
                return payment, (Effect.BREAK,)
            if isinstance(event, Queried):
                return _queried(payment, event)
            return _told(payment, event)


def _send(payment: Payment, at: datetime, event: Event) -> Step:
    first = payment.status is PaymentStatus.WRITTEN
    if not first and not may_resend(payment, at):
        raise IllegalStep(payment.status, event)
    sent = replace(payment, status=PaymentStatus.SENT, sent_at=at, not_found=0)
    return sent, (Effect.CALL,)


def may_resend(payment: Payment, at: datetime) -> bool:
    """Whether the same number may be sent again: never a new number, never too early."""
    return (
        payment.status is PaymentStatus.UNKNOWN
        and payment.not_found >= RESEND_AFTER_QUERIES
        and payment.sent_at is not None
        and at - payment.sent_at >= RESEND_AFTER
    )


def _told(payment: Payment, event: Replied | Noticed) -> Step:
    """A reply or a notice: only a payment of the right amount is believed as it stands."""
    if payment.status in UNDER_WAY:
        match event.answer:
            case Answer.PAID if event.amount_fen == payment.amount_fen:
                return replace(payment, status=PaymentStatus.PAID), (Effect.SETTLE,)
            case Answer.ACCEPTED:
                return replace(payment, status=PaymentStatus.UNKNOWN), (Effect.ASK_LATER,)
            case _:
                return replace(payment, status=PaymentStatus.UNKNOWN), (Effect.ASK,)
    believed = {
        PaymentStatus.PAID: {Answer.PAID, Answer.ACCEPTED},
        PaymentStatus.FAILED: {Answer.FAILED, Answer.ACCEPTED},
        PaymentStatus.RETURNED: {Answer.RETURNED, Answer.PAID, Answer.ACCEPTED},
    }
    if event.answer in believed[payment.status]:
        return payment, ()
    return payment, (Effect.ASK,)


def _queried(payment: Payment, event: Queried) -> Step:
    if payment.status in UNDER_WAY:
        return _queried_open(payment, event)
    match payment.status, event.answer:
        case PaymentStatus.PAID, Answer.RETURNED if event.amount_fen == payment.amount_fen:
            return replace(payment, status=PaymentStatus.RETURNED), (Effect.BOOK_RETURN,)
        case PaymentStatus.PAID, Answer.PAID if event.amount_fen == payment.amount_fen:
            return payment, ()
        case PaymentStatus.FAILED, Answer.FAILED:
            return payment, ()
        case PaymentStatus.RETURNED, Answer.RETURNED:
            return payment, ()
        case _:
            # The bank's word has changed against a settled fact: a person must look.
            return payment, (Effect.BREAK,)


def _queried_open(payment: Payment, event: Queried) -> Step:
    right_amount = event.amount_fen == payment.amount_fen
    match event.answer:
        case Answer.PAID if right_amount:
            return replace(payment, status=PaymentStatus.PAID), (Effect.SETTLE,)
        case Answer.RETURNED if right_amount:
            returned = replace(payment, status=PaymentStatus.RETURNED)
            return returned, (Effect.SETTLE, Effect.BOOK_RETURN)
        case Answer.PAID | Answer.RETURNED:
            return replace(payment, status=PaymentStatus.UNKNOWN), (Effect.BREAK,)
        case Answer.FAILED:
            return replace(payment, status=PaymentStatus.FAILED), (Effect.RELEASE,)
        case Answer.NOT_FOUND:
            missed = replace(payment, status=PaymentStatus.UNKNOWN, not_found=payment.not_found + 1)
            resend = may_resend(missed, event.at)
            return missed, (Effect.CALL,) if resend else (Effect.ASK_LATER,)
        case Answer.ACCEPTED:
            waiting = replace(payment, status=PaymentStatus.UNKNOWN, not_found=0)
            return waiting, (Effect.ASK_LATER,)
