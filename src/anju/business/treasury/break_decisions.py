"""Findings between the bank and us: one says what one was and what was done, another closes it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from anju.business.treasury.books import reader
from anju.business.treasury.models import Break
from anju.business.treasury.models.payments import BREAK_CATEGORIES
from anju.business.treasury.two_people import Refused, keep
from anju.cases.records import NotYours
from anju.parties.facts import StaffFacts
from anju.store import audit

TEXT_MIN, TEXT_MAX, BACK_MAX = 4, 500, 200


def resolve(
    staff_id: int, break_id: int, *, category: str, text: str, at: datetime
) -> Refused | None:
    """Say what was behind a finding and what was done; another person is to close it.

    Raises NotYours.
    """
    staff = reader(staff_id)
    if category not in dict(BREAK_CATEGORIES):
        return Refused("请选择差异原因。")
    if not TEXT_MIN <= len(text.strip()) <= TEXT_MAX:
        return Refused(f"处理情况请写 {TEXT_MIN} 至 {TEXT_MAX} 字。")
    with transaction.atomic():
        row = _open(break_id)
        if row is None or row.resolved_by_id is not None:
            return Refused("这一项已有人处理，请刷新页面。")
        row.category, row.resolution = category, text.strip()
        row.resolved_by_id, row.resolved_at, row.sent_back = staff_id, at, ""
        row.save()
        _keep("resolved", staff, row, at)
    return None


def close(staff_id: int, break_id: int, *, at: datetime) -> Refused | None:
    """Agree with what another one said, and close the finding. Raises NotYours."""
    staff = reader(staff_id)
    with transaction.atomic():
        row = _open(break_id)
        refused = _may_not(row, staff_id)
        if row is None or refused is not None:
            return refused
        row.closed_by_id, row.closed_at = staff_id, at
        row.save()
        _keep("closed", staff, row, at)
    return None


def send_back(staff_id: int, break_id: int, *, why: str, at: datetime) -> Refused | None:
    """Disagree: the finding is open again, with the reason. Raises NotYours."""
    staff = reader(staff_id)
    if not TEXT_MIN <= len(why.strip()) <= BACK_MAX:
        return Refused(f"退回原因请写 {TEXT_MIN} 至 {BACK_MAX} 字。")
    with transaction.atomic():
        row = _open(break_id)
        refused = _may_not(row, staff_id)
        if row is None or refused is not None:
            return refused
        row.resolved_by_id, row.resolved_at, row.sent_back = None, None, why.strip()
        row.save()
        _keep("sent_back", staff, row, at)
    return None


def _open(break_id: int) -> Break | None:
    """The finding, locked; None when it is closed."""
    row = Break.objects.select_for_update(no_key=True).filter(pk=break_id).first()
    if row is None:
        raise NotYours
    return row if row.closed_at is None else None


def _may_not(row: Break | None, staff_id: int) -> Refused | None:
    if row is None or row.resolved_by_id is None:
        return Refused("这一项现在不需要复核，请刷新页面。")
    if row.resolved_by_id == staff_id:
        return Refused("须由处理人以外的人复核。")
    return None


def _keep(what: str, staff: StaffFacts, row: Break, at: datetime) -> None:
    keep(f"break.{what}", staff.user_id, subject=audit.Subject("break", str(row.pk)), at=at)
