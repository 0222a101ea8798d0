"""Showing staff a hidden value of an open case: with a reason, and an audit row."""

from datetime import datetime

from anju.cases import registry
from anju.cases.decisions import staff_case
from anju.cases.engine import case_ref
from anju.cases.records import DecisionRefused
from anju.domain.calendar import SHANGHAI
from anju.domain.case import LIVE
from anju.parties import facts as parties
from anju.store.audit import Actor
from anju.store.reveal import TooManyReveals

_REASON_MAX = 200


def reveal(
    reference: str, *, field: str, reason: str, staff_id: int, at: datetime
) -> str | DecisionRefused:
    """The plain value of a masked field, for staff of the case's branch while it is live.

    Raises:
        NotYours: not a case of this person's branch.
    """
    staff = parties.staff_member(staff_id)
    case = staff_case(reference, staff)
    service = registry.service(case.service_code)
    if field not in dict(service.revealable):
        return DecisionRefused("这一项不能查看明文。")
    if case.state not in LIVE:
        return DecisionRefused("业务已结束，不再提供明文查看。")
    if len(reason.strip()) < 4:
        return DecisionRefused("请写明查看原因，至少 4 个字。")
    if len(reason.strip()) > _REASON_MAX:
        return DecisionRefused(f"查看原因请不超过 {_REASON_MAX} 个字。")
    try:
        return service.reveal(case_ref(case), field, reason.strip(), Actor.staff(staff_id), at)
    except TooManyReveals as used_up:
        return DecisionRefused(
            f"本小时查看明文的次数已用完，{used_up.until.astimezone(SHANGHAI):%H:%M} 后再试。"
        )
