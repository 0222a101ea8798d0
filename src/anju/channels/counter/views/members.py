"""职工档案, the member file: account, stop mark, and the papers of what is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from anju.business.contributions.stopping.facts import file_values
from anju.cases import entered_facts
from anju.cases.ownership import CASE_ROLES, case_worker
from anju.cases.records import NotYours
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages.evidence_slots import drawn_slot


@require_safe
@staff_only
@for_roles(CASE_ROLES)
def member(request: HttpRequest, person_id: int) -> HttpResponse:
    """Who it is, how the account stands, and every paper that came with an approved case."""
    branch = case_worker(request.user.pk).branch_code
    values = file_values(person_id, branch_code=branch)
    if values is None:
        raise NotYours(str(person_id))
    cases = [
        (
            each,
            [
                drawn_slot(slot, href=lambda photo: reverse("counter:picture", args=[photo]))
                for slot in each.slots
            ],
        )
        for each in entered_facts.filed(person_id)
    ]
    return draw(request, "member", here="work", values=values, cases=cases)
