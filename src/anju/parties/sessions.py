"""A session's life: a new id at sign-in, an idle and an absolute limit by policy and our clock."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils.timezone import localdate

from anju import policy
from anju.parties.models import User

OPENED: Final = "opened_at"
SEEN: Final = "seen_at"
HALL: Final = "hall"
CHANNEL: Final = "channel"
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_HALLS: Final = {"member": "citizen", "staff": "counter"}
# Writing on every request would turn each page view into an update of the session's row.
_NOTED_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Live:
    """The session goes on."""


@dataclass(frozen=True)
class Ended:
    """The session is over; the text tells the person why."""

    code: str
    text: str


def begin(request: HttpRequest, user: User, *, hall: str, channel: str, at: datetime) -> None:
    """Start a session for somebody who has just signed in.

    Whatever the visitor carried before is dropped with its id, so a session planted beforehand
    (fixation) leads nowhere. `channel` ("h5", "web", "counter") stays for the session's life.
    Raises ValueError when this kind of user has no business in this hall.
    """
    if _HALLS.get(user.kind) != hall:
        raise ValueError(f"a {user.kind} does not enter the {hall} hall")
    request.session.flush()
    login(request, user, backend=_BACKEND)
    request.session[HALL] = hall
    request.session[CHANNEL] = channel
    request.session[OPENED] = at.isoformat()
    request.session[SEEN] = at.isoformat()


def check(session: MutableMapping[str, Any], user: Any, at: datetime) -> Live | Ended:
    """Whether a signed-in session may go on at `at`; notes that it was used.

    Visitors who have not signed in are always live. Call once per request; on Ended, `end` it.
    """
    if not user.is_authenticated:
        return Live()
    params, day = policy.current().params, localdate(at)
    if user.kind == User.Kind.STAFF:
        idle = params.staff_session_idle_seconds.on(day).value
        whole = params.staff_session_absolute_seconds.on(day).value
    else:
        idle = params.member_session_idle_seconds.on(day).value
        whole = params.member_session_absolute_seconds.on(day).value
    try:
        opened, seen = (datetime.fromisoformat(session[key]) for key in (OPENED, SEEN))
    except (KeyError, TypeError, ValueError):
        return Ended("session_unknown", "请重新登录")
    if session.get(HALL) != _HALLS.get(user.kind):
        return Ended("session_elsewhere", "请从本页面重新登录")
    if at - seen > timedelta(seconds=idle):
        return Ended("session_idle", f"您已 {idle // 60} 分钟没有操作，为了资金安全请重新登录")
    if at - opened > timedelta(seconds=whole):
        return Ended("session_old", "登录时间已到上限，请重新登录")
    if at - seen >= _NOTED_EVERY:
        session[SEEN] = at.isoformat()
    return Live()


def end(request: HttpRequest) -> None:
    """Sign out: the session and everything in it is gone on the server too."""
    logout(request)
