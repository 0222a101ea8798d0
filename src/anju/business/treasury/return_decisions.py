"""Paying once more what came back: one accountant asks, another person agrees to the very card."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from anju import ledger
from anju.business.treasury import orders
from anju.business.treasury.books import reader
from anju.business.treasury.models import PayAgain, PaymentOrder
from anju.business.treasury.two_people import Refused, keep, may_not_decide
from anju.cases import engine as cases
from anju.cases.records import NotYours
from anju.domain.payment import PaymentStatus
from anju.parties import facts as parties
from anju.parties.facts import CardFacts, StaffFacts
from anju.store import audit

TEXT_MIN, TEXT_MAX = 4, 200
ENDED: Final = (PaymentStatus.RETURNED, PaymentStatus.FAILED)
State = PayAgain.State


def card_problem(card: CardFacts | None) -> str:
    """Why money cannot be sent to this card; empty if it can."""
    if card is None:
        return "职工没有绑定收款卡，请先联系本人绑卡。"
    return "" if card.same_name else "收款卡户名未核验为本人，请先联系本人重新绑卡。"


def propose(staff_id: int, order_no: str, *, reason: str, at: datetime) -> Refused | None:
    """Ask that the money of an order that came back be paid to the card the member has now.

    Raises NotYours.
    """
    staff = reader(staff_id)
    if "accountant" not in staff.roles:
        return Refused("须由会计提出重付。")
    if not TEXT_MIN <= len(reason.strip()) <= TEXT_MAX:
        return Refused(f"重付依据请写 {TEXT_MIN} 至 {TEXT_MAX} 字。")
    with transaction.atomic():
        last = _last(order_no)
        if not _may_be_paid(last):
            return Refused("这笔退票现在不能重付，请刷新页面。")
        assert last.person_id is not None
        card = parties.receiving_card(last.person_id)
        problem = card_problem(card)
        if card is None or problem:
            return Refused(problem)
        PayAgain.objects.create(
            last=last,
            card_id=card.card_id,
            reason=reason.strip(),
            maker_id=staff_id,
            made_at=at,
        )
        _keep("asked", staff, last, at)
    return None


def approve(staff_id: int, order_no: str, *, at: datetime) -> Refused | None:
    """Agree: the order that replaces the last one is written. Raises NotYours."""
    staff = reader(staff_id)
    with transaction.atomic():
        ledger.enter_day()
        last = _last(order_no)
        asked = _asked(last)
        refused = _may_not(asked, staff_id, by_maker=False)
        if asked is None or refused is not None:
            return refused
        assert last.person_id is not None
        card = parties.receiving_card(last.person_id)
        if card is None or card.card_id != asked.card_id or card_problem(card):
            return Refused("收款卡在提出之后有变，请退回后按新卡重新提出。")
        asked.order = orders.write_again(last, value_date=ledger.business_date(), at=at)
        asked.state, asked.checker_id, asked.decided_at = State.ORDERED, staff_id, at
        asked.save()
        _keep("approved", staff, last, at)
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
        _keep("rejected", staff, last, at)
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
        _keep("withdrawn", staff, last, at)
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


def _may_be_paid(last: PaymentOrder) -> bool:
    """It has come back, or replaced what came back and was refused; and nobody asks already."""
    came_back = last.payment.status == PaymentStatus.RETURNED
    refused = last.replaces is not None and last.payment.status == PaymentStatus.FAILED
    return (came_back or refused) and _asked(last) is None


def _asked(last: PaymentOrder) -> PayAgain | None:
    return last.pay_agains.select_for_update().filter(state=State.SUBMITTED).first()


def _may_not(asked: PayAgain | None, staff_id: int, *, by_maker: bool) -> Refused | None:
    if asked is None:
        return Refused("现在没有等待复核的重付，请刷新页面。")
    return may_not_decide(asked.maker_id, staff_id, by_maker=by_maker)


def _keep(what: str, staff: StaffFacts, last: PaymentOrder, at: datetime) -> None:
    keep(f"pay_again.{what}", staff, subject=audit.Subject("payment_order", last.pk), at=at)
