"""Showing staff a hidden value of an open case: with a reason, and an audit row."""

import re
from datetime import datetime

from anju.cases import registry
from anju.cases.engine import case_ref
from anju.cases.ownership import case_worker, staff_case
from anju.cases.records import DecisionRefused
from anju.domain.calendar import SHANGHAI
from anju.domain.case import LIVE
from anju.store.audit import Actor
from anju.store.reveal import TooManyReveals

_REASON_MAX = 200
# As long as a phone number: reasons go into audit rows, which hold nobody's numbers.
_SOMEBODYS_NUMBER = re.compile(r"\d{11}")


def reveal(
    reference: str, *, field: str, reason: str, staff_id: int, at: datetime
) -> str | DecisionRefused:
    """The plain value of a masked field, for staff of the case's branch while it is live.

    Raises:
        NotYours: not a case of this person's branch.
    """
    case = staff_case(reference, case_worker(staff_id))
    service = registry.service(case.service_code)
    if field not in dict(service.revealable):
        return DecisionRefused("这一项不能查看明文。")
    if case.state not in LIVE:
        return DecisionRefused("业务已结束，不再提供明文查看。")
    if len(reason.strip()) < 4:
        return DecisionRefused("请写明查看原因，至少 4 个字。")
    if len(reason.strip()) > _REASON_MAX:
        return DecisionRefused(f"查看原因请不超过 {_REASON_MAX} 个字。")
    if _SOMEBODYS_NUMBER.search(reason):
        return DecisionRefused("查看原因会长期留存，请不要写证件、手机或银行卡号码。")
    try:
        return service.reveal(case_ref(case), field, reason.strip(), Actor.staff(staff_id), at)
    except TooManyReveals as used_up:
        return DecisionRefused(
            f"本小时查看明文的次数已用完，{used_up.until.astimezone(SHANGHAI):%H:%M} 后再试。"
        )
