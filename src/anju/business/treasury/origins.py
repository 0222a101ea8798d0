"""What caused a voucher, and what the books know of a case: from a balance to it and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.treasury.bank_accounts import known
from anju.business.treasury.books import named, reader
from anju.business.treasury.models import (
    EmployerRefund,
    InterestRun,
    ManualVoucher,
    PaymentOrder,
)
from anju.business.treasury.receipt_facts import receipt_of
from anju.business.treasury.return_facts import ORDER_TEXT
from anju.cases.for_books import BookedCase, booked_case, is_case
from anju.domain.masks import mask_card
from anju.ledger import sources
from anju.ledger.vouchers import VoucherHead
from anju.store import fields
from anju.store.secrets import MaskedCard


@dataclass(frozen=True)
class Origin:
    """What caused a voucher: which kind of page tells it (case, receipt, manual, interest, period)
    and the key by which that page knows it."""

    page: str
    key: str


@dataclass(frozen=True)
class PaidOrder:
    """An order that paid a case: from which account of ours to which card, what became of it."""

    order_no: str
    amount: int
    account: str
    card: MaskedCard
    written_at: datetime
    settled_at: datetime | None
    state: str
    state_text: str
    bank_serial: str
    is_returned: bool


@dataclass(frozen=True)
class CasePage:
    """A case in the books: what it was, what was ordered and paid, and its vouchers."""

    case: BookedCase
    orders: tuple[PaidOrder, ...]
    vouchers: tuple[VoucherHead, ...]


def origin_of(source_type: str, source_id: str) -> Origin | None:
    """Where a voucher's source is told, None for a source that no page tells."""
    if source_type in ("case", "employer_refund"):
        return Origin("case", source_id) if is_case(source_id) else None
    if source_type in ("receipt", "order"):
        receipt = receipt_of(source_type, source_id)
        if receipt:
            return Origin("receipt", receipt)
        to_employer = EmployerRefund.objects.filter(pk=source_id)
        if refund := to_employer.values_list("reference", flat=True).first():
            return Origin("case", refund)
        paid = PaymentOrder.objects.filter(pk=source_id).exclude(case_reference="")
        reference = paid.values_list("case_reference", flat=True).first()
        return Origin("case", reference) if reference else None
    if source_type == "manual" and ManualVoucher.objects.filter(reference=source_id).exists():
        return Origin("manual", source_id)
    if source_type == "interest":
        year = source_id.partition("/")[0]
        return Origin("interest", year) if InterestRun.objects.filter(year=year).exists() else None
    return Origin("period", "") if source_type == "period" else None


def case_page(staff_id: int, reference: str, *, at: datetime) -> CasePage:
    """One case as the books know it. Raises NotYours, LookupError."""
    reader(staff_id)
    case = booked_case(reference, at=at)
    orders = PaymentOrder.objects.filter(case_reference=reference).select_related("payment")
    ours = {each.number: each.choice for each in known().values()}
    paid = tuple(_order(row, ours) for row in orders.order_by("written_at", "pk"))
    heads = {
        head.voucher_id: head
        for source in (reference, *(one.order_no for one in paid))
        for head in sources.vouchers_of(source)
    }
    return CasePage(case, paid, named(heads[key] for key in sorted(heads)))


def _order(row: PaymentOrder, ours: Mapping[str, str]) -> PaidOrder:
    status = row.payment.status
    return PaidOrder(
        order_no=row.pk,
        amount=row.amount_fen,
        account=ours.get(row.payer_account) or mask_card(row.payer_account),
        card=MaskedCard.of(fields.unseal(row, "payee_account")),
        written_at=row.written_at,
        settled_at=row.payment.settled_at,
        state=status,
        state_text=ORDER_TEXT[status],
        bank_serial=row.payment.bank_serial,
        is_returned=status == "returned" and row.replaces_id is None,
    )
