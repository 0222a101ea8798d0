"""What is said when a file did not come along."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localdate

from anju import policy


def was_let_go(request: HttpRequest) -> bool:
    """Whether what was sent was too large altogether, and so was let go while it came in."""
    sent = request.META.get("CONTENT_LENGTH") or "0"
    return sent.isdecimal() and int(sent) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def lost_pictures(request: HttpRequest) -> str:
    """That several pictures sent together did not come along; "" where nothing was let go."""
    if not was_let_go(request):
        return ""
    most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
    return f"这次上传的照片合计超过 {most} MB，没有收到，请分几次上传。"


def absent_because(request: HttpRequest, *, nothing_chosen: str) -> str:
    """Why there is no file in this request: none was chosen, or it was too large to be taken in.

    A body above the limit is read and let go without being kept anywhere, so the form looks as if
    nothing had been chosen.
    """
    if not was_let_go(request):
        return nothing_chosen
    most = policy.current().params.evidence_bytes_max.on(localdate(request.at)).value
    return f"照片超过 {most // 1024 // 1024} MB，请换一张小一些的。"
