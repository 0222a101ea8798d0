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
from anju.channels.counter.guard import is_staff
from anju.channels.pages.shapes import NavItem

LIST = "counter_list"
"""Session key of the list the person came from; filters only, no personal data."""
REVIEWERS = frozenset({"reviewer", "approver"})


@dataclass(frozen=True)
class Place:
    """One entry of the rail and the roles that see it; no roles means everybody."""

    code: str
    label: str
    icon: str
    roles: frozenset[str] = frozenset()


PLACES = (
    Place("work", "业务", "list"),
    Place("breaks", "支付异常", "alert", REVIEWERS | {"accountant", "admin"}),
)


def draw(
    request: HttpRequest, template: str, *, here: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """Draw a page inside the shell; `here` is the rail entry it belongs to."""
    return render(
        request,
        f"counter/{template}.html",
        {
            "rail": _rail(request, here) if is_staff(request) else (),
            "branch": policy.current().branches.get(getattr(request.user, "branch_code", "")),
            "list_href": request.session.get(LIST, reverse("counter:work")),
            "idle_seconds": _idle_seconds(request.at),
            **context,
        },
        status=status,
    )


def _idle_seconds(at: datetime) -> int:
    """How long a session lives unused, for the notice that comes before its end."""
    return int(policy.current().params.staff_session_idle_seconds.on(localdate(at)).value)


def _rail(request: HttpRequest, here: str) -> tuple[NavItem, ...]:
    roles = frozenset(request.user.roles)
    return tuple(
        NavItem(place.label, reverse(f"counter:{place.code}"), place.icon, place.code == here)
        for place in PLACES
        if not place.roles or place.roles & roles
    )
