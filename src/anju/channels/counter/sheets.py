"""Evidence as a clerk leafs through it: one sheet after the other across all slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anju.cases.records import Slot


@dataclass(frozen=True)
class Sheet:
    """One picture: which slot, which page of it, and whether it is the one shown."""

    id: int
    label: str
    number: int
    count: int
    uploaded_at: datetime
    is_shown: bool

    @property
    def name(self) -> str:
        """`身份证正面` or, of several, `结婚证 2/3`."""
        return self.label if self.count == 1 else f"{self.label} {self.number}/{self.count}"


def sheets(slots: Iterable[Slot], chosen: str = "") -> tuple[Sheet, ...]:
    """Every page of every slot in order; the chosen one is shown, else the first.

    Args:
        slots: the case's slots with their pages.
        chosen: the id of the page asked for, as it came in the address; anything else is ignored.
    """
    pages = [(slot, page) for slot in slots for page in slot.pages]
    known = {str(page.id) for _, page in pages}
    shown = chosen if chosen in known else (str(pages[0][1].id) if pages else "")
    return tuple(
        Sheet(
            id=page.id,
            label=slot.label,
            number=slot.pages.index(page) + 1,
            count=len(slot.pages),
            uploaded_at=page.uploaded_at,
            is_shown=str(page.id) == shown,
        )
        for slot, page in pages
    )
