"""How a route's answers are written down: who is answered what, and what is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .world import VISITORS, World

Answers = Mapping[str, str]
Filled = Callable[[World], dict[str, Any]]


def everybody(answer: str) -> Answers:
    """The same for all."""
    return dict.fromkeys(VISITORS, answer)


NEVER = everybody("405")
DOOR = everybody("door")


def members(answer: str, *, stranger: str = "") -> Answers:
    """For members; what is the owner's alone answers `stranger` to another member."""
    return {**DOOR, "owner": answer, "stranger": stranger or answer}


def staff(
    reviewer: str,
    *,
    elsewhere: str = "",
    teller: str = "",
    accountant: str = "",
    admin: str = "",
) -> Answers:
    """For staff; whoever is not named is answered as the reviewer is."""
    named = {
        "elsewhere": elsewhere,
        "teller": teller,
        "accountant": accountant,
        "admin": admin,
    }
    return {**DOOR, "reviewer": reviewer, **{who: named[who] or reviewer for who in named}}


def agents(answer: str, *, clerk: str = "", other_unit: str = "") -> Answers:
    """For agents; whoever is not named is answered as the administrator is."""
    named = {"clerk": clerk, "other_unit": other_unit}
    return {**DOOR, "administrator": answer, **{who: named[who] or answer for who in named}}


BOOKS = staff("403", accountant="200", admin="200")


@dataclass(frozen=True)
class Row:
    """One route: how it is filled in, what is sent, what is answered."""

    name: str
    get: Answers
    post: Answers
    parts: Filled = lambda world: {}
    sent: Filled = lambda world: {}
    objects: tuple[str, ...] = ()
    in_production: bool = True
