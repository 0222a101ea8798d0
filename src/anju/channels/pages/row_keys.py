"""Keys of rows, and days, as addresses and forms name them; and where long lists go on."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

_DIGITS = 18


def row_key(text: str) -> int | None:
    """The key of a row as an address or a form may name it; None for what can be none."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def named_day(text: str) -> date:
    """The day an address names. Raises Http404 for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def row_before(request: HttpRequest) -> int | None:
    """The row before which a list is asked to go on; None for its beginning. Raises Http404."""
    asked = request.GET.get("before", "")
    row = row_key(asked)
    if asked and row is None:
        raise Http404
    return row


def day_before(request: HttpRequest) -> date | None:
    """The day before which a list is asked to go on; None for its beginning. Raises Http404."""
    asked = request.GET.get("before", "")
    return named_day(asked) if asked else None


def more_href(name: str, before: object, **asked: str) -> str:
    """Where a list goes on `before` a row or day, with what else it is asked; empty at its end."""
    if not before:
        return ""
    query = {key: text for key, text in asked.items() if text}
    return f"{reverse(name)}?{urlencode({**query, 'before': str(before)})}"
