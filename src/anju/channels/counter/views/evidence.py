"""Pictures of a case: seen one at a time, each look on record; staff may put one in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.cases import actions, facts
from anju.cases.records import EvidenceAdded
from anju.channels.counter.forms import PictureForm
from anju.channels.counter.guard import staff_only
from anju.channels.pages import notices, pictures
from anju.channels.pages.uploads import absent_because

SHOWABLE = frozenset({"image/jpeg", "image/png", "image/webp"})


@require_safe
@staff_only
def picture(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Send one picture in the clear, to be looked at and not kept."""
    try:
        found = facts.staff_evidence(evidence_id, staff_id=request.user.pk, at=request.at)
    except OSError:
        return pictures.away()
    known = found.content_type in SHOWABLE
    response = HttpResponse(
        found.content,
        content_type=found.content_type if known else "application/octet-stream",
    )
    response.headers["Content-Disposition"] = "inline" if known else "attachment"
    return response


@require_POST
@staff_only
def replace(request: HttpRequest, reference: str, slot: str) -> HttpResponse:
    """Put a picture in for the applicant; whoever does may not decide the case."""
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        said = absent_because(request, nothing_chosen=form.errors["file"][0])
        notices.leave(request, said, tone="danger")
        return redirect("counter:case", reference=reference)
    answer = actions.replace_evidence(
        reference,
        staff_id=request.user.pk,
        slot=slot,
        content=form.cleaned_data["file"].read(),
        at=request.at,
    )
    if isinstance(answer, EvidenceAdded):
        notices.leave(request, "材料已录入。您已成为这笔业务的经办人，请由其他人员审核。")
    else:
        notices.leave(request, "；".join(answer.errors.values()), tone="danger")
    return redirect("counter:case", reference=reference)
