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
    account: str = "",
) -> None:
    """List a finding; the same finding that is open already is not listed again.

    `account` is the number of the bank account of ours in whose lines it was found, empty when it
    was not found there; the same number on two accounts is two findings.
    """
    reference = order.case_reference if order is not None else ""
    number = order.order_no if order is not None else order_no
    # Told by a notice first and seen in the statement later, or the other way round: one thing.
    seen = Break.objects.filter(kind=kind, order_no=number, closed_at=None)
    if (seen.filter(account=account) if account else seen).exists():
        return
    if account and seen.filter(account="").update(account=account):
        return
    Break.objects.get_or_create(
        kind=kind,
        order_no=number,
        account=account,
        closed_at=None,
        defaults={
            "case_reference": reference,
            "branch_code": cases.branch_of(reference) if reference else "",
            "amount_fen": order.amount_fen if order is not None else amount_fen,
            "note": note,
            "found_at": at,
        },
    )
