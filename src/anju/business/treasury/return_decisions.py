"""What becomes of money that came back: one accountant asks, another person agrees.

Paid again, it goes to the very card that was agreed to; reinstated, onto the account it came from.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from anju import ledger
from anju.business.treasury import orders, reinstating
from anju.business.treasury.books import reader
from anju.business.treasury.models import PaymentOrder, ReturnWish
from anju.business.treasury.two_people import Refused, keep, may_not_decide
from anju.cases import engine as cases
from anju.cases.records import NotYours
from anju.domain.payment import PaymentStatus
from anju.ledger import LedgerRefusal
from anju.parties import facts as parties
from anju.parties.facts import CardFacts, StaffFacts
from anju.store import audit

TEXT_MIN, TEXT_MAX = 4, 200
State, Deed = ReturnWish.State, ReturnWish.Deed


def card_problem(card: CardFacts | None) -> str:
    """Why money cannot be sent to this card; empty if it can."""
    if card is None:
        return "职工没有绑定收款卡，请先联系本人绑卡。"
    return "" if card.same_name else "收款卡户名未核验为本人，请先联系本人重新绑卡。"


def propose(staff_id: int, order_no: str, *, reason: str, at: datetime) -> Refused | None:
    """Ask that the money of an order that came back be paid to the card the member has now.

    Raises NotYours.
    """
    return _ask(staff_id, order_no, Deed.PAY_AGAIN, reason=reason, at=at)


def propose_reinstating(
    staff_id: int, order_no: str, *, reason: str, at: datetime
) -> Refused | None:
    """Ask that it go onto the account that the payment closed. Raises NotYours."""
    return _ask(staff_id, order_no, Deed.REINSTATE, reason=reason, at=at)


def _ask(staff_id: int, order_no: str, deed: str, *, reason: str, at: datetime) -> Refused | None:
    staff = reader(staff_id)
    if "accountant" not in staff.roles:
        return Refused("须由会计提出。")
    if not TEXT_MIN <= len(reason.strip()) <= TEXT_MAX:
        return Refused(f"依据请写 {TEXT_MIN} 至 {TEXT_MAX} 字。")
    with transaction.atomic():
        last = _last(order_no)
        if not _waits(last):
            return Refused("这笔退票现在不能处理，请刷新页面。")
        card = _card(last) if deed == Deed.PAY_AGAIN else None
        problem = card_problem(card) if deed == Deed.PAY_AGAIN else _not_reinstated(last)
        if problem:
            return Refused(problem)
        ReturnWish.objects.create(
            last=last,
            deed=deed,
            card_id=card.card_id if card is not None else None,
            reason=reason.strip(),
            maker_id=staff_id,
            made_at=at,
        )
        _keep(deed, "asked", staff, last, at)
    return None


def _card(last: PaymentOrder) -> CardFacts | None:
    assert last.person_id is not None
    return parties.receiving_card(last.person_id)


def _not_reinstated(last: PaymentOrder) -> str:
    """Why it cannot go onto its account; empty if it can."""
    told = reinstating.consequence(last)
    return "这笔付款没有销户，不能恢复账户。" if told is None else told.problem


def approve(staff_id: int, order_no: str, *, at: datetime) -> Refused | None:
    """Agree: the order that replaces the last one is written, or the account has its money again.

    Raises NotYours.
    """
    staff = reader(staff_id)
    try:
        with transaction.atomic():
            ledger.enter_day()
            last = _last(order_no)
            asked = _asked(last)
            refused = _may_not(asked, staff_id, by_maker=False)
            if asked is None or refused is not None:
                return refused
            do = _pay if asked.deed == Deed.PAY_AGAIN else _reinstate
            refused = do(asked, last, staff_id, at)
            if refused is not None:
                return refused
            asked.checker_id, asked.decided_at = staff_id, at
            asked.save()
            _keep(asked.deed, "approved", staff, last, at)
    except LedgerRefusal as no:
        words = reinstating.WORDS.get(no.code)
        if words is None:
            raise
        return Refused(words)
    return None


def _pay(asked: ReturnWish, last: PaymentOrder, staff_id: int, at: datetime) -> Refused | None:
    card = _card(last)
    if card is None or card.card_id != asked.card_id or card_problem(card):
        return Refused("收款卡在提出之后有变，请退回后按新卡重新提出。")
    asked.order = orders.write_again(last, value_date=ledger.business_date(), at=at)
    asked.state = State.ORDERED
    return None


def _reinstate(
    asked: ReturnWish, last: PaymentOrder, staff_id: int, at: datetime
) -> Refused | None:
    problem = _not_reinstated(last)
    if problem:
        return Refused(problem)
    asked.voucher_id = reinstating.reinstate(asked, checker_id=staff_id, at=at)
    asked.state = State.REINSTATED
    return None


def reject(staff_id: int, order_no: str, *, note: str, at: datetime) -> Refused | None:
    """Do not agree; the money waits on. Raises NotYours."""
    staff = reader(staff_id)
    if not TEXT_MIN <= len(note.strip()) <= TEXT_MAX:
        return Refused(f"不同意的原因请写 {TEXT_MIN} 至 {TEXT_MAX} 字。")
    with transaction.atomic():
        last = _last(order_no)
        asked = _asked(last)
        refused = _may_not(asked, staff_id, by_maker=False)
        if asked is None or refused is not None:
            return refused
        asked.state, asked.note = State.REJECTED, note.strip()
        asked.checker_id, asked.decided_at = staff_id, at
        asked.save()
        _keep(asked.deed, "rejected", staff, last, at)
    return None


def withdraw(staff_id: int, order_no: str, *, at: datetime) -> Refused | None:
    """Take one's own wish back before anybody decided. Raises NotYours."""
    staff = reader(staff_id)
    with transaction.atomic():
        last = _last(order_no)
        asked = _asked(last)
        refused = _may_not(asked, staff_id, by_maker=True)
        if asked is None or refused is not None:
            return refused
        asked.state, asked.decided_at = State.WITHDRAWN, at
        asked.save()
        _keep(asked.deed, "withdrawn", staff, last, at)
    return None


def _last(order_no: str) -> PaymentOrder:
    """The newest order for the money of a case's order, its case locked."""
    rows = PaymentOrder.objects.select_related("payment", "replaces")
    order = rows.filter(pk=order_no, replaces__isnull=True).exclude(case_reference="").first()
    if order is None:
        raise NotYours
    cases.locked_case(order.case_reference)
    while (newer := rows.filter(replaces=order).first()) is not None:
        order = newer
    return order


def _waits(last: PaymentOrder) -> bool:
    """It came back, or replaced what came back and was refused; and nothing is asked or done."""
    came_back = last.payment.status == PaymentStatus.RETURNED
    refused = last.replaces is not None and last.payment.status == PaymentStatus.FAILED
    done = (State.SUBMITTED, State.REINSTATED)
    return (came_back or refused) and not last.wishes.filter(state__in=done).exists()


def _asked(last: PaymentOrder) -> ReturnWish | None:
    return last.wishes.select_for_update().filter(state=State.SUBMITTED).first()


def _may_not(asked: ReturnWish | None, staff_id: int, *, by_maker: bool) -> Refused | None:
    if asked is None:
        return Refused("现在没有等待复核的处理意见，请刷新页面。")
    return may_not_decide(asked.maker_id, staff_id, by_maker=by_maker)


def _keep(deed: str, what: str, staff: StaffFacts, last: PaymentOrder, at: datetime) -> None:
    keep(f"{deed}.{what}", staff.user_id, subject=audit.Subject("payment_order", last.pk), at=at)
