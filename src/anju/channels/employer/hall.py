"""What every page of the employer hall carries: who acts for whom, the menu, the way to draw.

A page about an employer stands under `agents_only` and reads `request.acting`: the agent (user_id,
name, role) and the employer. What an address names is looked for within that employer alone. The
pages that the counter has too are in `channels.desk`; `request.desk` lends them this hall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from anju import policy
from anju.channels.desk.desk import Desk
from anju.channels.pages.shapes import NavGroup, NavItem, Problem
from anju.parties import agent_facts, agent_sessions
from anju.parties.appointments import NoAppointment
from anju.policy.shapes import EmployerSection
from anju.store.audit import Actor

View = Callable[..., HttpResponse]
APPOINTMENT = "appointment"
"""Session key of the appointment by which this session acts."""

# What a city's menu may name as a page of this hall.
PAGES = {
    "account": "employer:account",
    "agents": "employer:agents",
    "certificate": "employer:certificate",
    "details": "employer:details",
    "enrol": "employer:enrol",
    "members": "employer:members",
    "history": "employer:history",
    "moves": "employer:moves",
    "back_payments": "employer:back_payments",
    "base_adjustment": "employer:base_adjustment",
    "ratio_change": "employer:ratio_change",
    "remittances": "employer:remittances",
    "rosters": "employer:rosters",
    "seals": "employer:seals",
}
SERVICES = {
    "stopping": "contributions.stopping",
    "correcting": "contributions.correcting",
    "identity": "contributions.identity",
    "deferring": "contributions.deferring",
    "resuming": "contributions.resuming",
    "lowering": "contributions.lowering",
    "employer_renaming": "contributions.employer_renaming",
    "employer_closing": "contributions.employer_closing",
    "refunding": "contributions.refunding",
    "collecting": "contributions.collecting",
}
"""What a menu may name besides: the services that agents enter, each with its list."""
ADMINISTRATORS = frozenset({"agents", "details"})
"""Those of the pages that are for the employer's administrators alone."""
NOT_YET, NOT_YOURS = "尚未开放", "由单位管理员办理"


def is_agent(request: HttpRequest) -> bool:
    """Whether an agent is signed in at this hall."""
    return request.user.is_authenticated and getattr(request.user, "kind", "") == "agent"


def signed_in(view: View) -> View:
    """Let agents in, whether or not they have chosen an employer (`request.acting` or None)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_agent(request):
            return redirect(_sign_in_address(request))
        request.acting = _acting(request)
        return view(request, *args, **kwargs)

    guarded.signed_in = True  # type: ignore[attr-defined]  # a guard test looks for this mark
    return guarded


def agents_only(view: View) -> View:
    """Let in who acts for an employer: `request.acting` says who and for whom.

    Strangers are sent to sign in and come back afterwards, agents without an employer to choose
    one. What is another employer's is answered as if it did not exist.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_agent(request):
            return redirect(_sign_in_address(request))
        request.acting = _acting(request)
        if request.acting is None:
            return redirect("employer:choose")
        request.desk = _desk(request)
        try:
            return view(request, *args, **kwargs)
        except NoAppointment as error:
            raise Http404 from error

    guarded.agents_only = True  # type: ignore[attr-defined]  # a guard test looks for this mark
    return guarded


def in_charge_only(view: View) -> View:
    """Let the employer's administrators in; strangers are treated as `agents_only` does."""
    return agents_only(administrators_only(view))


def _desk(request: HttpRequest) -> Desk:
    acting = request.acting
    return Desk(
        employer=acting.employer,
        actor=Actor.agent(request.user.pk),
        name=acting.name,
        place="单位网厅",
        layout="employer/base.html",
        frame=frame,
        names="employer:",
        entering=_entering,
    )


def _entering(service: str, account_no: str) -> str:
    return f"{_address('employer:entry_new', service)}?{urlencode({'account': account_no})}"


def administrators_only(view: View) -> View:
    """Let the employer's administrators in; stands under `agents_only`. Clerks get a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.acting.is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def act_by(request: HttpRequest, appointment_id: int) -> None:
    """Let this session act by an appointment; the session ends with it."""
    request.session[APPOINTMENT] = appointment_id
    agent_sessions.chose(request.session, appointment_id)


def _acting(request: HttpRequest) -> agent_facts.Acting | None:
    chosen = request.session.get(APPOINTMENT)
    return agent_facts.acting(request.user.pk, chosen) if chosen else None


def _sign_in_address(request: HttpRequest) -> str:
    """Only a page that was asked for is worth coming back to; an act is never repeated."""
    address = reverse("employer:sign_in")
    if request.method != "GET" or request.path == reverse("employer:home"):
        return address
    return f"{address}?{urlencode({'next': request.get_full_path()})}"


def draw(
    request: HttpRequest,
    template: str,
    *,
    here: str = "",
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Draw a page of the hall; `here` is the page's name as the city's menu may name it.

    With problems the answer is 422.
    """
    around = frame(request, here) if is_agent(request) else {}
    return render(
        request,
        f"employer/{template}.html",
        {"problems": problems, **around, **context},
        status=422 if problems and status == 200 else status,
    )


@cache
def _address(name: str, *args: object) -> str:
    """The address of a page, worked out once: a hall's addresses never change while it runs."""
    return reverse(name, args=args)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What the layout shows around a page of somebody who is signed in."""
    acting = getattr(request, "acting", None)
    found: dict[str, Any] = {"acting": acting}
    if acting is None:
        return found | {"who": agent_facts.name_of(request.user.pk)}
    sections = policy.current().employer_menu
    current = _section_of(here)
    home = NavItem("首页", _address("employer:home"), "home", here == "home")
    tabs = [
        NavItem(section.title, _address("employer:section", number), current=number == current)
        for number, section in enumerate(sections, 1)
    ]
    return found | {
        "who": acting.name,
        "top_tabs": (home, *tabs),
        "side": _side(sections[current - 1], here, acting) if current else (),
        "tabbar": (
            home,
            NavItem("业务", _address("employer:menu"), "service", bool(current)),
            NavItem("安全设置", _address("employer:security"), "lock", here == "security"),
        ),
    }


def page_of_service(code: str) -> str:
    """The name by which a menu knows the list of a service; empty for one that none names."""
    return next((page for page, service in SERVICES.items() if service == code), "")


def _section_of(here: str) -> int | None:
    """The section of the city's menu in which a page stands; `section-2` is a section's own."""
    if here.startswith("section-"):
        return int(here.removeprefix("section-"))
    for number, section in enumerate(policy.current().employer_menu, 1):
        if any(entry.page == here for entry in section.entries if entry.page):
            return number
    return None


def _side(section: EmployerSection, here: str, acting: agent_facts.Acting) -> tuple[NavGroup, ...]:
    """The section's list: what opens something; the section's own page shows the rest too."""
    items = tuple(
        NavItem(entry.label, entry.href, current=entry.page == here)
        for entry in entries_of(section, acting)
        if entry.href
    )
    return (NavGroup(section.title, items),) if items else ()


@dataclass(frozen=True)
class Entry:
    """One entry of a section: where it leads for this agent, or why nowhere."""

    label: str
    page: str
    href: str = ""
    why: str = ""


def entries_of(section: EmployerSection, acting: agent_facts.Acting) -> tuple[Entry, ...]:
    """The entries of a section as this agent may use them."""
    return tuple(_entry(each.label, each.page or "", acting) for each in section.entries)


def _entry(label: str, page: str, acting: agent_facts.Acting) -> Entry:
    if page in SERVICES:
        return Entry(label, page, href=_address("employer:entries", SERVICES[page]))
    if page not in PAGES:
        return Entry(label, page, why=NOT_YET)
    if page in ADMINISTRATORS and not acting.is_admin:
        return Entry(label, page, why=NOT_YOURS)
    return Entry(label, page, href=_address(PAGES[page]))
