"""What we ask of a bank that pays: records, errors, and the promise.

The fields follow the single payment (BDC101), its query (BDC110) and the account notice (SBDC100)
of the national bank settlement application, so that an adapter for it needs no other record.
Every amount is a whole number of fen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What a bank says has become of one payment order."""

    ACCEPTED = "accepted"
    """The bank has the order and has not yet decided. Ask again."""
    PAID = "paid"
    """The money has left the centre's account. A later RETURNED is still possible."""
    FAILED = "failed"
    """No money moved and none will move under this number. Final when a query says so."""
    RETURNED = "returned"
    """The money left, and came back (退票). Final."""
    NOT_FOUND = "not_found"
    """The bank does not know the number *now*. A request of ours may still be on its way: send
    the same number again, never a new one, and release nothing on this answer (fault F6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """One payment to one person. Fixed when the order is written; never edited afterwards.

    `amount_fen` is `principal_fen + interest_fen`, checked here because a bank books the two from
    two accounts of the centre and adds them up itself.
    """

    order_no: str
    amount_fen: int
    principal_fen: int
    interest_fen: int
    payee_name: str
    payee_account: str
    payee_bank_code: str
    payer_account: str
    summary: str

    def __post_init__(self) -> None:
        """Raises ValueError for an order no bank may be sent."""
        if not self.order_no:
            raise ValueError("a payment needs its order number")
        if self.principal_fen < 0 or self.interest_fen < 0 or self.amount_fen <= 0:
            raise ValueError(f"order {self.order_no}: amounts must be positive")
        if self.amount_fen != self.principal_fen + self.interest_fen:
            raise ValueError(f"order {self.order_no}: the amount is not principal plus interest")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReply:
    """The bank's answer to `pay` or `query`: the state of the order at `occurred_at`."""

    order_no: str
    outcome: Outcome
    amount_fen: int
    """What the bank paid or took back, which may differ from what was ordered (a break); what
    was ordered while it is only ACCEPTED; 0 when NOT_FOUND."""
    bank_serial: str
    """The bank host's own serial of the movement; empty until money moved."""
    reason_code: str
    reason: str
    """Why it failed or came back, in the bank's words (Chinese); empty otherwise."""
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BankNotice:
    """Something the bank told us unasked. It comes at least once, in any order, and perhaps
    before the reply to the request that caused it.
    """

    notice_id: str
    """The bank's number of this notice, the same on every delivery: the inbox keeps it unique,
    which is also what makes a replayed notice harmless."""
    order_no: str
    """The order it speaks of. May be one we never sent (fault F27)."""
    outcome: Outcome
    amount_fen: int
    bank_serial: str
    account: str
    """Which of the centre's accounts moved, or would have moved."""
    reason_code: str
    reason: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalNotice:
    """The bank told us unasked that somebody has paid into an account of ours (到账)."""

    notice_id: str
    """As of a `BankNotice`: the same on every delivery."""
    account: str
    amount_fen: int
    """Positive; negative where the bank takes an arrival back (`reversal`)."""
    bank_serial: str
    payer_name: str
    payer_account: str
    remark: str
    """What the payer wrote, as far as the bank passes it on."""
    reversal: bool
    booked_on: date
    occurred_at: datetime


class BankUnreachable(Exception):
    """No trustworthy answer: refused connection, timeout, broken, unsigned or nonsensical reply.

    **The outcome is unknown; this is never a refusal.** The order may have been paid. It is left
    by `query`, or by sending the same number again.
    """


class OrderNumberReused(Exception):
    """The bank already holds this order number with other content, and did nothing.

    A mistake of ours (or a restore to an older second): the first order stands, `query` tells its
    outcome, and a person must look. Never an outcome of the order itself.
    """


class NoticeForged(Exception):
    """A notice without a valid signature, too old or too new, or not in the agreed form.

    Nothing in it may be believed or kept as fact; the channel answers 401 and counts it.
    """


class BankPayments(Protocol):
    """A bank, or the settlement system in front of several.

    Every implementation keeps these promises, and `tests/contracts` holds it to them:

    1. Sending one order twice pays once. `pay` may be repeated with the same request for ever;
       the answer is the order's present state.
    2. A timeout is not a refusal: `BankUnreachable` means unknown.
    3. Only an answer whose origin is proved (signature) is returned; any other is
       `BankUnreachable`.
    4. `query` never moves money and may be asked at any time, also for a number never sent.
    """

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """Ask the bank to pay `request`; write the intent down and commit *before* calling.

        Waits at most the adapter's timeouts (3 s to connect, 15 s to read unless set otherwise),
        so never call it while holding a database lock.

        Raises BankUnreachable (outcome unknown) and OrderNumberReused (nothing was done).
        """
        ...

    def query(self, order_no: str) -> PaymentReply:
        """The bank's present knowledge of `order_no`; the way out of every unknown.

        Raises BankUnreachable: still unknown, ask again later.
        """
        ...

    def read_notice(
        self, headers: Mapping[str, str], *, body: bytes, at: datetime
    ) -> BankNotice | ArrivalNotice:
        """Prove and read a notice the bank posted to us at `at`: of an order, or of an arrival.

        `body` must be the raw bytes as they came. Reading changes nothing and asks nobody. A
        notice that says FAILED is only a hint: confirm it by `query` before anything is released,
        because a stale or misdirected one would otherwise let an order be paid twice.

        Raises NoticeForged.
        """
        ...
