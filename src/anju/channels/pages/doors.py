"""What the sign-in pages of all halls share."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from anju import policy

_SECONDS_BEFORE_RENEWAL = 60


def address_of_visitor(request: HttpRequest) -> str:
    """The network address that limits count by."""
    return str(request.META.get("REMOTE_ADDR", ""))


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go after signing in: a path of this site, or `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return otherwise


def renewal_seconds(at: datetime) -> int:
    """After how many seconds a page left open asks for a fresh challenge."""
    seconds = policy.current().params.captcha_ttl_seconds.on(at.date()).value
    return max(_SECONDS_BEFORE_RENEWAL, seconds - _SECONDS_BEFORE_RENEWAL)
