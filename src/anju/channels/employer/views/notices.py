"""通知: what the centre told the employer, newest first, each with the page it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from anju.channels.employer.hall import SERVICES, agents_only, draw
from anju.channels.pages.row_keys import row_key
from anju.parties import employer_notices
from anju.parties.employer_notices import NoticeFacts

PAGE: Final = 20
_LEADS_TO: Final = {
    "contributions.remitted": "remittances",
    "contributions.short": "remittances",
    "contributions.late": "account",
    "contributions.deferral": "back_payments",
    "contributions.lowering": "account",
    "treasury.not_collected": "remittances",
    "treasury.employer_refund": "account",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as it is drawn; `href` is "" where there is no page to go to."""

    said: NoticeFacts
    href: str


@require_GET
@agents_only
def listed(request: HttpRequest) -> HttpResponse:
    """All notices, twenty at a time."""
    before = request.GET.get("before", "")
    found = latest(request, before=row_key(before), limit=PAGE)
    more = f"?before={found[-1].said.id}" if len(found) == PAGE else ""
    return draw(request, "notices", here="home", found=found, more=more, is_first=not before)


def latest(request: HttpRequest, *, before: int | None = None, limit: int) -> list[Told]:
    """The notices of the employer for which this agent acts."""
    employer_id = request.acting.employer.employer_id
    found = employer_notices.of_employer(employer_id, before=before, limit=limit)
    return [Told(each, _address(each)) for each in found]


def _address(said: NoticeFacts) -> str:
    if said.about in SERVICES.values():
        return reverse("employer:entries", args=[said.about])
    page = _LEADS_TO.get(said.kind)
    return reverse(f"employer:{page}") if page else ""
