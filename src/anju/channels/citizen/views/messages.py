"""The inbox: what the centre told the member."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from anju.cases import actions, facts
from anju.channels.citizen.hall import Here, draw, members_only
from anju.channels.pages.row_keys import row_key

PAGE = 20


@require_GET
@members_only
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages, newest first, twenty at a time."""
    before = request.GET.get("before", "")
    found = facts.messages(request.person_id, before=row_key(before), limit=PAGE)
    more = f"{reverse('citizen:messages')}?before={found[-1].id}" if len(found) == PAGE else ""
    return draw(
        request,
        "messages",
        here=Here(tab="messages", page="messages"),
        found=found,
        more_address=more,
        is_first=not before,
    )


@require_GET
@members_only
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message; opening it is reading it."""
    found = facts.messages(request.person_id, before=number + 1, limit=1)
    if not found or found[0].id != number:
        raise Http404
    actions.mark_read(request.person_id, message_id=number, at=request.at)
    return draw(request, "message", here=Here(tab="messages", page="messages"), message=found[0])
