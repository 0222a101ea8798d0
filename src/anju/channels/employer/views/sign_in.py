"""Coming in and going out: the password first, then a second factor; then for whom to act."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju import policy
from anju.channels.employer.forms import TotpForm
from anju.channels.employer.hall import act_by, draw, is_agent
from anju.channels.pages import notices
from anju.channels.pages.doors import address_of_visitor, renewal_seconds, safe_next
from anju.channels.pages.forms import CodeForm, SignInForm, problems_of
from anju.parties import agent_facts, captcha, sessions
from anju.parties import agent_sign_in as parties
from anju.parties.answers import CodeSent, HalfWay, Refused, SignedIn
from anju.policy.shapes import SignIn

_HALF, _SENT, _NEXT = "agent_half", "agent_sent", "agent_next"


def words() -> SignIn:
    """The city's own words for this door."""
    return policy.current().identity.employer_sign_in


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """ID number and password; without a solved challenge an SMS code takes its place."""
    if is_agent(request):
        return redirect(safe_next(request, reverse("employer:home")))
    if request.method != "POST":
        return _draw_sign_in(request, SignInForm(words=words()))
    form = SignInForm(request.POST, words=words())
    if not form.is_valid():
        return _draw_sign_in(request, form)
    typed, ip = form.cleaned_data, address_of_visitor(request)
    answer: HalfWay | CodeSent | Refused
    if typed["captcha"]:
        answer = parties.first_step(**typed, ip=ip, at=request.at)
    else:
        answer = parties.first_step_by_sms(
            id_number=typed["id_number"], password=typed["password"], ip=ip, at=request.at
        )
    if isinstance(answer, Refused):
        form.add_error(None, f"{answer.text}。")
        return _draw_sign_in(request, form)
    for key in (_HALF, _SENT):
        request.session.pop(key, None)
    request.session[_NEXT] = safe_next(request, "")
    if isinstance(answer, CodeSent):
        _keep(request, answer)
    else:
        request.session[_HALF] = asdict(answer)
        if not parties.uses_totp(answer, at=request.at):
            sent = parties.send_code(answer, ip=ip, at=request.at)
            if isinstance(sent, CodeSent):
                _keep(request, sent)
    return redirect("employer:second_factor")


def _draw_sign_in(request: HttpRequest, form: SignInForm) -> HttpResponse:
    return draw(
        request,
        "sign_in",
        problems=problems_of(form),
        form=form,
        words=words(),
        address=reverse("employer:sign_in"),
        challenge=reverse("employer:challenge"),
        sign_up=reverse("employer:sign_up"),
        forgot=reverse("employer:forgot"),
        next=safe_next(request, ""),
        renew_seconds=renewal_seconds(request.at),
    )


def _keep(request: HttpRequest, sent: CodeSent) -> None:
    request.session[_SENT] = {
        "ticket": sent.ticket,
        "text": sent.text,
        "resend_at": sent.resend_at.isoformat(),
    }


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code by SMS, or of the agent's app where there is one."""
    kept = request.session.get(_HALF)
    half = HalfWay(**kept) if kept else None
    sent = request.session.get(_SENT)
    if half is None and sent is None:
        return redirect("employer:sign_in")
    typed = request.POST
    way = next((name for name in ("send_code", "totp", "code") if name in typed), "")
    totp = TotpForm(typed if way == "totp" else None)
    code = CodeForm(typed if way in ("code", "send_code") else None)
    answer: SignedIn | CodeSent | Refused | None = None
    ip = address_of_visitor(request)
    if way == "send_code" and half is not None:
        answer = parties.send_code(half, ip=ip, at=request.at)
    elif way == "totp" and half is not None and totp.is_valid():
        answer = parties.by_totp(half, code=totp.cleaned_data["totp"], ip=ip, at=request.at)
    elif way == "code":
        ticket = sent["ticket"] if sent else ""
        answer = parties.by_code(ticket=ticket, code=typed["code"], ip=ip, at=request.at)
    if isinstance(answer, SignedIn):
        return _enter(request, answer)
    if isinstance(answer, CodeSent):
        _keep(request, answer)
        return redirect("employer:second_factor")
    if answer is not None:
        form, field = (totp, "totp") if way == "totp" else (code, "code")
        form.add_error(field, f"{answer.text}。")
    return _draw_second(request, half, sent, totp, code)


def _draw_second(
    request: HttpRequest, half: HalfWay | None, sent: Any, totp: TotpForm, code: CodeForm
) -> HttpResponse:
    wait = 0
    if sent:
        until = datetime.fromisoformat(sent["resend_at"])
        wait = max(0, round((until - request.at).total_seconds()))
    return draw(
        request,
        "second_factor",
        problems=(*problems_of(totp), *problems_of(code)),
        totp=totp if half is not None and parties.uses_totp(half, at=request.at) else None,
        code=code,
        text=sent["text"] if sent else "",
        can_send=half is not None,
        wait_seconds=wait,
    )


def _enter(request: HttpRequest, signed_in: SignedIn) -> HttpResponse:
    wanted = request.session.get(_NEXT, "")
    sessions.begin(request, signed_in.user, hall="employer", channel="employer", at=request.at)
    found = agent_facts.appointments_of(signed_in.user.pk)
    if len(found) != 1:
        return redirect("employer:choose")
    act_by(request, found[0].appointment_id)
    return redirect(wanted or "employer:home")


@require_GET
def challenge(request: HttpRequest) -> HttpResponse:
    """A fresh proof-of-work challenge for the sign-in page's script."""
    return JsonResponse(captcha.challenge(request.at))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session is gone on the server too."""
    sessions.end(request)
    notices.leave(request, "您已安全退出。")
    return redirect("employer:sign_in")
