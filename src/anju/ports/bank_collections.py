"""Money that a bank fetches for us from somebody's account, under an agreement that he signed.

The fields follow the single collection (BDC102), the batch collection (BDC104) and their queries of
the national bank settlement application. Every amount is a whole number of fen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from anju.ports.bank_batches import BATCH_LINES_MAX, BatchReply


class Collected(StrEnum):
    """What a bank says has become of one collection. No answer at all is `BankUnreachable`."""

    ACCEPTED = "accepted"
    """The bank has it and has not yet decided. Ask again."""
    COLLECTED = "collected"
    """The payer's account is charged. Final; a bank that undoes it tells so as an arrival that is
    taken back."""
    REFUSED = "refused"
    """Nothing was charged and nothing will be under this number. Final."""
    NOT_FOUND = "not_found"
    """The bank does not know the number *now*: send the same again, never a new one (fault F6)."""


class PayerClass(StrEnum):
    """Whose account is charged."""

    PERSON = "person"
    COMPANY = "company"


class CollectedFor(StrEnum):
    """What the money is for (资金业务类型)."""

    CONTRIBUTION = "contribution"
    REPAYMENT = "repayment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One sum to be fetched from one payer. Fixed when it is written; never edited afterwards."""

    order_no: str
    amount_fen: int
    purpose: CollectedFor
    agreement_no: str
    """ConAgrNo: the payer's agreement (代扣协议) as the bank registered it."""
    payer_class: PayerClass
    payer_name: str
    payer_account: str
    payer_bank_code: str
    payee_account: str
    """The account of the centre's that the money comes to."""
    summary: str

    def __post_init__(self) -> None:
        """Raises ValueError for a collection no bank may be sent."""
        if not self.order_no or not self.agreement_no:
            raise ValueError("a collection needs its order number and the payer's agreement")
        if self.amount_fen <= 0:
            raise ValueError(f"collection {self.order_no}: the amount must be positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionReply:
    """The bank's answer about one collection or loan debit: its state at `occurred_at`."""

    order_no: str
    """Of a loan debit, which has no number of its own at the bank: its batch's number, a stroke,
    and its place there (`DK…/3`)."""
    outcome: Collected
    asked_fen: int
    """What the bank says it was asked for; 0 when NOT_FOUND."""
    amount_fen: int
    """What the payer was charged, 0 unless COLLECTED. Less than asked is lawful only where a debit
    says so; any other difference is a break, and told as it is because the money has moved."""
    bank_serial: str
    """The bank host's own serial of the movement, the same in the arrival notice and the
    statement; empty unless COLLECTED."""
    reason_code: str
    reason: str
    """Why it was refused, in the bank's words (Chinese); empty otherwise."""
    occurred_at: datetime

    def __post_init__(self) -> None:
        """Raises ValueError for an answer that contradicts itself."""
        collected = self.outcome is Collected.COLLECTED
        if (self.amount_fen > 0, bool(self.bank_serial)) != (collected, collected):
            raise ValueError("money is charged with an amount and a serial, or not at all")
        if (self.outcome is Collected.REFUSED) != bool(self.reason_code):
            raise ValueError("a refusal has a reason, and nothing else has one")

    def about(self, order_no: str, *, asked_fen: int) -> "CollectionReply":
        """This reply, if it speaks of that number and sum. Raises ValueError otherwise."""
        known = self.outcome is not Collected.NOT_FOUND
        if self.order_no != order_no or self.asked_fen != (asked_fen if known else 0):
            raise ValueError("an answer about another collection")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionBatch:
    """Collections that go to the bank together. Fixed when it is written."""

    batch_no: str
    orders: tuple[Collection, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for a batch no bank may be sent."""
        if not self.batch_no or not 0 < len(self.orders) <= BATCH_LINES_MAX:
            raise ValueError(f"a batch has a number and 1 to {BATCH_LINES_MAX} collections")
        if len({order.order_no for order in self.orders}) != len(self.orders):
            raise ValueError(f"batch {self.batch_no}: a collection stands in it twice")
        if len({(order.payee_account, order.purpose) for order in self.orders}) != 1:
            raise ValueError(f"batch {self.batch_no}: it is for one account and one purpose")

    @property
    def total_fen(self) -> int:
        """What all collections amount to."""
        return sum(order.amount_fen for order in self.orders)


class BankCollections(Protocol):
    """Fetching money; the same implementation that keeps `BankPayments`, and its promises.

    1. One number is collected once, however often it is sent, for ever: after a lost answer send
       the same again, or ask. A debit is as irrevocable for the payer as a payment is for us.
    2. No answer is unknown (`BankUnreachable`), never a refusal.
    3. Only an answer whose origin is proved, and which does not contradict itself or what was
       asked, is returned.
    4. Asking moves nothing.

    Each sum that comes in is also told as an `ArrivalNotice` whose remark is the order number and
    whose serial is the reply's.
    """

    def collect(self, request: Collection) -> CollectionReply:
        """Ask the bank to fetch `request`; write the intent down and commit *before* calling.

        After the cut-off of the payer's bank it is refused: nothing waits in the bank overnight.

        Raises BankUnreachable (outcome unknown) and OrderNumberReused (nothing was done).
        """
        ...

    def query_collection(self, request: Collection) -> CollectionReply:
        """What has become of `request` so far; the way out of every unknown.

        Raises BankUnreachable: still unknown, ask again later.
        """
        ...

    def collect_batch(self, batch: CollectionBatch) -> BatchReply:
        """Ask the bank to fetch every sum; taken whole or not at all, then each for itself.

        Collections after the cut-off of a payer's bank wait for its morning.

        Raises BankUnreachable (unknown) and OrderNumberReused (the batch's number, or that of a
        collection in it, stands for other content at the bank, and nothing was done).
        """
        ...

    def batch_state(self, batch_no: str) -> BatchReply:
        """What the bank knows of the batch now. Raises BankUnreachable."""
        ...

    def collection_lines(self, batch: CollectionBatch) -> tuple[CollectionReply, ...]:
        """What became of each collection, in the order of the batch, all or none.

        A result with a line missing, double, strange, or with another sum than it announces is
        no result. Raises BankUnreachable.
        """
        ...
