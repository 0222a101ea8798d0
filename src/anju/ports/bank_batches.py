"""Many payments in one message: what we ask of a bank, and what it says became of each.

The fields follow the batch payment (BDC103), its result query (BDC107) and download (BDC108) of
the national bank settlement application. Every line is an order of its own with a number of its
own: `BankPayments.query` tells of it as of any other, and a batch is only how it travels.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from anju.ports.bank import PaymentReply, PaymentRequest

BATCH_LINES_MAX: Final = 100
"""More lines than this are two batches: one lost answer leaves little unknown."""


class BatchState(StrEnum):
    """What a bank says of a batch as a whole."""

    ACCEPTED = "accepted"
    """The bank has it; some lines are not decided yet."""
    DONE = "done"
    """Every line is decided, each for itself."""
    NOT_FOUND = "not_found"
    """The bank does not know the number now; as with an order, send the same batch again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBatch:
    """Orders that go to the bank together. Fixed when it is written."""

    batch_no: str
    orders: tuple[PaymentRequest, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for a batch no bank may be sent."""
        if not self.batch_no or not 0 < len(self.orders) <= BATCH_LINES_MAX:
            raise ValueError(f"a batch has a number and 1 to {BATCH_LINES_MAX} orders")
        if len({order.order_no for order in self.orders}) != len(self.orders):
            raise ValueError(f"batch {self.batch_no}: an order stands in it twice")
        if len({order.payer_account for order in self.orders}) != 1:
            raise ValueError(f"batch {self.batch_no}: it is paid from one account")

    @property
    def total_fen(self) -> int:
        """What all orders amount to."""
        return sum(order.amount_fen for order in self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReply:
    """The bank's word on a batch; counts and sums are of lines as ordered, 0 when NOT_FOUND."""

    batch_no: str
    state: BatchState
    count: int
    total_fen: int


class BankBatches(Protocol):
    """Paying many at once; the same implementation that keeps `BankPayments`, and its promises:
    one batch sent twice pays once, and no answer means unknown.
    """

    def pay_batch(self, batch: PaymentBatch) -> BatchReply:
        """Ask the bank to pay every order; write the intents down and commit *before* calling.

        Raises BankUnreachable (unknown) and OrderNumberReused (the batch's number, or that of an
        order in it, stands for other content at the bank, and nothing was done).
        """
        ...

    def batch_state(self, batch_no: str) -> BatchReply:
        """What the bank knows of the batch now. Raises BankUnreachable."""
        ...

    def batch_lines(self, batch: PaymentBatch) -> tuple[PaymentReply, ...]:
        """What became of each order, in the order of the batch, all or none.

        A result with a line missing, double, strange, or with another sum than it announces is
        no result. Raises BankUnreachable.
        """
        ...
