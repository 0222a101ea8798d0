"""Cases that others enter: one of an employer's agent, one begun at the counter."""

from __future__ import annotations

from datetime import date
from typing import Any

from anju.business.contributions import orders as contributions
from anju.business.contributions.rosters.tests import company as rosters
from anju.cases import actions
from anju.cases.models import Evidence
from anju.cases.ownership import Entrant, agent, at_counter
from anju.cases.records import Entered
from anju.channels.employer.tests import cast as employer
from anju.parties import actions as parties
from anju.store.audit import Actor

from .world import AT, BRANCH, World, photo

STOPPING = "contributions.stopping"


def enter(world: World) -> None:
    """Two of the administrator's people stop contributing; nothing is submitted yet."""
    admin, teller = world.users["administrator"], world.users["teller"]
    works = admin.appointments.get().employer_id
    _enter(world, "stop", 891, works, agent(admin.pk, employer_id=works))
    _enter(world, "stop_counter", 892, works, at_counter(teller.pk))


def _enter(world: World, name: str, order: int, works: int, by: Entrant) -> None:
    person = parties.enrol_person(
        name="演示·停缴", id_number=employer.id_number(order), phone=employer.phone(order),
        actor=Actor.system(), at=AT,
    )  # fmt: skip
    contributions.take_on(
        person.pk, employer_id=works, branch_code=BRANCH, account_no=f"80000{order}",
        base_fen=650_000, member_ratio=rosters.TWELVE, employer_ratio=rosters.TWELVE,
        opening_fen=0, opened_on=date(2026, 7, 1), actor=Actor.system(), at=AT,
    )  # fmt: skip
    posted = {"reason": "retired", "last_month": "2026-10"}
    answer = actions.enter(STOPPING, by=by, person_id=person.pk, posted=posted, at=AT)
    assert isinstance(answer, Entered), answer
    actions.add_entered_evidence(
        answer.reference, by=by, slot="retirement_papers", content=photo(), at=AT
    )
    world.references[name] = answer.reference
    world.pictures[name] = Evidence.objects.latest("pk").pk


def the_stop(world: World) -> dict[str, Any]:
    """The parts of an address that name the agent's stop."""
    return {"service": STOPPING, "reference": world.references["stop"]}


def its_photo(world: World) -> dict[str, Any]:
    """The parts of an address that name a picture of it."""
    return {**the_stop(world), "photo": world.pictures["stop"]}


def at_the_counter(world: World) -> dict[str, Any]:
    """The part of an address that names the teller's stop."""
    return {"reference": world.references["stop_counter"]}


def photo_at_the_counter(world: World) -> dict[str, Any]:
    """The parts of an address that name a picture of it."""
    return {**at_the_counter(world), "photo": world.pictures["stop_counter"]}
