"""Money in suspense: one accountant says what becomes of it, another person decides.

Allocated, it is booked at once to what it is for. Given back, an order is written to who paid it
in, and the receipt is settled when the bank has paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from anju import ledger, policy
from anju.business.treasury import expected, orders, postings, receipts
from anju.business.treasury.bank_accounts import id_of
from anju.business.treasury.books import reader
from anju.business.treasury.expected import Expectation
from anju.business.treasury.models import Receipt, ReceiptProposal
from anju.business.treasury.models.receipts import LIVE
from anju.business.treasury.two_people import NotNow, keep, may_not_decide
from anju.cases.records import NotYours
from anju.ledger import LedgerRefusal
from anju.parties.facts import StaffFacts, staff_ref
from anju.store import audit

REASON_MIN, REASON_MAX = 4, 200
State, Deed = ReceiptProposal.State, ReceiptProposal.Deed
REFUND: Final = "refund"


@dataclass(frozen=True)
class Asked:
    """What is to be done: `kind` a source's, or "refund" to a bank; `request_key` of the page."""

    kind: str
    number: str
    bank_code: str
    reason: str
    request_key: str


def propose(staff_id: int, reference: str, asked: Asked, *, at: datetime) -> None:
    """Ask for money in suspense to be allocated or given back; nothing moves yet.

    Repeated with the same request key it does nothing. Raises NotYours, NotNow.
    """
    staff = reader(staff_id)
    if "accountant" not in staff.roles:
        raise NotNow("须由会计提出处理意见。")
    if not REASON_MIN <= len(asked.reason.strip()) <= REASON_MAX:
        raise NotNow(f"请写明依据，{REASON_MIN} 至 {REASON_MAX} 字。", "reason")
    with transaction.atomic():
        receipt = _waiting(reference)
        if receipt.proposals.filter(request_key=asked.request_key).exists():
            return
        if receipt.proposals.filter(state__in=LIVE).exists():
            raise NotNow("这笔来款已有处理意见在办，请刷新页面。")
        deed, title = _means(receipt, asked)
        ReceiptProposal.objects.create(
            receipt=receipt,
            request_key=asked.request_key,
            deed=deed,
            kind="" if deed == Deed.REFUND else asked.kind,
            number="" if deed == Deed.REFUND else asked.number.strip(),
            title=title,
            bank_code=asked.bank_code if deed == Deed.REFUND else "",
            reason=asked.reason.strip(),
            maker_id=staff_id,
            made_at=at,
        )
        _keep("proposed", staff, receipt, at)


def _means(receipt: Receipt, asked: Asked) -> tuple[str, str]:
    """The deed and its words. Raises NotNow for what does not fit this money."""
    if asked.kind == REFUND:
        bank = policy.current().banks.get(asked.bank_code)
        if bank is None:
            raise NotNow("请选择付款人的开户银行。", "bank_code")
        if not receipts.came(receipt).payer_account:
            raise NotNow("银行没有告知付款人账号，不能退回。", "kind")
        return Deed.REFUND, f"退回付款人（{bank.name}）"
    return Deed.ALLOCATE, _meets(receipt, asked.kind, asked.number).title


def _meets(receipt: Receipt, kind: str, number: str) -> Expectation:
    source = expected.source(kind)
    if source is None:
        raise NotNow("请选择怎样处理。", "kind")
    if source.hint and not number.strip():
        raise NotNow(f"请填写{source.hint}。", "number")
    found = source.find(receipts.came(receipt), number.strip())
    if found is None:
        raise NotNow(f"没有找到这个{source.hint}，或金额不符、已有来款对应。", "number")
    return found


def approve(staff_id: int, reference: str, *, at: datetime) -> None:
    """Do what was asked for: book it, or write the order that gives it back.

    Raises NotYours, NotNow.
    """
    staff = reader(staff_id)
    with transaction.atomic():
        ledger.enter_day()
        receipt = _waiting(reference)
        proposal = _submitted(receipt, staff_id, by_maker=False)
        proposal.checker_id, proposal.decided_at = staff_id, at
        if proposal.deed == Deed.REFUND:
            _order(receipt, proposal, at=at)
        else:
            _allocate(receipt, proposal, at=at)
        proposal.save()
        _keep("approved", staff, receipt, at)


def _order(receipt: Receipt, proposal: ReceiptProposal, *, at: datetime) -> None:
    money = receipts.came(receipt)
    proposal.order = orders.write_refund(
        amount_fen=money.amount_fen,
        payer_account=money.account,
        to=orders.Payer(money.payer_name, money.payer_account, proposal.bank_code),
        value_date=ledger.business_date(),
        at=at,
    )
    proposal.state = State.PAYING


def _allocate(receipt: Receipt, proposal: ReceiptProposal, *, at: datetime) -> None:
    meets = _meets(receipt, proposal.kind, proposal.number)
    voucher = postings.allocated(
        receipt.reference,
        amount=receipt.arrival.amount_fen,
        account=id_of(receipt.arrival.account),
        meets=meets,
        seq=receipt.proposals.filter(state=State.RETURNED).count(),
        maker=staff_ref(proposal.maker_id),
        checker=staff_ref(proposal.checker_id),
        at=at,
    )
    try:
        receipt.settled_voucher_id = postings.post(voucher)
    except LedgerRefusal as refusal:
        raise NotNow(f"总账没有接受：{refusal.code}。") from refusal
    receipts.mark_matched(receipt, meets, at=at)
    receipt.save()
    proposal.state = State.DONE


def reject(staff_id: int, reference: str, *, note: str, at: datetime) -> None:
    """Send it back with a reason; the money waits on. Raises NotYours, NotNow."""
    staff = reader(staff_id)
    if not REASON_MIN <= len(note.strip()) <= REASON_MAX:
        raise NotNow(f"请写明退回的原因，{REASON_MIN} 至 {REASON_MAX} 字。", "note")
    with transaction.atomic():
        receipt = _waiting(reference)
        proposal = _submitted(receipt, staff_id, by_maker=False)
        proposal.state, proposal.note = State.REJECTED, note.strip()
        proposal.checker_id, proposal.decided_at = staff_id, at
        proposal.save()
        _keep("rejected", staff, receipt, at)


def withdraw(staff_id: int, reference: str, *, at: datetime) -> None:
    """Take one's own back before anybody decided. Raises NotYours, NotNow."""
    staff = reader(staff_id)
    with transaction.atomic():
        receipt = _waiting(reference)
        proposal = _submitted(receipt, staff_id, by_maker=True)
        proposal.state, proposal.decided_at = State.WITHDRAWN, at
        proposal.save()
        _keep("withdrawn", staff, receipt, at)


def _waiting(reference: str) -> Receipt:
    """The receipt, locked, if it waits in suspense."""
    rows = Receipt.objects.select_for_update(of=("self",), no_key=True)
    receipt = rows.select_related("arrival").filter(reference=reference).first()
    if receipt is None:
        raise NotYours
    if receipt.state != Receipt.State.SUSPENSE:
        raise NotNow("这笔来款已不在待查，请刷新页面。")
    return receipt


def _submitted(receipt: Receipt, staff_id: int, *, by_maker: bool) -> ReceiptProposal:
    proposal = receipt.proposals.select_for_update().filter(state=State.SUBMITTED).first()
    if proposal is None:
        raise NotNow("现在没有等待复核的处理意见，请刷新页面。")
    refused = may_not_decide(proposal.maker_id, staff_id, by_maker=by_maker)
    if refused is not None:
        raise NotNow(refused.text)
    return proposal


def _keep(what: str, staff: StaffFacts, receipt: Receipt, at: datetime) -> None:
    subject = audit.Subject("receipt", receipt.reference)
    keep(f"receipt.{what}", staff.user_id, subject=subject, at=at)
