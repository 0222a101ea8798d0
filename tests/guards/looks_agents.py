"""What the guards look at about signing in: how long a session and an invitation live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from anju.parties import agent_sessions, sessions
from anju.parties.tests import cast

AT = cast.AT
Look = Callable[[], Any]


def session(kind: str, *, idle: int, whole: int) -> Look:
    """Whether a session goes on that was used `idle` seconds ago and opened `whole` ago."""

    def look() -> Any:
        user = {"member": cast.member, "agent": cast.agent, "staff": cast.staff}[kind]()
        held = {
            "opened_at": (AT - timedelta(seconds=whole)).isoformat(),
            "seen_at": (AT - timedelta(seconds=idle)).isoformat(),
            "hall": {"member": "citizen", "agent": "employer", "staff": "counter"}[kind],
        }
        if kind == "agent":
            held["agent_mark"] = agent_sessions.opened(user.pk, user_agent="", at=AT)
        return sessions.check(held, user, AT)

    return look


def invitation() -> Any:
    """Until when an invitation of an employer's agent may be taken up."""
    return cast.appointment(cast.agent()).expires_at
