"""How an employer's unallocated money moves when it is given back; fen above zero.

Set aside, it stands on 21901 as before, under the refund's own number instead of the employer's.
"""

from datetime import datetime

from anju.domain.vouchers import GlLine, SuspenseLine, Voucher
from anju.ledger import UNALLOCATED
from anju.ledger.details import subject_of
from anju.ledger.posting import RETURNED

SOURCE = "employer_refund"


def _of_employer(employer_id: int, amount: int, kind: str) -> SuspenseLine:
    return SuspenseLine(UNALLOCATED, "employer", str(employer_id), amount, kind)


def _aside(reference: str, amount: int, kind: str) -> SuspenseLine:
    return SuspenseLine(UNALLOCATED, SOURCE, reference, amount, kind)


def set_aside(reference: str, *, employer_id: int, amount: int, at: datetime) -> Voucher:
    """Dr 21901, Cr 21901: what is to be given back pays no list meanwhile."""
    return Voucher(
        "employer_refund_held",
        source_type=SOURCE,
        source_id=reference,
        gl=(GlLine(UNALLOCATED, amount, employer_id), GlLine(UNALLOCATED, -amount, employer_id)),
        suspense=(_of_employer(employer_id, -amount, "held"), _aside(reference, amount, "held")),
        summary="未分摊退款留存",
        occurred_at=at,
    )


def paid(
    reference: str,
    *,
    order_no: str,
    employer_id: int,
    amount: int,
    account: int,
    checker: str,
    at: datetime,
) -> Voucher:
    """The bank has paid it: Dr 21901, Cr 101."""
    return Voucher(
        SOURCE,
        source_type="order",
        source_id=order_no,
        gl=(
            GlLine(UNALLOCATED, amount, employer_id),
            GlLine(subject_of(account), -amount, bank_account_id=account),
        ),
        suspense=(_aside(reference, -amount, "refunded"),),
        summary="未分摊资金退回单位",
        checker=checker,
        occurred_at=at,
    )


def not_paid(reference: str, *, employer_id: int, amount: int, at: datetime) -> Voucher:
    """The bank did not pay: the money waits for the employer again."""
    return Voucher(
        "employer_refund_released",
        source_type=SOURCE,
        source_id=reference,
        gl=(GlLine(UNALLOCATED, amount, employer_id), GlLine(UNALLOCATED, -amount, employer_id)),
        suspense=(
            _aside(reference, -amount, "released"),
            _of_employer(employer_id, amount, "released"),
        ),
        summary="未分摊退款没有付出",
        occurred_at=at,
    )


def came_back(
    reference: str, *, employer_id: int, order_no: str, amount: int, at: datetime
) -> Voucher:
    """What came back and was booked under its order is the employer's: Dr 21902, Cr 21901."""
    return Voucher(
        "employer_refund_returned",
        source_type=SOURCE,
        source_id=reference,
        gl=(GlLine(RETURNED, amount), GlLine(UNALLOCATED, -amount, employer_id)),
        suspense=(
            SuspenseLine(RETURNED, "order", order_no, -amount, "settled"),
            _of_employer(employer_id, amount, "returned"),
        ),
        summary="未分摊退款被退回",
        occurred_at=at,
    )
