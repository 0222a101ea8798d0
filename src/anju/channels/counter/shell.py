"""What every page of the counter carries: the rail, who is at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate

from anju import policy
from anju.business.treasury.books import BOOK_ROLES
from anju.cases.facts import CASE_ROLES
from anju.channels.counter.guard import has_role, is_staff
from anju.channels.pages.shapes import NavItem

LIST = "counter_list"
"""Session key of the list the person came from; filters only, no personal data."""
MONEY_ROLES = frozenset({"reviewer", "approver", "accountant", "admin"})
"""Who sees what went wrong with payments."""


@dataclass(frozen=True)
class Place:
    """One entry of the rail, and the roles whose work it is."""

    code: str
    label: str
    icon: str
    roles: frozenset[str]


PLACES = (
    Place("work", "业务", "list", CASE_ROLES),
    Place("entries", "受理", "certificate", CASE_ROLES),
    Place("employers", "单位", "building", CASE_ROLES),
    Place("dunning", "催缴", "clock", CASE_ROLES),
    Place("breaks", "支付异常", "alert", MONEY_ROLES),
    Place("receipts", "来款", "transfer", BOOK_ROLES),
    Place("reconciliation", "对账", "check", BOOK_ROLES),
    Place("books_trial", "账簿", "wallet", BOOK_ROLES),
    Place("interest", "结息", "clock", BOOK_ROLES),
    Place("day_end", "日终", "lock", BOOK_ROLES),
)


def draw(
    request: HttpRequest, template: str, *, here: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """Draw a page inside the shell; `here` is the rail entry it belongs to."""
    found = {**frame(request, here), **context}
    return render(request, f"counter/{template}.html", found, status=status)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What the shell shows around every page."""
    return {
        "rail": _rail(request, here) if is_staff(request) else (),
        "branch": policy.current().branches.get(getattr(request.user, "branch_code", "")),
        "list_href": request.session.get(LIST, reverse("counter:work")),
        "opens_cases": is_staff(request) and has_role(request, CASE_ROLES),
        "opens_books": is_staff(request) and has_role(request, BOOK_ROLES),
        "idle_seconds": _idle_seconds(request.at),
    }


def _idle_seconds(at: datetime) -> int:
    """How long a session lives unused, for the notice that comes before its end."""
    return int(policy.current().params.staff_session_idle_seconds.on(localdate(at)).value)


def _rail(request: HttpRequest, here: str) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(place.label, reverse(f"counter:{place.code}"), place.icon, place.code == here)
        for place in PLACES
        if has_role(request, place.roles)
    )
