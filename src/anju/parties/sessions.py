"""A session's life: a new id at sign-in, an idle and an absolute limit by policy and our clock."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest
from django.utils.timezone import localdate

from anju import policy
from anju.parties import agent_sessions
from anju.parties.models import User

OPENED: Final = "opened_at"
SEEN: Final = "seen_at"
HALL: Final = "hall"
CHANNEL: Final = "channel"
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_HALLS: Final = {"member": "citizen", "agent": "employer", "staff": "counter"}
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
    (fixation) leads nowhere. `channel` ("h5", "web", "employer", "counter") stays for its life.
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
    if user.kind == User.Kind.AGENT:
        said = request.headers.get("User-Agent", "")
        request.session[agent_sessions.MARK] = agent_sessions.opened(
            user.pk, user_agent=said, at=at
        )


def check(session: MutableMapping[str, Any], user: Any, at: datetime) -> Live | Ended:
    """Whether a signed-in session may go on at `at`; notes that it was used.

    Visitors who have not signed in are always live. Call once per request; on Ended, `end` it.
    """
    if not user.is_authenticated:
        return Live()
    idle, whole = _limits(str(user.kind), at)
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
    is_agent = user.kind == User.Kind.AGENT
    over = agent_sessions.problem_of(session, user.pk) if is_agent else None
    if over is not None:
        return Ended("session_ended", over)
    if at - seen >= _NOTED_EVERY:
        session[SEEN] = at.isoformat()
        if is_agent:
            agent_sessions.seen(session, at)
    return Live()


def _limits(kind: str, at: datetime) -> tuple[int, int]:
    """Seconds that a session of this kind of user may idle, and may last."""
    params, day = policy.current().params, localdate(at)
    idle, whole = {
        "member": (params.member_session_idle_seconds, params.member_session_absolute_seconds),
        "agent": (params.agent_session_idle_seconds, params.agent_session_absolute_seconds),
        "staff": (params.staff_session_idle_seconds, params.staff_session_absolute_seconds),
    }[kind]
    return int(idle.on(day).value), int(whole.on(day).value)


def end(request: HttpRequest) -> None:
    """Sign out: the session and everything in it is gone on the server too."""
    if agent_sessions.MARK in request.session:
        agent_sessions.signed_out(request.session, request.at)
    logout(request)


def keep(request: HttpRequest, user_id: int) -> None:
    """Let this session, under a new id, outlive a change of its own user's password."""
    update_session_auth_hash(request, User.objects.get(pk=user_id))
