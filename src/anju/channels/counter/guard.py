"""Who may enter the counter: signed-in staff, and only cases that are theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from anju.cases.records import NotYours

View = Callable[..., HttpResponse]


def is_staff(request: HttpRequest) -> bool:
    """Whether a member of staff is signed in at this hall."""
    return request.user.is_authenticated and getattr(request.user, "kind", "") == "staff"


def staff_only(view: View) -> View:
    """Let staff in and send everybody else to sign in, coming back here afterwards.

    A case of another branch, or none at all, is answered alike: there is no such page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_staff(request):
            return redirect(_sign_in_address(request))
        try:
            return view(request, *args, **kwargs)
        except NotYours as error:
            raise Http404 from error

    guarded.staff_only = True  # type: ignore[attr-defined]  # a guard test looks for this mark
    return guarded


def _sign_in_address(request: HttpRequest) -> str:
    """Only a page that was asked for is worth coming back to; an act is never repeated."""
    address = reverse("counter:sign_in")
    if request.method != "GET" or request.path == reverse("counter:home"):
        return address
    return f"{address}?{urlencode({'next': request.get_full_path()})}"
