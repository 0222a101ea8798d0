"""Turns away what can only be a mistake or an attack, before a view looks at it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from anju.config.environment import Environment
from anju.config.halls import HALLS


class WellFormedMiddleware:
    """Looks at where a request goes and at its texts; forms have been checked to be ours by then.

    Where each hall has a hostname, the other halls' addresses are not there: the door of staff is
    no page of the public site. What belongs to no hall is there for all. And no text of ours holds
    a zero byte, which PostgreSQL refuses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> None:
        """Raise Http404 or SuspiciousOperation (400)."""
        environment: Environment = settings.ENVIRONMENT
        found = request.resolver_match
        room = found.app_names[0] if found and found.app_names else ""
        if environment.hall_hosts and room in HALLS and room != request.hall:
            raise Http404
        texts = [*map(str, kwargs.values()), *_values(request.GET)]
        if room != "inbound":
            # A signed notice is no form: its bytes are read once, as they came.
            texts += _values(request.POST)
        if any("\0" in text for text in texts):
            raise SuspiciousOperation("a zero byte")


def _values(sent: QueryDict) -> list[str]:
    return [text for _name, texts in sent.lists() for text in texts]
