"""What can be done here: by life event, with search; grey ones explain themselves."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from anju import policy
from anju.cases import actions, facts
from anju.cases.records import Begun, ServiceCard
from anju.channels.citizen.hall import Here, channel_of, draw, entry_address, members_only
from anju.channels.pages.shapes import ServiceGroup, ServiceTile
from anju.domain.rules import Outcome

# Icons of life events; a new event without one gets the general sign.
ICONS = {
    "purchase": "purchase",
    "rent": "rent",
    "repay": "loan",
    "retirement": "retire",
    "leaving": "leave",
    "transfer": "transfer",
    "certificate": "certificate",
}
QUERY_MAX = 40


def tile(card: ServiceCard) -> ServiceTile:
    """A service as it is drawn in lists: a live case leads on, a grey one to its reasons."""
    failing = sum(finding.outcome is not Outcome.MET for finding in card.findings)
    href = reverse("citizen:service", args=[card.code])
    live = card.live_reference
    return ServiceTile(
        code=card.code,
        title=card.title,
        summary=card.summary,
        href=reverse("citizen:case", args=[live]) if live else href,
        icon=ICONS.get(card.life_event, "service"),
        open=card.is_open or bool(live),
        why="正在办理，查看进度"
        if live
        else ""
        if card.is_open
        else f"还有 {failing} 项条件未满足",
    )


@require_GET
@members_only
def services(request: HttpRequest) -> HttpResponse:
    """All services by life event, found by words of their title, summary or event."""
    query = request.GET.get("q", "").strip()[:QUERY_MAX]
    cards = facts.services_for(request.person_id, channel=channel_of(request), at=request.at)
    names = policy.current().words.life_events
    wanted = [
        card
        for card in cards
        if query in f"{card.title} {card.summary} {names.get(card.life_event, '')}"
    ]
    groups = []
    for event in [*names, *sorted({c.life_event for c in wanted} - set(names))]:
        tiles = [tile(card) for card in wanted if card.life_event == event]
        if tiles:
            # Grey ones stand at the end of their group, never hidden.
            tiles.sort(key=lambda shown: not shown.open)
            groups.append(ServiceGroup(names.get(event, event), tuple(tiles)))
    return draw(
        request,
        "services",
        here=Here(tab="services", page="services"),
        groups=groups,
        query=query,
        sections=[
            (s.title, reverse("citizen:section", args=[n]), len(s.entries))
            for n, s in enumerate(policy.current().menu, 1)
        ],
    )


@require_http_methods(["GET", "POST"])
@members_only
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service: every condition with what we saw; begins it, or takes up the draft."""
    channel = channel_of(request)
    if request.method == "POST":
        begun = actions.begin(code, person_id=request.person_id, channel=channel, at=request.at)
        if isinstance(begun, Begun):
            return redirect("citizen:step", begun.reference, begun.number)
    card = facts.service_card(code, person_id=request.person_id, channel=channel, at=request.at)
    if card is None:
        raise Http404
    block = policy.current().services[code]
    return draw(
        request,
        "service",
        here=Here(tab="services", service=code),
        card=card,
        offer=block,
        first_button=block.steps[0].button,
        needs=[slot.label for slot in block.slots if slot.required],
    )


@require_GET
@members_only
def section(request: HttpRequest, number: int) -> HttpResponse:
    """A section of the city's menu, in the manual's order and words."""
    sections = policy.current().menu
    if not 1 <= number <= len(sections):
        raise Http404
    chosen = sections[number - 1]
    return draw(
        request,
        "section",
        here=Here(tab="services", section=number),
        title=chosen.title,
        entries=[(entry.label, entry_address(entry)) for entry in chosen.entries],
    )


@require_GET
@members_only
def tools(request: HttpRequest) -> HttpResponse:
    """Branches, hotline and hours."""
    city = policy.current()
    return draw(
        request,
        "tools",
        here=Here(tab="me", page="branches"),
        branches=list(city.branches.values()),
        hours=city.hours,
        is_open=city.hours.is_open(request.at, city.calendar),
        next_opening=city.hours.next_opening(request.at, city.calendar),
    )
