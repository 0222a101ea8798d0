"""Every queue has a sweeper that finds work lost between commit and dispatch."""

from datetime import datetime

from anju.business.contributions.adjusting import reading as adjustments
from anju.business.contributions.rosters import actions as rosters
from anju.business.treasury import actions as treasury
from anju.business.treasury import collecting
from anju.parties import agent_sessions, captcha, codes, messages
from anju.store import limits


def money(at: datetime) -> int:
    """Orders, collections, notices, messages, rosters and files of bases; how many were found."""
    ours = treasury.sweep(at=at) + collecting.sweep(at=at) + treasury.sweep_inbox()
    return ours + messages.sweep(at) + rosters.sweep(at) + adjustments.sweep(at)


def housekeeping(at: datetime) -> None:
    """What has run out and means nothing any more."""
    limits.sweep(at)
    captcha.sweep(at)
    codes.sweep(at)
    agent_sessions.sweep(at)
    rosters.forget(at)
    adjustments.forget()
