"""What one person makes and another decides, or two sign: who may, and what the others are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store import audit

FIRST, SECOND = "first", "second"
"""The steps at which they sign, whatever is signed."""


@dataclass(frozen=True)
class Refused:
    """What somebody asked for and cannot have now, in words for the screen."""

    text: str


class NotNow(Exception):
    """What somebody typed or decided cannot be done now, in words for the screen.

    `field` is what is to be mended, empty when nothing typed is wrong.
    """

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class Made(Protocol):
    """What one member of staff made and another decided, or none yet; by their keys."""

    maker_id: int
    checker_id: int | None


def names_of(rows: Iterable[Made]) -> Mapping[int | None, str]:
    """The names of all who made and decided these, by key; None, nobody yet, is empty."""
    keys = {key for one in rows for key in (one.maker_id, one.checker_id) if key is not None}
    named: list[tuple[int | None, str]] = [(None, ""), *parties.staff_names(keys).items()]
    return dict(named)


def may_not_decide(maker_id: int, staff_id: int, *, by_maker: bool) -> Refused | None:
    """Why this person may not take back what was asked for, or may not decide on it."""
    if (maker_id == staff_id) is by_maker:
        return None
    return Refused("只有提出的人可以撤回。" if by_maker else "须由提出的人以外的人复核。")


def may_not_sign(step: str, staff: StaffFacts, *, first: str) -> Refused | None:
    """Why this person may not sign at this step; `first` is the reference of who signed first."""
    if step == FIRST and "accountant" not in staff.roles:
        return Refused("第一个签名须由会计签。")
    if step == SECOND and first == staff.ref:
        return Refused("第二个签名须由另一人签。")
    return None


def waits_for(step: str, staff: StaffFacts, *, first: str) -> str:
    """For whom a step waits, when this person is not the one; empty when he may sign."""
    if may_not_sign(step, staff, first=first) is None:
        return ""
    return "等待会计签名。" if step == FIRST else "您已签名，等待另一位会计或管理员签名。"


def keep(action: str, staff_id: int, *, subject: audit.Subject, at: datetime) -> None:
    """Write an act down; what was typed may name somebody and stays in its step."""
    audit.write(action, actor=audit.Actor.staff(staff_id), subject=subject, at=at)
