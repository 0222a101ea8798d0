"""What others may know of payments."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from anju.business.treasury.bank_accounts import id_of, known
from anju.business.treasury.collection_facts import Fetched, fetched_for, matters_of
from anju.business.treasury.models import (
    Break,
    EmployerRefund,
    Payment,
    PaymentOrder,
    Receipt,
)
from anju.domain.masks import mask_card
from anju.parties import facts as parties
from anju.store import fields
from anju.store.secrets import MaskedName

__all__ = [
    "Fetched",
    "PaidIn",
    "PaymentFacts",
    "being_refunded",
    "breaks",
    "fetched_for",
    "matters_of",
    "paid_from",
    "paid_in",
    "payment",
]

KIND_TEXT = {
    "failed": "付款失败",
    "returned": "退票",
    "contradiction": "银行说法不符",
    "never_ordered": "未发出的付款",
    "tampered": "指令被改动",
    "ours_only": "银行未达：我已记、银行未记",
    "theirs_only": "企业未达：银行已记、我未记",
    "amount_differs": "对账金额不符",
    "day_differs": "对账日期不符",
    "doubled_theirs": "银行重复付款",
    "doubled_ours": "重复记账",
    "return_not_booked": "退票未记账",
    "return_not_theirs": "记了银行没有的退票",
    "reversed": "银行冲正",
    "told_otherwise": "银行明细前后不一",
    "vanished": "银行明细消失",
    "statement_gap": "银行明细不连续",
    "balance_differs": "调节后余额不符",
    "reversal_alone": "冲正没有对应来款",
    "receipt_reversed": "已用来款被冲正",
    "not_our_account": "来款不在本中心账户",
}


@dataclass(frozen=True)
class BreakLine:
    """One thing that staff must look at; money in fen."""

    at: datetime
    kind_text: str
    order_no: str
    account: str
    reference: str
    amount_fen: int
    note: str
    state: str


@dataclass(frozen=True)
class PaymentFacts:
    """An order's standing; money in fen."""

    order_no: str
    case_reference: str
    amount_fen: int
    status: str
    bank_serial: str


def breaks(staff_id: int, *, at: datetime) -> tuple[BreakLine, ...]:
    """Open findings of this person's branch, and those that belong to no branch."""
    staff = parties.staff_member(staff_id)
    rows = Break.objects.filter(
        Q(branch_code=staff.branch_code) | Q(branch_code=""), closed_at__isnull=True
    ).order_by("found_at", "id")
    labels = {each.number: each.choice for each in known().values()}
    return tuple(
        BreakLine(
            at=row.found_at,
            kind_text=KIND_TEXT[row.kind],
            order_no=row.order_no,
            account=labels.get(row.account, row.account),
            reference=row.case_reference,
            amount_fen=row.amount_fen,
            note=row.note,
            state="待处理",
        )
        for row in rows[:200]
    )


def payment(order_no: str) -> PaymentFacts | None:
    """What we know of an order."""
    row = Payment.objects.select_related("order").filter(pk=order_no).first()
    if row is None:
        return None
    return PaymentFacts(
        order_no=row.order_id,
        case_reference=row.order.case_reference,
        amount_fen=row.order.amount_fen,
        status=row.status,
        bank_serial=row.bank_serial,
    )


@dataclass(frozen=True)
class PaidIn:
    """Money that came in and was matched; fen. `left_fen` is what of it was not given back.

    `account` is empty where the bank did not tell from which one it came.
    """

    reference: str
    kind: str
    number: str
    amount_fen: int
    left_fen: int
    payer: MaskedName
    account: str
    booked_on: date


def paid_in(reference: str) -> PaidIn | None:
    """A matched receipt by its number, the payer masked; None for any other."""
    rows = Receipt.objects.select_related("arrival")
    row = rows.filter(reference=reference, state=Receipt.State.MATCHED).first()
    if row is None or row.arrival.amount_fen <= 0:
        return None
    given = EmployerRefund.objects.filter(receipt=row, state__in=("paying", "done"))
    back = given.aggregate(fen=Sum("order__amount_fen"))["fen"] or 0
    number = fields.unseal(row.arrival, "payer_account").expose()
    return PaidIn(
        reference=row.reference,
        kind=row.kind,
        number=row.number,
        amount_fen=row.arrival.amount_fen,
        left_fen=row.arrival.amount_fen - back,
        payer=MaskedName.of(fields.unseal(row.arrival, "payer_name")),
        account=mask_card(number) if number else "",
        booked_on=row.arrival.booked_on,
    )


def being_refunded(employer_id: int) -> int:
    """What is on its way back to an employer, for which the bank has not answered; fen."""
    paying = EmployerRefund.objects.filter(employer_id=employer_id, state="paying")
    return int(paying.aggregate(fen=Sum("order__amount_fen"))["fen"] or 0)


def paid_from(order_no: str) -> int:
    """The centre's account an order leaves from, as the ledger calls it."""
    return id_of(PaymentOrder.objects.values_list("payer_account", flat=True).get(pk=order_no))
