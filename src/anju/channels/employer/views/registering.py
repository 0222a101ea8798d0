"""Registering with an invitation, and choosing another password when it is forgotten.

Both are one page: what identifies, a code to the phone, the password. What was typed is never
kept: the code's button sends the whole form and it comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anju.channels.employer.forms import ForgotForm, NewPasswordForm, SignUpForm
from anju.channels.employer.hall import draw
from anju.channels.employer.views.sign_in import words
from anju.channels.pages import notices
from anju.channels.pages.doors import address_of_visitor
from anju.channels.pages.forms import problems_of
from anju.parties import registering
from anju.parties.answers import CodeSent, Refused

_TICKETS = "agent_tickets"
CODE_FIELDS = {"code_expired": "code", "code_for_other": "code", "code_spent": "code"} | {
    "code_wrong": "code",
    "password": "password",
}


@sensitive_post_parameters("password", "again", "id_number", "phone", "name")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """An agent whom an employer has invited registers."""

    def who(form: NewPasswordForm) -> registering.Applicant:
        typed = form.cleaned_data
        return registering.Applicant(*(typed[name] for name in SignUpForm.asks))

    page = CodePage(
        "sign_up",
        words().sign_up,
        SignUpForm,
        lambda form, **at: registering.ask_to_register(who(form), **at),
        lambda form, **at: registering.register(who(form), **_chosen(form), **at),
        "注册成功，请登录。",
    )
    return serve(request, page)


@sensitive_post_parameters("password", "again", "id_number", "phone")
@require_http_methods(["GET", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """A registered agent chooses another password."""

    def who(form: NewPasswordForm) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in ForgotForm.asks}

    page = CodePage(
        "forgot",
        words().forgot,
        ForgotForm,
        lambda form, **at: registering.ask_to_reset(**who(form), **at),
        lambda form, **at: registering.reset(**who(form), **_chosen(form), **at),
        "密码已重设，各设备上的登录都已结束，请用新密码登录。",
    )
    return serve(request, page)


def _chosen(form: NewPasswordForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("code", "password")}


@dataclass(frozen=True)
class CodePage:
    """One page with a code to a phone: `ask` sends the code, `finish` takes it all.

    Both are called with the form, `at` and `ip`, `finish` with the ticket too. `fields` says
    beside which field a refusal stands; afterwards `done` is told on the page called `then`.
    """

    name: str
    title: str
    kind: type[NewPasswordForm]
    ask: Callable[..., CodeSent | Refused]
    finish: Callable[..., registering.Done | Refused]
    done: str
    then: str = "employer:sign_in"
    here: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: CODE_FIELDS)


def serve(request: HttpRequest, page: CodePage) -> HttpResponse:
    """Draw the page, send the code, or take it all."""
    if request.method != "POST":
        return _draw(request, page, page.kind(), "")
    form, where = page.kind(request.POST), {"ip": address_of_visitor(request), "at": request.at}
    kept = request.session.get(_TICKETS, {}).get(page.name, {})
    if "send_code" in request.POST:
        answer = page.ask(form, **where) if form.asked() else None
        if isinstance(answer, CodeSent):
            _keep(request, page.name, answer)
            return _draw(request, page, form, f"{answer.text}。")
        if answer is not None:
            form.add_error("code", f"{answer.text}。")
        return _draw(request, page, form, "")
    if form.is_valid():
        outcome = page.finish(form, ticket=kept.get("ticket", ""), **where)
        if isinstance(outcome, registering.Done):
            request.session.pop(_TICKETS, None)
            notices.leave(request, page.done)
            return redirect(page.then)
        form.add_error(page.fields.get(outcome.code), f"{outcome.text}。")
    return _draw(request, page, form, "")


def _keep(request: HttpRequest, name: str, sent: CodeSent) -> None:
    kept: dict[str, Any] = request.session.get(_TICKETS, {})
    entry = {"ticket": sent.ticket, "resend_at": sent.resend_at.isoformat()}
    request.session[_TICKETS] = {**kept, name: entry}


def _draw(request: HttpRequest, page: CodePage, form: NewPasswordForm, told: str) -> HttpResponse:
    kept, wait = request.session.get(_TICKETS, {}).get(page.name), 0
    if kept:
        until = datetime.fromisoformat(kept["resend_at"])
        wait = max(0, round((until - request.at).total_seconds()))
    return draw(
        request,
        page.name,
        here=page.here,
        problems=problems_of(form),
        title=page.title,
        form=form,
        told=told,
        wait_seconds=wait,
    )
