"""What every request carries: its id, its instant, its hall, its session, its business date."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from importlib import import_module

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from anju import ports
from anju.channels.citizen import hall as citizen
from anju.channels.pages import notices
from anju.config import halls
from anju.config.environment import Environment
from anju.parties import sessions

Answer = Callable[[HttpRequest], HttpResponse]
_log = structlog.get_logger("anju.request")
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# No database, no clock, no session: a probe must answer while everything else is being mended.
PROBES = ("/healthz", "/readyz")
# Files that are the same for everybody: styles, scripts, the city's logo and colours.
PUBLIC_FILES = (settings.STATIC_URL, "/city/")


def hall_of(request: HttpRequest, environment: Environment) -> str:
    """Which hall this request enters: by hostname in production, by path elsewhere."""
    if environment.hall_hosts:
        # As sent: a host that is not ours is refused further in, where answers get their headers.
        host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
        return environment.hall_hosts.get(host.partition(":")[0].lower(), "citizen")
    return halls.of_path(request.path_info)


def cookie_name(center: str, hall: str, production: bool) -> str:
    """One name per centre and hall, because neither a path nor a port separates cookies."""
    return f"{'__Host-' if production else ''}anju_{center}_{hall}"


def address_of(request: HttpRequest, environment: Environment) -> str:
    """Who knocks, for the limits that count by network address.

    Behind our proxy everybody comes from the proxy's own address; the last entry of
    X-Forwarded-For is the one that the proxy wrote. What stands before it anybody may have sent.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if not environment.proxy_tls:
        return seen
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or seen


class RequestMiddleware:
    """The outermost one: id, instant and hall in; security headers and one log line out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        environment: Environment = settings.ENVIRONMENT
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        request.hall = "citizen"
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=request.request_id, center=environment.center
        )
        if request.path_info not in PROBES:
            request.at = ports.clock().now()
            request.hall = hall_of(request, environment)
            request.META["REMOTE_ADDR"] = address_of(request, environment)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=()")
        if not request.path_info.startswith(PUBLIC_FILES):
            # Pages show a person's money, or lead to one that does: no copy stays anywhere.
            response.headers["Cache-Control"] = "no-store"
            add_never_cache_headers(response)
        route = getattr(request.resolver_match, "view_name", None) or "unrouted"
        _log.info(
            "request",
            method=request.method,
            route=route,
            hall=request.hall,
            status=response.status_code,
            ms=round((time.monotonic() - started) * 1000, 1),
        )
        return response


class HallSessionMiddleware:
    """Sessions with a cookie per hall.

    A session belongs to the hall that opened it: its key carried over under another hall's cookie
    name opens nothing.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.store = import_module(settings.SESSION_ENGINE).SessionStore

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES or request.path_info.startswith(PUBLIC_FILES):
            request.session = self.store()
            return self.get_response(request)
        environment: Environment = settings.ENVIRONMENT
        name = cookie_name(environment.center, request.hall, environment.production)
        request.session = self.store(request.COOKIES.get(name))
        if request.session.get("hall", request.hall) != request.hall:
            # Another hall's session stays whole; this request simply does not have it.
            request.session = self.store()
        response = self.get_response(request)
        return self._remember(request, response, name)

    @staticmethod
    def _remember(request: HttpRequest, response: HttpResponse, name: str) -> HttpResponse:
        session = request.session
        empty = session.is_empty()
        if session.accessed or name in request.COOKIES:
            patch_vary_headers(response, ("Cookie",))
        if empty and name in request.COOKIES:
            response.delete_cookie(name, path="/", samesite="Lax")
            if settings.SESSION_COOKIE_SECURE:
                response.cookies[name]["secure"] = True
        elif session.modified and not empty and response.status_code < 500:
            session.setdefault("hall", request.hall)
            try:
                session.save()
            except UpdateError:
                # Signed out in another tab while this request ran: nothing to remember.
                response.delete_cookie(name, path="/", samesite="Lax")
                return response
            response.set_cookie(
                name,
                session.session_key,
                path="/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class LiveSessionMiddleware:
    """Ends sessions that idled or lasted too long, or whose person may no longer enter."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES or request.path_info.startswith(PUBLIC_FILES):
            return self.get_response(request)
        state = sessions.check(request.session, request.user, request.at)
        if isinstance(state, sessions.Ended):
            return self._to_sign_in(request, state)
        return self.get_response(request)

    @staticmethod
    def _to_sign_in(request: HttpRequest, ended: sessions.Ended) -> HttpResponse:
        """What was asked for is not done; the hall's sign-in page says why."""
        sessions.end(request)
        request.session_ended = ended.text
        if request.hall == "citizen":
            response = citizen.to_sign_in(request)
        else:
            notices.leave(request, ended.text, tone="warn")
            response = HttpResponseRedirect(reverse(f"{request.hall}:sign_in"))
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": response["Location"]})
        return response


class BusinessDayMiddleware:
    """Sets `request.business_date`: the day the books are on, which is not always the clock's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in PROBES:
            from anju.config import wiring

            request.business_date = wiring.business_date(request.at)
        return self.get_response(request)
