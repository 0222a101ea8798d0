"""What every template may show without asking: the city's policy, the hall, the request's id."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from anju import policy
from anju.channels.pages.views import LARGE_COOKIE


def hall(request: HttpRequest) -> dict[str, Any]:
    """`policy`, `identity`, `hall`, `at`, `request_id` and `is_large` for every page."""
    try:
        current = policy.current()
    except (AttributeError, LookupError, RuntimeError):
        # An error page must come even when the policy is what failed.
        current = None
    return {
        "policy": current,
        "identity": getattr(current, "identity", None),
        "hall": getattr(request, "hall", "citizen"),
        "at": getattr(request, "at", None),
        "request_id": getattr(request, "request_id", ""),
        "is_large": request.COOKIES.get(LARGE_COOKIE) == "1",
    }
