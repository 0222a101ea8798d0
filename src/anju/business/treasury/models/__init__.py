"""The treasury's tables, by matter."""

from anju.business.treasury.models.bank_lines import (
    Arrival,
    BankLine,
    BooksLine,
    LineState,
    ReconciledDay,
)
from anju.business.treasury.models.interest_run import InterestRun, InterestStep
from anju.business.treasury.models.manual_vouchers import ManualLine, ManualVoucher
from anju.business.treasury.models.payments import Break, Payment, PaymentEvent, PaymentOrder

__all__ = [
    "Arrival",
    "BankLine",
    "BooksLine",
    "Break",
    "InterestRun",
    "InterestStep",
    "LineState",
    "ManualLine",
    "ManualVoucher",
    "Payment",
    "PaymentEvent",
    "PaymentOrder",
    "ReconciledDay",
]
