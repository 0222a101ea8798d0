"""Coming to work and leaving: name, password and code in; out by hand or by idling."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from anju.channels.counter.forms import SignInForm
from anju.channels.counter.guard import is_staff, staff_only
from anju.channels.counter.shell import draw
from anju.parties import sessions
from anju.parties import sign_in as parties_sign_in
from anju.parties.sign_in import SignedIn

ENDED = {
    "idle": "您有一段时间没有操作，为保护职工信息已自动退出。请重新登录后继续。",
    "out": "您已退出。",
}


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who is at the counter; on the way in, go where the person wanted to go."""
    wanted = _wanted(request)
    if request.method != "POST":
        if is_staff(request):
            return redirect(wanted or "counter:home")
        ended = ENDED.get(request.GET.get("ended", ""), "")
        return draw(request, "sign_in", form=SignInForm(), wanted=wanted, ended=ended)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return draw(request, "sign_in", form=form, wanted=wanted, status=422)
    answer = parties_sign_in.staff(
        **form.cleaned_data, ip=request.META.get("REMOTE_ADDR", ""), at=request.at
    )
    if isinstance(answer, SignedIn):
        sessions.begin(request, answer.user, hall="counter", channel="counter", at=request.at)
        return redirect(wanted or "counter:home")
    # Neither secret is sent back; only the name is kept.
    again = SignInForm(initial={"username": form.cleaned_data["username"]})
    return draw(request, "sign_in", form=again, wanted=wanted, refused=answer.text, status=422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the page says why when it was idling."""
    sessions.end(request)
    why = "idle" if request.POST.get("why") == "idle" else "out"
    response = redirect("counter:sign_in")
    response["Location"] += f"?ended={why}"
    return response


@require_POST
@staff_only
def stay(request: HttpRequest) -> HttpResponse:
    """The person is still at work: reaching here is what keeps the session."""
    return HttpResponse(status=204)


def _wanted(request: HttpRequest) -> str:
    """The page asked for before signing in, if it is one of this hall."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours and address.startswith("/counter/") else ""
