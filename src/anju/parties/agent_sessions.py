"""The sign-ins of an agent: which there are, on which device, how they end before their time."""

import hashlib
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final

from django.utils.timezone import localdate

from anju import policy
from anju.parties.models import AgentSession

MARK: Final = "agent_mark"
SIGNED_OUT, OTHERS, PASSWORD, APPOINTMENT = AgentSession.End.values
_WHY: Final = {
    SIGNED_OUT: "您已退出，请重新登录",
    OTHERS: "本次登录已在其他设备上被结束，请重新登录",
    PASSWORD: "登录密码已修改，请用新密码登录",
    APPOINTMENT: "您已不再是该单位的经办人",
}
_KEPT: Final = timedelta(days=30)
_BROWSERS: Final = (
    ("微信", r"MicroMessenger"),
    ("Edge", r"Edg"),
    ("Firefox", r"Firefox"),
    ("Chrome", r"Chrome|CriOS"),
    ("Safari", r"Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPhone 或 iPad", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True)
class SessionFacts:
    """One sign-in that goes on."""

    device: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


def device_of(user_agent: str) -> str:
    """What a browser says it is, in words a person knows the device by."""
    found = [
        next((name for name, mark in kinds if re.search(mark, user_agent)), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or "未知设备"


def opened(user_id: int, *, user_agent: str, at: datetime) -> str:
    """Write down a sign-in; gives the mark that its session carries."""
    mark = token_urlsafe(24)
    AgentSession.objects.create(
        user_id=user_id,
        mark_sha256=_digest(mark),
        device=device_of(user_agent),
        begun_at=at,
        seen_at=at,
    )
    return mark


def problem_of(session: MutableMapping[str, Any], user_id: int) -> str | None:
    """Why this session is over before its time, or None while it goes on."""
    row = _rows(session).filter(user_id=user_id).first()
    if row is None:
        return "请重新登录"
    return f"{_WHY[row.ended_why]}。" if row.ended_at is not None else None


def seen(session: MutableMapping[str, Any], at: datetime) -> None:
    """Note that the session was used."""
    _rows(session).update(seen_at=at)


def chose(session: MutableMapping[str, Any], appointment_id: int) -> None:
    """Note for which employer the session acts: it ends when the appointment does."""
    _rows(session).update(appointment_id=appointment_id)


def signed_out(session: MutableMapping[str, Any], at: datetime) -> None:
    """The agent has left."""
    _end(_rows(session), SIGNED_OUT, at)


def listed(
    user_id: int, session: MutableMapping[str, Any], *, at: datetime
) -> tuple[SessionFacts, ...]:
    """The agent's sign-ins that go on, this one first, then the last used."""
    params, day = policy.current().params, localdate(at)
    idle = timedelta(seconds=params.agent_session_idle_seconds.on(day).value)
    whole = timedelta(seconds=params.agent_session_absolute_seconds.on(day).value)
    mine = _digest(str(session.get(MARK, "")))
    rows = AgentSession.objects.filter(
        user_id=user_id, ended_at=None, seen_at__gte=at - idle, begun_at__gte=at - whole
    ).order_by("-seen_at", "-pk")
    facts = [
        SessionFacts(row.device, row.begun_at, row.seen_at, row.mark_sha256 == mine) for row in rows
    ]
    return tuple(sorted(facts, key=lambda each: not each.is_this))


def end_others(user_id: int, session: MutableMapping[str, Any], why: str, at: datetime) -> int:
    """End every sign-in of the agent but this one; gives how many."""
    mine = _digest(str(session.get(MARK, "")))
    return _end(AgentSession.objects.filter(user_id=user_id).exclude(mark_sha256=mine), why, at)


def end_all(user_id: int, why: str, at: datetime) -> int:
    """End every sign-in of the agent; gives how many."""
    return _end(AgentSession.objects.filter(user_id=user_id), why, at)


def end_for(appointment_id: int, at: datetime) -> int:
    """End every sign-in that acts by this appointment; gives how many."""
    return _end(AgentSession.objects.filter(appointment_id=appointment_id), APPOINTMENT, at)


def sweep(at: datetime) -> int:
    """Forget sign-ins that were last used a month ago; gives how many."""
    return int(AgentSession.objects.filter(seen_at__lt=at - _KEPT).delete()[0])


def _end(rows: Any, why: str, at: datetime) -> int:
    return int(rows.filter(ended_at=None).update(ended_at=at, ended_why=why))


def _rows(session: MutableMapping[str, Any]) -> Any:
    return AgentSession.objects.filter(mark_sha256=_digest(str(session.get(MARK, ""))))


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()
