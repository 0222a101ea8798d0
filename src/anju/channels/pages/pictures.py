"""What is said where a picture should be."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from anju.cases.records import EvidenceFile

AWAY = "照片暂时打不开。已存的照片都在，请过几分钟再看。"


def away() -> HttpResponse:
    """The store of pictures does not answer; the page around the picture stays what it is."""
    return HttpResponse(
        AWAY,
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": "60"},
    )


def shown(opened: Callable[[], EvidenceFile]) -> HttpResponse:
    """A picture in the clear, of which nothing keeps a copy; or that the store does not answer."""
    try:
        file = opened()
    except OSError:
        return away()
    return HttpResponse(file.content, content_type=file.content_type)
