"""What every page of the citizen hall carries: who is here, the menus, and the way to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from anju import policy
from anju.cases import facts as cases
from anju.cases.records import NotYours
from anju.channels.pages import notices
from anju.channels.pages.shapes import NavGroup, NavItem, Problem
from anju.parties import facts as parties
from anju.policy.shapes import MenuEntry

View = Callable[..., HttpResponse]
ENTRY_COOKIE = "__Host-anju_entry" if settings.PRODUCTION else "anju_entry"

# What a city's menu may name as a page of this hall.
PAGES = {
    "home": "citizen:home",
    "services": "citizen:services",
    "account": "citizen:account",
    "movements": "citizen:movements",
    "loan": "citizen:loan",
    "cases": "citizen:cases",
    "progress": "citizen:cases",
    "messages": "citizen:messages",
    "profile": "citizen:profile",
    "cards": "citizen:card",
    "security": "citizen:security",
    "branches": "citizen:tools",
}


@dataclass(frozen=True)
class Here:
    """Where a page stands: its tab on the phone, its section and entry on the desktop."""

    tab: str = ""
    section: int | None = None
    page: str = ""
    service: str = ""


def channel_of(request: HttpRequest) -> str:
    """The entry through which this session was opened, fixed at sign-in: "h5" or "web"."""
    return str(request.session.get("channel", "web"))


def home_of(channel: str) -> str:
    """The entry address of a channel, which is also its home."""
    return _address("citizen:h5" if channel == "h5" else "citizen:home")


def is_member(request: HttpRequest) -> bool:
    """Whether a member is signed in at this hall."""
    return request.user.is_authenticated and getattr(request.user, "kind", "") == "member"


def members_only(view: View) -> View:
    """Let members in, by their person; send others to sign in and back here afterwards.

    What is not the member's is answered as if it did not exist.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_member(request):
            return to_sign_in(request)
        request.person_id = request.user.person_id
        try:
            return view(request, *args, **kwargs)
        except NotYours as error:
            raise Http404 from error

    guarded.members_only = True  # type: ignore[attr-defined]  # a guard test looks for this mark
    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page of the person's own entry; a page asked for is come back to, an act not."""
    ended = getattr(request, "session_ended", "")
    if ended:
        notices.leave(request, f"{ended}。已填写的内容都已保存。", tone="warn")
    entry = request.COOKIES.get(ENTRY_COOKIE)
    if request.path == reverse("citizen:h5"):
        entry = "h5"
    elif request.path == reverse("citizen:home"):
        entry = "web"
    address = reverse("citizen:h5_sign_in" if entry == "h5" else "citizen:sign_in")
    homes = (reverse("citizen:home"), reverse("citizen:h5"))
    if request.method == "GET" and request.path not in homes:
        address = f"{address}?{urlencode({'next': request.get_full_path()})}"
    return redirect(address)


def draw(
    request: HttpRequest,
    template: str,
    *,
    here: Here | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Draw a page of the hall with its menus; with problems the answer is 422."""
    frame: dict[str, Any] = {"problems": problems}
    if is_member(request):
        frame |= _frame(request, here or Here())
    return render(
        request,
        f"citizen/{template}.html",
        {**frame, **context},
        status=422 if problems and status == 200 else status,
    )


@cache
def _address(name: str, *args: object) -> str:
    """The address of a page, worked out once: a hall's addresses never change while it runs."""
    return reverse(name, args=args)


def _frame(request: HttpRequest, here: Here) -> dict[str, Any]:
    person_id = request.user.person_id
    unread = cases.unread(person_id)
    home = home_of(channel_of(request))
    sections = policy.current().menu
    section = here.section if here.section is not None else _section_of(here)
    return {
        "who": parties.full_name(person_id),
        "home": home,
        "unread": unread,
        "tabbar": (
            NavItem("首页", home, "home", here.tab == "home"),
            NavItem("业务", _address("citizen:services"), "service", here.tab == "services"),
            NavItem(
                "消息", _address("citizen:messages"), "message", here.tab == "messages", unread
            ),
            NavItem("我的", _address("citizen:me"), "me", here.tab == "me"),
        ),
        "top_tabs": (
            NavItem("首页", home, current=here.tab == "home"),
            *(
                NavItem(s.title, _address("citizen:section", n), current=n == section)
                for n, s in enumerate(sections, 1)
            ),
            NavItem(
                "工具",
                _address("citizen:tools"),
                current=here.page == "branches" and section is None,
            ),
        ),
        "side": _side(here, section),
    }


def _section_of(here: Here) -> int | None:
    """The section of the city's menu in which a page or a service stands first."""
    for number, section in enumerate(policy.current().menu, 1):
        for entry in section.entries:
            if _is_here(entry, here):
                return number
    return None


def _is_here(entry: MenuEntry, here: Here) -> bool:
    # Two names may lead to one page: a city calls the list of cases its progress.
    page = PAGES.get(entry.page or "")
    return bool(
        (page and page == PAGES.get(here.page)) or (entry.service and entry.service == here.service)
    )


def _side(here: Here, section: int | None) -> tuple[NavGroup, ...]:
    """The section's list: what opens something; the section's own page shows the rest too."""
    if section is None:
        return ()
    chosen = policy.current().menu[section - 1]
    items = tuple(
        NavItem(entry.label, href, current=_is_here(entry, here))
        for entry in chosen.entries
        if (href := entry_address(entry))
    )
    return (NavGroup(chosen.title, items),) if items else ()


def entry_address(entry: MenuEntry) -> str:
    """Where a menu entry leads; nothing for one that opens nothing yet."""
    if entry.service and entry.service in policy.current().services:
        return _address("citizen:service", entry.service)
    name = PAGES.get(entry.page or "")
    return _address(name) if name else ""
