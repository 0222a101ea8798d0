"""What two people sign: who may, in which order, and what the one who may not is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anju.business.treasury.books import reader
from anju.parties.facts import StaffFacts
from anju.store import audit

FIRST, SECOND = "first", "second"
"""The steps at which they sign, whatever is signed."""


@dataclass(frozen=True)
class Refused:
    """What somebody asked for and cannot have now, in words for the screen."""

    text: str


def signer(staff_id: int) -> StaffFacts:
    """The member of staff, if the books are his work. Raises NotYours."""
    return reader(staff_id)


def may_not_sign(step: str, staff: StaffFacts, *, first: str) -> Refused | None:
    """Why this person may not sign at this step; `first` is the user name of who signed first."""
    if step == FIRST and "accountant" not in staff.roles:
        return Refused("第一个签名须由会计签。")
    if step == SECOND and first == staff.username:
        return Refused("第二个签名须由另一人签。")
    return None


def waits_for(step: str, staff: StaffFacts, *, first: str) -> str:
    """For whom a step waits, when this person is not the one; empty when he may sign."""
    if may_not_sign(step, staff, first=first) is None:
        return ""
    return "等待会计签名。" if step == FIRST else "您已签名，等待另一位会计或管理员签名。"


def keep(action: str, staff: StaffFacts, *, subject: audit.Subject, at: datetime) -> None:
    """Write an act down; what was typed may name somebody and stays in its step."""
    audit.write(action, actor=audit.Actor.staff(staff.user_id), subject=subject, at=at)
