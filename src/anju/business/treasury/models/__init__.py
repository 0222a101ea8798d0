"""The treasury's tables, by matter."""

from anju.business.treasury.models.bank_accounts import BankAccount
from anju.business.treasury.models.bank_lines import (
    Arrival,
    BankLine,
    BooksLine,
    LineState,
    ReconciledDay,
)
from anju.business.treasury.models.collections import CollectionEvent, CollectionOrder
from anju.business.treasury.models.day_end import DayEndStep
from anju.business.treasury.models.employer_refunds import EmployerRefund
from anju.business.treasury.models.epochs import Epoch, EpochState, LostPayment
from anju.business.treasury.models.interest_run import InterestRun, InterestStep
from anju.business.treasury.models.manual_vouchers import ManualLine, ManualVoucher
from anju.business.treasury.models.payments import Break, Payment, PaymentEvent, PaymentOrder
from anju.business.treasury.models.period_close import PeriodClose
from anju.business.treasury.models.receipts import Receipt, ReceiptProposal
from anju.business.treasury.models.returns import ReturnWish

__all__ = [
    "Arrival",
    "BankAccount",
    "BankLine",
    "BooksLine",
    "Break",
    "CollectionEvent",
    "CollectionOrder",
    "DayEndStep",
    "EmployerRefund",
    "Epoch",
    "EpochState",
    "InterestRun",
    "InterestStep",
    "LineState",
    "LostPayment",
    "ManualLine",
    "ManualVoucher",
    "Payment",
    "PaymentEvent",
    "PaymentOrder",
    "PeriodClose",
    "Receipt",
    "ReceiptProposal",
    "ReconciledDay",
    "ReturnWish",
]
