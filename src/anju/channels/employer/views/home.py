"""For whom to act, the employer's home, and the menu that later pages hang on."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju import policy
from anju.channels.employer.hall import (
    NOT_YET,
    Entry,
    act_by,
    agents_only,
    draw,
    entries_of,
    signed_in,
)
from anju.channels.employer.views import notices as told
from anju.channels.pages import notices
from anju.channels.pages.shapes import Row
from anju.parties import agent_facts, appointments
from anju.parties.answers import RuleBroken

_TOLD: Final = 4
"""So many notices stand on the first page."""


@require_GET
@agents_only
def home(request: HttpRequest) -> HttpResponse:
    """Which employer this is, who acts for it, and everything there is to do."""
    employer = request.acting.employer
    branch = policy.current().branches.get(employer.branch_code)
    rows = [
        Row("单位名称", employer.name),
        Row("统一社会信用代码", employer.uscc, "number"),
        Row("管理部", branch.name if branch else ""),
    ]
    everybody = agent_facts.appointed(employer.employer_id, at=request.at)
    live = [one for one in everybody if one.state == "live"]
    return draw(
        request, "home", here="home", rows=rows, live=live, **_menu(_sections(request)),
        found=told.latest(request, limit=_TOLD),
    )  # fmt: skip


@require_GET
@agents_only
def menu(request: HttpRequest) -> HttpResponse:
    """All sections with their entries, for small screens."""
    return draw(request, "menu", **_menu(_sections(request)))


@require_GET
@agents_only
def section(request: HttpRequest, number: int) -> HttpResponse:
    """One section of the city's menu; what opens nothing yet says so."""
    sections = policy.current().employer_menu
    if not 1 <= number <= len(sections):
        raise Http404
    chosen = sections[number - 1]
    shown = [(chosen.title, entries_of(chosen, request.acting))]
    return draw(request, "menu", here=f"section-{number}", **_menu(shown))


def _menu(sections: list[tuple[str, tuple[Entry, ...]]]) -> dict[str, Any]:
    """Sections as they are drawn, and whether one of their entries opens nothing yet."""
    waits = any(entry.why == NOT_YET for _, entries in sections for entry in entries)
    return {"sections": sections, "waits": waits}


def _sections(request: HttpRequest) -> list[tuple[str, tuple[Entry, ...]]]:
    sections = policy.current().employer_menu
    return [(one.title, entries_of(one, request.acting)) for one in sections]


@require_http_methods(["GET", "POST"])
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """For which employer to act, and the invitations that wait."""
    if request.method == "POST":
        chosen = request.POST.get("appointment", "")
        found = agent_facts.acting(request.user.pk, int(chosen)) if _is_key(chosen) else None
        if found is None:
            raise Http404
        act_by(request, found.appointment_id)
        return redirect("employer:home")
    return draw(
        request,
        "choose",
        found=agent_facts.appointments_of(request.user.pk),
        invitations=agent_facts.invitations_for(request.user.pk, at=request.at),
    )


@require_POST
@signed_in
def accept(request: HttpRequest) -> HttpResponse:
    """Take up an invitation, and act for that employer from now on."""
    chosen = request.POST.get("appointment", "")
    if not _is_key(chosen):
        raise Http404
    try:
        appointments.accept(int(chosen), user_id=request.user.pk, at=request.at)
    except appointments.NoAppointment as error:
        raise Http404 from error
    except RuleBroken as refusal:
        notices.leave(request, f"{refusal}。", tone="danger")
        return redirect("employer:choose")
    act_by(request, int(chosen))
    notices.leave(request, "已接受邀请。")
    return redirect("employer:home")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
