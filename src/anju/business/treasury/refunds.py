"""Refunds: orders that give money in suspense back to who paid it in, as the bank settles them."""

from datetime import datetime

from anju.business.treasury import postings
from anju.business.treasury.bank_accounts import id_of
from anju.business.treasury.models import Receipt, ReceiptProposal
from anju.business.treasury.postings import post
from anju.parties.facts import staff_ref

State = ReceiptProposal.State
KIND = "refund"
"""What a receipt is matched with when its money has gone back; its number is the order's."""


def lock_case_of_order(order_no: str) -> None:
    """Lock the receipt an order gives back: it is locked before the order."""
    _locked(order_no)


def payment_succeeded(order_no: str, *, at: datetime) -> None:
    """The bank paid it back: out of suspense for good."""
    proposal, receipt = _locked(order_no)
    voucher = postings.refunded(
        receipt.reference,
        order_no=order_no,
        amount=receipt.arrival.amount_fen,
        account=id_of(receipt.arrival.account),
        maker=staff_ref(proposal.maker_id),
        checker=staff_ref(proposal.checker_id),
        at=at,
    )
    booked = post(voucher)
    _go(proposal, State.DONE)
    # What the bank took back meanwhile stays reversed: it is owed, and a finding says so.
    if receipt.state == Receipt.State.SUSPENSE:
        receipt.state, receipt.kind, receipt.number = Receipt.State.MATCHED, KIND, order_no
    receipt.settled_voucher_id, receipt.changed_at = booked, at
    receipt.save()


def payment_failed(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank did not pay: the money waits as before, and another way can be asked for."""
    proposal, receipt = _locked(order_no)
    if receipt.state == Receipt.State.REVERSED:
        amount = receipt.arrival.amount_fen
        voucher = postings.not_refunded(receipt.reference, order_no=order_no, amount=amount, at=at)
        post(voucher)
    _go(proposal, State.FAILED, note=reason)


def payment_came_back(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank paid and the money came back: it is in suspense again."""
    proposal, receipt = _locked(order_no)
    is_owed = receipt.state == Receipt.State.REVERSED
    voucher = postings.refund_returned(
        receipt.reference,
        order_no=order_no,
        amount=receipt.arrival.amount_fen,
        account=id_of(receipt.arrival.account),
        is_owed=is_owed,
        at=at,
    )
    post(voucher, key=order_no, scope="treasury.returned")
    _go(proposal, State.RETURNED, note=reason)
    if not is_owed:
        receipt.state, receipt.kind, receipt.number = Receipt.State.SUSPENSE, "", ""
        receipt.settled_voucher_id, receipt.changed_at = None, at
        receipt.save()


def _locked(order_no: str) -> tuple[ReceiptProposal, Receipt]:
    proposals = ReceiptProposal.objects.filter(order_id=order_no)
    receipts = Receipt.objects.select_for_update(of=("self",), no_key=True)
    receipt = receipts.select_related("arrival").get(pk=proposals.values("receipt_id")[:1])
    return proposals.select_for_update(no_key=True).get(), receipt


def _go(proposal: ReceiptProposal, state: str, *, note: str = "") -> None:
    proposal.state, proposal.note = state, note[:200] or proposal.note
    proposal.save(update_fields=["state", "note"])
