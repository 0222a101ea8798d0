"""Who may enter the counter: signed-in staff, and only cases that are theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from anju.cases.records import NotYours

View = Callable[..., HttpResponse]


def is_staff(request: HttpRequest) -> bool:
    """Whether a member of staff is signed in at this hall."""
    return request.user.is_authenticated and getattr(request.user, "kind", "") == "staff"


def has_role(request: HttpRequest, roles: frozenset[str]) -> bool:
    """Whether the member of staff who is signed in has one of these roles."""
    return bool(roles & frozenset(request.user.roles))


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


def for_roles(roles: frozenset[str]) -> Callable[[View], View]:
    """Let those in whose work it is; stands under `staff_only`. Others are told, with a 403."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_role(request, roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def _sign_in_address(request: HttpRequest) -> str:
    """Only a page that was asked for is worth coming back to; an act is never repeated."""
    address = reverse("counter:sign_in")
    if request.method != "GET" or request.path == reverse("counter:home"):
        return address
    return f"{address}?{urlencode({'next': request.get_full_path()})}"
