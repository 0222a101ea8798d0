"""What is said when a file did not come along."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localdate

from anju import policy


def absent_because(request: HttpRequest, *, nothing_chosen: str) -> str:
    """Why there is no file in this request: none was chosen, or it was too large to be taken in.

    A body above the limit is read and let go without being kept anywhere, so the form looks as if
    nothing had been chosen.
    """
    sent = request.META.get("CONTENT_LENGTH") or "0"
    if not sent.isdecimal() or int(sent) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        return nothing_chosen
    most = policy.current().params.evidence_bytes_max.on(localdate(request.at)).value
    return f"照片超过 {most // 1024 // 1024} MB，请换一张小一些的。"
