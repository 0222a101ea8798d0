"""The halls: whose pages stand under which path, one cookie and one kind of user each."""

from __future__ import annotations

from typing import Final

HALLS: Final = ("citizen", "employer", "counter")
PREFIXES: Final = {"counter": "counter/", "employer": "unit/"}
"""The path of each hall but the citizens', which is the root of the site."""


def of_path(path: str) -> str:
    """The hall to which a path belongs where halls have no hostnames of their own."""
    found = (hall for hall, prefix in PREFIXES.items() if path.startswith(f"/{prefix}"))
    return next(found, "citizen")
