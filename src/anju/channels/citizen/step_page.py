"""Drawing one page of an application, whichever view has something to say about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from anju import policy
from anju.cases import facts
from anju.cases.records import Slot as CaseSlot
from anju.cases.records import StepPage
from anju.cases.records import Value as CaseValue
from anju.channels.citizen.forms import BusinessPasswordForm, add_mistakes
from anju.channels.citizen.hall import Here, draw
from anju.channels.pages.evidence_slots import drawn_slot
from anju.channels.pages.forms import CodeForm
from anju.channels.pages.shapes import Problem, Row, Slot, Step


def slot_of(reference: str, slot: CaseSlot, error: str = "") -> Slot:
    """A slot of the member's own case as the component draws it."""
    return drawn_slot(
        slot, href=lambda photo: reverse("citizen:photo", args=[reference, photo]), error=error
    )


def draw_step(
    request: HttpRequest, reference: str, number: int, errors: dict[str, str]
) -> HttpResponse:
    """Draw page `number` of a case; `errors` stand beside what they speak of and above all."""
    page = facts.step_page(reference, person_id=request.person_id, number=number, at=request.at)
    form = _proof_form(request, page)
    if form is not None and errors:
        form.is_valid()
        add_mistakes(form, errors)
    slots = [slot_of(reference, slot, errors.get(slot.code, "")) for slot in page.slots]
    anchors = {slot.code: f"slot-{slot.code}" for slot in slots}
    labels = {slot.code: f"{slot.label}：" for slot in slots}
    if form is not None:
        anchors |= {name: str(form[name].auto_id) for name in form.fields}
    problems = [
        Problem(f"{labels.get(name, '')}{text}", anchors.get(name, ""))
        for name, text in errors.items()
    ]
    return draw(
        request,
        "step",
        here=Here(tab="services", service=page.service_code),
        problems=tuple(problems),
        page=page,
        interest_through=page.quote.until - timedelta(days=1) if page.quote else None,
        address=reverse("citizen:step", args=[reference, number]),
        steps=_steps(page),
        form=form,
        slots=slots,
        rows=rows_of(page.values, reference),
        wait_seconds=_wait(page, request.at),
    )


def _proof_form(request: HttpRequest, page: StepPage) -> forms.Form | None:
    """The proof this page asks for, if it is not given yet; a code once typed stays typed."""
    if page.proof is None or page.proof.done:
        return None
    posted = request.POST if request.method == "POST" else None
    if page.proof.kind == "sms":
        form: forms.Form = CodeForm(posted, label=page.code_label, hint=page.code_hint)
        form.fields["code"].help_text = f"验证码将发送到 {page.proof.phone_masked}"
        return form
    return BusinessPasswordForm(posted)


def _wait(page: StepPage, at: datetime) -> int:
    """Seconds until another code may be asked for."""
    if page.proof is None or page.proof.resend_at is None:
        return 0
    return max(0, round((page.proof.resend_at - at).total_seconds()))


def _steps(page: StepPage) -> list[Step]:
    titles = [step.title for step in policy.current().services[page.service_code].steps]
    states = ["done"] * (page.number - 1) + ["now"] + ["next"] * (len(titles) - page.number)
    return [Step(title, state) for title, state in zip(titles, states, strict=True)]  # type: ignore[arg-type]


def rows_of(values: tuple[CaseValue, ...], reference: str) -> list[Row]:
    """The page's values; an amount that was reckoned leads to how."""
    how_address = reverse("citizen:how", args=[reference])
    return [
        Row(
            value.label,
            value.text,
            "money" if value.kind in ("money", "total") else "text",
            strong=value.kind == "total",
            href=how_address if value.has_trace else "",
            action="怎么算的" if value.has_trace else "",
        )
        for value in values
    ]
