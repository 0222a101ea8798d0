"""One sentence for the next page: kept in the session, drawn once in the page's flow."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from anju.channels.pages.shapes import Tone

_KEY = "notices"


@dataclass(frozen=True, slots=True)
class Notice:
    """What to say on the next page, and in which tone."""

    tone: Tone
    text: str


def leave(request: HttpRequest, text: str, *, tone: Tone = "ok") -> None:
    """Leave a sentence for the next page this session draws."""
    request.session[_KEY] = [*request.session.get(_KEY, []), [tone, text]]


def take(request: HttpRequest) -> tuple[Notice, ...]:
    """Return what was left and forget it."""
    session = getattr(request, "session", None)
    if session is None or _KEY not in session:
        return ()
    return tuple(Notice(tone, text) for tone, text in session.pop(_KEY))
