"""Every queue has a sweeper that finds work lost between commit and dispatch."""

from datetime import datetime

from anju.business.contributions.rosters import actions as rosters
from anju.business.treasury import actions as treasury
from anju.parties import agent_sessions, captcha, codes, messages
from anju.store import limits


def money(at: datetime) -> int:
    """Orders, notices, messages and rosters; returns how many were found."""
    return treasury.sweep(at=at) + treasury.sweep_inbox() + messages.sweep(at) + rosters.sweep(at)


def housekeeping(at: datetime) -> None:
    """What has run out and means nothing any more."""
    limits.sweep(at)
    captcha.sweep(at)
    codes.sweep(at)
    agent_sessions.sweep(at)
    rosters.forget(at)
