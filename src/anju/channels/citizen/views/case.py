"""One application: its pages as the city's policy lists them, its progress, its end."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju.cases import actions, facts
from anju.cases.records import (
    Advanced,
    CodeSent,
    Mistakes,
    NotOpen,
    Submitted,
    TimelineEntry,
)
from anju.channels.citizen.hall import Here, draw, members_only
from anju.channels.citizen.step_page import draw_step, rows_of
from anju.channels.pages import notices
from anju.channels.pages.doors import address_of_visitor
from anju.channels.pages.shapes import Event

NEXT_STATES = {
    "in_review": ("工作人员审核",),
    "returned": ("等待您补正",),
    "paying": ("银行付款",),
}
STOPPED_STATES = ("rejected", "failed", "cancelled", "payment_returned", "reinstated")


@require_GET
@members_only
def cases(request: HttpRequest) -> HttpResponse:
    """Everything the member has applied for, newest first."""
    lines = facts.cases_of(request.person_id, at=request.at)
    return draw(request, "cases", here=Here(tab="services", page="cases"), lines=lines)


@sensitive_post_parameters("code", "business_password")
@require_http_methods(["GET", "POST"])
@members_only
def step(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One page of an application; its kind and its words come from the city's policy."""
    if request.method != "POST":
        return draw_step(request, reference, number, {})
    if request.POST.get("send_code"):
        return _send_code(request, reference, number)
    answer = actions.take_step(
        reference,
        person_id=request.person_id,
        number=number,
        posted={name: request.POST.get(name, "") for name in ("code", "business_password")},
        at=request.at,
    )
    if isinstance(answer, Advanced):
        return redirect("citizen:step", reference, answer.number)
    if isinstance(answer, Submitted):
        return redirect("citizen:done", reference)
    if isinstance(answer, NotOpen):
        return _draw_not_open(request, reference, answer)
    return draw_step(request, reference, number, answer.errors)


def _send_code(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    sent = actions.send_code(
        reference,
        person_id=request.person_id,
        number=number,
        ip=address_of_visitor(request),
        at=request.at,
    )
    if isinstance(sent, CodeSent):
        text = f"验证码已发送到 {sent.phone_masked}，请在有效时间内填写。"
        notices.leave(request, text)
        return redirect(f"{reverse('citizen:step', args=[reference, number])}#id_code")
    return draw_step(request, reference, number, sent.errors)


def _draw_not_open(request: HttpRequest, reference: str, answer: NotOpen) -> HttpResponse:
    return draw(
        request,
        "not_open",
        here=Here(tab="services"),
        status=409,
        findings=answer.findings,
        reference=reference,
    )


@require_GET
@members_only
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a case stands: what happened, what comes next, by when, whom to call."""
    view = facts.case_view(reference, person_id=request.person_id, at=request.at)
    return draw(
        request,
        "case",
        here=Here(tab="services", page="cases"),
        case=view,
        events=_events(view.timeline, view.state),
        rows=rows_of(view.receipt, reference),
    )


def _events(entries: tuple[TimelineEntry, ...], state: str) -> list[Event]:
    """What happened, and after it what is being waited for."""
    events = [Event(entry.title, entry.at, entry.who, entry.note) for entry in entries]
    if events and state in STOPPED_STATES:
        last = events[-1]
        events[-1] = Event(last.title, last.at, last.who, last.note, "stopped")
    return events + [Event(title, state="now") for title in NEXT_STATES.get(state, ())]


@require_GET
@members_only
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """The application is in: its number, what happens next and by when, the receipt."""
    view = facts.case_view(reference, person_id=request.person_id, at=request.at)
    return draw(
        request,
        "done",
        here=Here(tab="services", service=view.service_code),
        case=view,
        rows=rows_of(view.receipt, reference),
    )


@require_GET
@members_only
def how(request: HttpRequest, reference: str) -> HttpResponse:
    """How a case's amount comes about, to be followed with a pocket calculator."""
    quote = facts.quote_trace(reference, person_id=request.person_id, at=request.at)
    return draw(
        request,
        "how",
        here=Here(tab="services", page="cases"),
        quote=quote,
        interest_through=quote.until - timedelta(days=1),
        reference=reference,
    )


@require_POST
@members_only
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an application back."""
    answer = actions.cancel(reference, person_id=request.person_id, at=request.at)
    if isinstance(answer, Mistakes):
        notices.leave(request, " ".join(answer.errors.values()), tone="warn")
    else:
        notices.leave(request, "申请已撤回，留存的款项已恢复为可用余额。")
    return redirect("citizen:case", reference)
