"""Receipts: every arrival is booked when it is taken in, and is matched, in suspense or reversed.

Everything here runs in the caller's transaction, under the day's gate.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from anju import ledger
from anju.business.treasury import expected, postings
from anju.business.treasury.bank_accounts import id_of
from anju.business.treasury.breaks import open_break
from anju.business.treasury.expected import Came, Expectation
from anju.business.treasury.facts import paid_from
from anju.business.treasury.interest_years import earns_again
from anju.business.treasury.models import (
    Arrival,
    Break,
    Payment,
    PaymentOrder,
    Receipt,
    ReceiptProposal,
)
from anju.business.treasury.models.receipts import LIVE
from anju.business.treasury.postings import post
from anju.business.treasury.receipt_sources import RETURNED
from anju.domain.payment import PaymentStatus
from anju.ledger import HoldRow, LedgerRefusal
from anju.ledger.calls import one_at_a_time
from anju.store import fields, outbox, references

KIND = "LK"
State, Asked = Receipt.State, ReceiptProposal.State


def came(receipt: Receipt) -> Came:
    """The money behind a receipt, as sources look at it."""
    arrival = receipt.arrival
    return Came(
        reference=receipt.reference,
        account=arrival.account,
        serial=arrival.serial,
        amount_fen=arrival.amount_fen,
        payer_name=fields.unseal(arrival, "payer_name"),
        payer_account=fields.unseal(arrival, "payer_account"),
        remark=fields.unseal(arrival, "remark"),
        booked_on=arrival.booked_on,
    )


def take_in(arrival: Arrival, *, at: datetime) -> Receipt:
    """Book an arrival: matched if exactly one thing is expected, else in suspense.

    What the bank takes back undoes the arrival of the same serial, whichever of the two is told
    first.
    """
    ledger.enter_day()
    # An arrival and its reversal see each other.
    one_at_a_time(f"receipt/{arrival.account}/{arrival.serial}")
    receipt = Receipt(
        reference=references.next(KIND, on=ledger.business_date()), arrival=arrival, changed_at=at
    )
    if arrival.reversal:
        _take_back(receipt, at=at)
    else:
        _take(receipt, at=at)
    return receipt


def _take(receipt: Receipt, *, at: datetime) -> None:
    money = came(receipt)
    meets = expected.match(money)
    if meets is None or meets.voucher_id is None:
        receipt.voucher_id = post(
            postings.arrived(
                receipt.reference,
                amount=money.amount_fen,
                account=id_of(money.account),
                meets=meets,
                at=at,
            )
        )
    else:
        receipt.voucher_id = meets.voucher_id
    if meets is None:
        receipt.state = State.SUSPENSE
        receipt.order_no = _may_be_return_of(money, at=at)
    else:
        mark_matched(receipt, meets, at=at)
    receipt.save(force_insert=True)
    told_before = _pairs(receipt).filter(reverses__isnull=True).first()
    if told_before is not None:
        _undo(receipt, told_before, at=at)


def mark_matched(receipt: Receipt, meets: Expectation, *, at: datetime) -> None:
    """The receipt is for this; the caller saves it."""
    receipt.state = State.MATCHED
    receipt.kind, receipt.number, receipt.claims = meets.kind, meets.number, meets.claims
    receipt.changed_at = at
    source = expected.source(meets.kind)
    if source is not None:
        source.met(meets.number)


def _may_be_return_of(money: Came, *, at: datetime) -> str:
    """A payment whose number the payer wrote: the bank is asked until it says what became of it."""
    orders = PaymentOrder.objects.filter(
        pk__in=money.marks,
        amount_fen=money.amount_fen,
        payer_account=money.account,
        payment__status=PaymentStatus.PAID,
    )
    found = orders.values_list("pk", flat=True).first()
    if found is None:
        return ""
    Payment.objects.filter(pk=found, next_look_at__isnull=True).update(next_look_at=at)
    outbox.defer("treasury.ask", order_no=found)
    return str(found)


# -- what the bank takes back -----------------------------------------------------------------


def _pairs(receipt: Receipt) -> QuerySet[Receipt]:
    """Receipts of the same movement told the other way round, locked."""
    arrival = receipt.arrival
    return Receipt.objects.select_for_update(of=("self",), no_key=True).filter(
        arrival__account=arrival.account,
        arrival__serial=arrival.serial,
        arrival__amount_fen=-arrival.amount_fen,
    )


def _take_back(reversal: Receipt, *, at: datetime) -> None:
    reversal.state = State.REVERSED
    reversal.save(force_insert=True)
    original = _pairs(reversal).exclude(state=State.REVERSED).first()
    if original is not None:
        _undo(original, reversal, at=at)
        return
    open_break(
        "reversal_alone",
        None,
        order_no=reversal.reference,
        amount_fen=-reversal.arrival.amount_fen,
        note=f"银行冲正了一笔本中心没有收到通知的来款（流水 {reversal.arrival.serial}）。",
        at=at,
    )


def _undo(original: Receipt, reversal: Receipt, *, at: datetime) -> None:
    """The bank has taken an arrival back: from where it waits for somebody, else it is owed."""
    amount = original.arrival.amount_fen
    live = ReceiptProposal.objects.select_for_update().filter(receipt=original)
    waits = original.state == State.SUSPENSE and not live.filter(state=Asked.PAYING).exists()
    rested = None if waits else _from_where_it_rests(original, at=at)
    reversal.voucher_id = rested or post(
        postings.taken_back(
            original.reference,
            amount=amount,
            account=id_of(original.arrival.account),
            reverses=original.voucher_id if waits else None,
            at=at,
        )
    )
    reversal.reverses, reversal.changed_at = original, at
    reversal.save(update_fields=["voucher_id", "reverses", "changed_at"])
    withdrawn = {"state": Asked.WITHDRAWN, "note": "银行已冲正这笔来款"}
    live.filter(state=Asked.SUBMITTED).update(**withdrawn)
    if not waits and rested is None:
        open_break(
            "receipt_reversed",
            None,
            order_no=original.reference,
            amount_fen=amount,
            note="银行冲正了一笔已经处理的来款，须向付款人追回。",
            at=at,
        )
    original.state, original.claims, original.changed_at = State.REVERSED, "", at
    original.save(update_fields=["state", "claims", "changed_at"])
    alone = Break.objects.filter(kind="reversal_alone", order_no=reversal.reference)
    alone.filter(closed_at=None).update(closed_at=at)


def _from_where_it_rests(original: Receipt, *, at: datetime) -> int | None:
    """The voucher that takes it back from its employer's unallocated money, if so much is there."""
    source = expected.source(original.kind) if original.state == State.MATCHED else None
    rests = None if source is None else source.find(came(original), original.number)
    if rests is None or rests.is_once or not rests.suspense or rests.members or rests.loans:
        return None
    voucher = postings.taken_back(
        original.reference,
        amount=original.arrival.amount_fen,
        account=id_of(original.arrival.account),
        reverses=original.voucher_id if original.settled_voucher_id is None else None,
        rests=rests,
        at=at,
    )
    try:
        with transaction.atomic():
            return post(voucher)
    except LedgerRefusal as refusal:
        if refusal.code != "ledger.insufficient":
            raise
        return None


# -- a payment that came back -----------------------------------------------------------------


def book_return(order_no: str, *, amount: int, account_id: int | None, at: datetime) -> int:
    """Book a payment that came back (退票) under its order; gives the voucher.

    Money that has arrived already and waits in suspense is this money, and is not booked twice.
    """
    receipt = _waiting_return(order_no, amount)
    part = ledger.hold_of_order(order_no)
    if part is not None and part.purpose == ledger.PARTIAL:
        booked = _give_back(part, receipt, amount=amount, at=at)
    else:
        booked = _wait(order_no, receipt, amount=amount, account_id=account_id, at=at)
    if receipt is not None:
        meets = Expectation(RETURNED, order_no, "", voucher_id=booked)
        mark_matched(receipt, meets, at=at)
        receipt.settled_voucher_id = booked
        receipt.save()
    return booked


def _wait(
    order_no: str, receipt: Receipt | None, *, amount: int, account_id: int | None, at: datetime
) -> int:
    """What closed an account, or was paid again, waits under its order."""
    if receipt is None:
        voucher = ledger.return_to_suspense(
            order_no,
            amount=amount,
            bank_account_id=paid_from(order_no),
            account_id=account_id,
            occurred_at=at,
        )
    else:
        voucher = postings.return_of_receipt(
            receipt.reference, order_no=order_no, amount=amount, account_id=account_id, at=at
        )
    return post(voucher, key=order_no, scope="treasury.returned")


def _give_back(part: HoldRow, receipt: Receipt | None, *, amount: int, at: datetime) -> int:
    """Part of an account is mirrored at once, nobody need decide."""
    assert amount == part.amount, "another amount is a finding, and is not booked"
    waits = (
        paid_from(part.order_no or "")
        if receipt is None
        else postings.leaves_suspense(receipt.reference, amount)
    )
    since = earns_again(part, came_back=ledger.business_date(), on=ledger.business_date())
    posted = ledger.give_back(part.id, value_date=since, occurred_at=at, waits=waits)
    return posted.voucher_ids[0]


def _waiting_return(order_no: str, amount: int) -> Receipt | None:
    """Money in suspense that this return can only be: its number was written, or who was paid."""
    order = PaymentOrder.objects.get(pk=order_no)
    rows = (
        Receipt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("arrival")
        .filter(
            state=State.SUSPENSE,
            arrival__amount_fen=amount,
            arrival__account=order.payer_account,
        )
        .exclude(proposals__state__in=LIVE)
        .order_by("pk")
    )
    payee = fields.unseal(order, "payee_account")
    named = [row for row in rows if row.order_no == order_no]
    paid = [row for row in rows if fields.unseal(row.arrival, "payer_account") == payee]
    found = named or paid
    return found[0] if len(found) == 1 else None
