"""What is said where a picture should be."""

from __future__ import annotations

from django.http import HttpResponse

AWAY = "照片暂时打不开。已存的照片都在，请过几分钟再看。"


def away() -> HttpResponse:
    """The store of pictures does not answer; the page around the picture stays what it is."""
    return HttpResponse(
        AWAY,
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": "60"},
    )
