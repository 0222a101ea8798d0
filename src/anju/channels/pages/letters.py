"""A page of A4 that says something and has a number: a certificate, a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anju.channels.pages.sheets import drawn


@dataclass(frozen=True)
class Letter:
    """What stands on the page: prose, then labels with values, then notes in small print."""

    title: str
    number: str
    on: date
    paragraphs: Sequence[str] = ()
    rows: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()


def paper(letter: Letter, *, center: str) -> bytes:
    """The letter as a PDF, the centre's name and the day below it."""
    data = {
        "title": letter.title,
        "number": letter.number,
        "on": f"{letter.on:%Y年%m月%d日}",
        "paragraphs": list(letter.paragraphs),
        "rows": [{"label": label, "value": value} for label, value in letter.rows],
        "notes": list(letter.notes),
        "center": center,
    }
    return drawn("letter.typ", data, title=letter.title)
