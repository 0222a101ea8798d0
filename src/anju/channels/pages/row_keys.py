"""Keys of rows as addresses and forms name them."""

from __future__ import annotations

_DIGITS = 18


def row_key(text: str) -> int | None:
    """The key of a row as an address or a form may name it; None for what can be none."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
