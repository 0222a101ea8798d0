"""Keys of rows, and days, as addresses and forms name them."""

from __future__ import annotations

from datetime import date

from django.http import Http404

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
