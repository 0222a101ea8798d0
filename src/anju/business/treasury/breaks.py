"""What does not fit between the bank and us: listed once, until a person closes it."""

from datetime import datetime

from anju.business.treasury.models import Break, PaymentOrder
from anju.cases import engine as cases


def open_break(
    kind: str,
    order: PaymentOrder | None,
    *,
    note: str,
    at: datetime,
    order_no: str = "",
    amount_fen: int = 0,
) -> None:
    """List a finding; the same finding that is open already is not listed again."""
    reference = order.case_reference if order is not None else ""
    Break.objects.get_or_create(
        kind=kind,
        order_no=order.order_no if order is not None else order_no,
        closed_at=None,
        defaults={
            "case_reference": reference,
            "branch_code": cases.branch_of(reference) if reference else "",
            "amount_fen": order.amount_fen if order is not None else amount_fen,
            "note": note,
            "found_at": at,
        },
    )
