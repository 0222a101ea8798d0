"""Coming in and going out: sign-in with a proof of work, or without script with an SMS code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju import policy
from anju.channels.citizen.hall import (
    ENTRY_COOKIE,
    channel_of,
    draw,
    home_of,
    is_member,
)
from anju.channels.pages import notices
from anju.channels.pages.doors import address_of_visitor, renewal_seconds, safe_next
from anju.channels.pages.forms import CodeForm, SignInForm, problems_of
from anju.parties import captcha, sessions
from anju.parties import sign_in as parties
from anju.parties.answers import CodeSent, SignedIn
from anju.policy.shapes import SignIn

_TICKET = "sign_in_ticket"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, channel: str) -> HttpResponse:
    """The sign-in page of an entry; without a solved challenge an SMS code takes its place."""
    if is_member(request):
        return redirect(safe_next(request, home_of(channel_of(request))))
    if request.method != "POST":
        return _draw_sign_in(request, SignInForm(words=_words()), channel)
    form = SignInForm(request.POST, words=_words())
    if not form.is_valid():
        return _draw_sign_in(request, form, channel)
    typed, ip = form.cleaned_data, address_of_visitor(request)
    answer: SignedIn | CodeSent | parties.Refused
    if typed["captcha"]:
        answer = parties.member(**typed, ip=ip, at=request.at)
    else:
        answer = parties.member_by_sms(
            id_number=typed["id_number"], password=typed["password"], ip=ip, at=request.at
        )
    if isinstance(answer, SignedIn):
        return _enter(request, answer, channel)
    if isinstance(answer, CodeSent):
        return _to_code(request, answer, channel)
    form.add_error(None, f"{answer.text}。")
    return _draw_sign_in(request, form, channel)


def _draw_sign_in(request: HttpRequest, form: SignInForm, channel: str) -> HttpResponse:
    return draw(
        request,
        "sign_in",
        problems=problems_of(form),
        form=form,
        here=None,
        words=_words(),
        address=_address("sign_in", channel),
        challenge=reverse("citizen:challenge"),
        sign_up=reverse("citizen:sign_up"),
        forgot=reverse("citizen:forgot"),
        next=safe_next(request, ""),
        renew_seconds=renewal_seconds(request.at),
    )


def _words() -> SignIn:
    return policy.current().identity.sign_in


def _address(name: str, channel: str) -> str:
    return reverse(f"citizen:{'h5_' if channel == 'h5' else ''}{name}")


def _enter(request: HttpRequest, signed_in: SignedIn, channel: str) -> HttpResponse:
    wanted = safe_next(request, home_of(channel))
    sessions.begin(request, signed_in.user, hall="citizen", channel=channel, at=request.at)
    response = redirect(wanted)
    # Not a secret: only which of the two doors to show once the session has ended.
    response.set_cookie(
        ENTRY_COOKIE, channel, samesite="Lax", httponly=True, secure=request.is_secure()
    )
    return response


def _to_code(request: HttpRequest, sent: CodeSent, channel: str) -> HttpResponse:
    request.session[_TICKET] = {
        "ticket": sent.ticket,
        "text": sent.text,
        "next": safe_next(request, ""),
    }
    return redirect(_address("sign_in_code", channel))


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, channel: str) -> HttpResponse:
    """The second step without script: the code that came to the registered phone."""
    waiting = request.session.get(_TICKET)
    if waiting is None:
        return redirect(_address("sign_in", channel))
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        answer = parties.member_by_sms_code(
            ticket=waiting["ticket"],
            code=request.POST.get("code", ""),
            ip=address_of_visitor(request),
            at=request.at,
        )
        if isinstance(answer, SignedIn):
            return _enter(request, answer, channel)
        form.add_error("code", f"{answer.text}。")
    return draw(
        request,
        "sign_in_code",
        problems=problems_of(form),
        form=form,
        text=waiting["text"],
        next=waiting["next"],
        back=_address("sign_in", channel),
    )


@require_GET
def challenge(request: HttpRequest) -> HttpResponse:
    """A fresh proof-of-work challenge for the sign-in page's script."""
    return JsonResponse(captcha.challenge(request.at))


@require_GET
def sign_up(request: HttpRequest) -> HttpResponse:
    """Registering on one's own comes later; where to go meanwhile."""
    return draw(request, "later", title=_words().sign_up, act="sign_up", branches=_branches())


@require_GET
def forgot(request: HttpRequest) -> HttpResponse:
    """Resetting a password on one's own comes later; where to go meanwhile."""
    return draw(request, "later", title=_words().forgot, act="forgot", branches=_branches())


def _branches() -> tuple[policy.Branch, ...]:
    return tuple(policy.current().branches.values())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session is gone on the server too."""
    channel = channel_of(request)
    sessions.end(request)
    notices.leave(request, "您已安全退出。")
    return redirect(_address("sign_in", channel))
