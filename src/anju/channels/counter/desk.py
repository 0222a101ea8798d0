"""The counter's desk: somebody of a branch does the business of one of its employers.

The employer stands in the address by its unified social credit code; another branch's is answered
as if it did not exist.
"""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from anju.cases.ownership import CASE_ROLES, case_worker
from anju.cases.records import NotYours
from anju.channels.counter.guard import View, for_roles, staff_only
from anju.channels.counter.shell import frame
from anju.channels.desk.desk import Desk
from anju.channels.pages.shapes import NavItem
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts
from anju.store.audit import Actor

# The pages of an employer as they stand in a row, each with the key that opens it.
PLACES = (
    ("account", "账户", "1"),
    ("members", "职工", "2"),
    ("enrol", "开户", "3"),
    ("rosters", "名册", "4"),
    ("moves", "转移", "5"),
    ("remittances", "汇缴", "6"),
    ("back_payments", "补缴", "7"),
    ("history", "明细", "8"),
    ("base_adjustment", "基数", "9"),
    ("ratio_change", "比例", "0"),
    ("details", "变更", "d"),
    ("certificate", "证明", "c"),
)
_UNDER = {"seals": "members"}


def at_desk(view: View) -> View:
    """Let those in who take in business, for an employer of their branch; sets `request.desk`."""

    @staff_only
    @for_roles(CASE_ROLES)
    @wraps(view)
    def guarded(request: HttpRequest, unit: str, *args: Any, **kwargs: Any) -> HttpResponse:
        request.desk = _desk(request, employer_of_branch(request.user.pk, unit))
        return view(request, *args, **kwargs)

    return guarded


def employer_of_branch(staff_id: int, uscc: str) -> EmployerFacts:
    """An employer whom this person's branch looks after. Raises NotYours."""
    branch = case_worker(staff_id).branch_code
    found = parties.employer_by_uscc(uscc)
    if found is None or found.branch_code != branch:
        raise NotYours(uscc)
    return found


def _desk(request: HttpRequest, employer: EmployerFacts) -> Desk:
    user = request.user
    return Desk(
        employer=employer,
        actor=Actor.staff(user.pk),
        name=user.display_name or user.username,
        place="柜面",
        layout="counter/desk.html",
        frame=_frame,
        names="counter:unit_",
        entering=_entering,
        lead=(employer.uscc,),
    )


def _entering(service: str, account_no: str) -> str:
    return f"{reverse('counter:enter', args=[service])}?{urlencode({'account': account_no})}"


def _frame(request: HttpRequest, here: str) -> dict[str, Any]:
    desk = request.desk
    here = _UNDER.get(here, here)
    pages = [
        (NavItem(label, desk.address(page), current=page == here), key)
        for page, label, key in PLACES
    ]
    return {**frame(request, "employers"), "employer": desk.employer, "desk_pages": pages}
