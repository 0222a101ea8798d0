"""Photos of an application: in, out, and shown to the person who took them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from anju.cases import actions, facts
from anju.cases.records import Mistakes
from anju.channels.citizen.hall import members_only
from anju.channels.citizen.step_page import draw_step
from anju.channels.pages import notices, pictures
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.uploads import absent_because


@require_POST
@members_only
def add(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Take a photo in; a full slot's newest photo is replaced."""
    chosen = next(iter(request.FILES.values()), None)
    slot = request.POST.get("slot", "")
    if chosen is None:
        said = absent_because(request, nothing_chosen="请先选择一张照片。")
        return draw_step(request, reference, number, {slot: said})
    answer = actions.add_evidence(
        reference,
        person_id=request.person_id,
        slot=slot,
        content=chosen.read(),
        at=request.at,
    )
    if isinstance(answer, Mistakes):
        return draw_step(request, reference, number, answer.errors)
    return redirect(f"{reverse('citizen:step', args=[reference, number])}#slot-{slot}")


@require_POST
@members_only
def remove(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Take a photo away."""
    answer = actions.remove_evidence(
        reference,
        person_id=request.person_id,
        evidence_id=row_key(request.POST.get("photo", "")) or 0,
        at=request.at,
    )
    if isinstance(answer, Mistakes):
        notices.leave(request, " ".join(answer.errors.values()), tone="warn")
    return redirect("citizen:step", reference, number)


@require_GET
@members_only
def show(request: HttpRequest, reference: str, photo: int) -> HttpResponse:
    """A photo of the member's own case; nothing keeps a copy."""
    mine = {"reference": reference, "person_id": request.person_id, "at": request.at}
    return pictures.shown(lambda: facts.evidence_file(photo, **mine))
