"""A case's places for pictures as the component draws them, whichever hall it is in."""

from __future__ import annotations

from collections.abc import Callable

from anju.cases.records import Slot as CaseSlot
from anju.channels.pages.shapes import Photo, Slot
from anju.channels.pages.templatetags.pages import moment

# The one picture taken of oneself uses the camera that looks at oneself.
SELF_PORTRAITS = ("live_photo",)


def drawn_slot(slot: CaseSlot, *, href: Callable[[int], str], error: str = "") -> Slot:
    """A slot with its pictures; `href` gives the address of a picture by its key."""
    photos = tuple(
        Photo(
            f"{slot.label} 第 {page.page_no} 张",
            href(page.id),
            str(page.id),
            f"{moment(page.uploaded_at)} 上传",
        )
        for page in slot.pages
    )
    return Slot(
        code=slot.code,
        label=slot.label,
        required=slot.required,
        pages_max=slot.pages_max,
        example=slot.example,
        hint=slot.hint,
        photos=photos,
        camera="user" if slot.code in SELF_PORTRAITS else "environment",
        error=error,
    )
