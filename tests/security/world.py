"""One small office that every proof of this folder visits: its people, their cases, their browsers.

It is built once per run, in a database of its own; each test sees it as it was built, because what
a test does is rolled back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.client import ClientHandler

from anju import policy
from anju.business.contributions import orders as contributions
from anju.business.contributions import remitting
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.rosters.tests import company as rosters
from anju.cases import actions
from anju.cases.models import Evidence, Message
from anju.channels.citizen.tests import cast as citizen
from anju.channels.counter.tests import cast as counter
from anju.channels.employer.tests import cast as employer
from anju.domain.identifiers import card_number_problem
from anju.parties import actions as parties
from anju.parties import cards
from anju.parties.models import User
from anju.store.audit import Actor

AT = citizen.AT
SERVICE = citizen.SERVICE
BRANCH, OTHER_BRANCH = "yanhu", "hejin"
CITIZEN_COOKIE, COUNTER_COOKIE = "anju_yuncheng_citizen", "anju_yuncheng_counter"
EMPLOYER_COOKIE = employer.COOKIE
MEMBERS = ("stranger", "owner")
STAFF = ("elsewhere", "teller", "reviewer", "accountant", "admin")
# An employer's two agents, and the administrator of another employer.
AGENTS = ("administrator", "clerk", "other_unit")
# Everybody who knocks: nobody, two members, agents, staff of another branch, four kinds of staff of
# the case's own branch, and somebody whose session belongs to another hall.
VISITORS = ("anonymous", *MEMBERS, *AGENTS, *STAFF, "wrong_hall")


@dataclass(frozen=True)
class Canary:
    """A member's plain values, each like nobody else's."""

    name: str
    id_number: str
    phone: str
    card: str

    @property
    def values(self) -> tuple[str, ...]:
        """All four."""
        return (self.name, self.id_number, self.phone, self.card)


def canary(order: int, name: str) -> Canary:
    """The values that `_member` writes down for the person of this order."""
    numbers = (f"629999807060504{order:03d}{check}" for check in range(10))
    card = next(number for number in numbers if card_number_problem(number) is None)
    return Canary(name, citizen.id_number(order), f"1990000{order:04d}", card)


OWNER = canary(701, "演示·冼翀彧")
STRANGER = canary(702, "演示·亓霁旻")
APPLICANT = canary(703, "演示·逄昶昊")
ORDERS = {"owner": (701, OWNER), "stranger": (702, STRANGER), "applicant": (703, APPLICANT)}


@dataclass
class World:
    """What a test may ask for; ids are those of the built database."""

    policy: policy.Policy
    people: dict[str, int] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    appointments: dict[str, int] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    blobs: citizen.MemoryEvidence = field(default_factory=citizen.MemoryEvidence)
    as_built: tuple[Any, ...] = ()
    """What `state()` said when all of it stood."""

    def browser(self, visitor: str, *, hall: str = "citizen", checks_forms: bool = False) -> Client:
        """A fresh browser with the visitor's cookies; `hall` is the one "wrong_hall" knocks at.

        `checks_forms` leaves the check of forms on, which Django's test client turns off.
        """
        client = Client(raise_request_exception=False)
        client.handler = _server(checks_forms)
        if visitor == "wrong_hall":
            # The key of a session that lives, under the name of the hall it does not belong to.
            theirs, name = {
                "citizen": ("reviewer", CITIZEN_COOKIE),
                "employer": ("owner", EMPLOYER_COOKIE),
                "counter": ("administrator", COUNTER_COOKIE),
            }[hall]
            client.cookies[name] = next(iter(self.cookies[theirs].values()))
            return client
        for name, value in self.cookies.get(visitor, {}).items():
            client.cookies[name] = value
        return client


@cache
def _server(checks_forms: bool) -> ClientHandler:
    """The halls, loaded once: finding every static file anew for each browser would take longer
    than all the requests."""
    return ClientHandler(enforce_csrf_checks=checks_forms)


def build(world: World) -> None:
    """Write everything down, by the rooms' own actions and the halls' own pages."""
    citizen.open_books()
    for who, (order, plain) in ORDERS.items():
        world.people[who] = _member(order, plain)
    for who in STAFF:
        role = "reviewer" if who == "elsewhere" else who
        branch = OTHER_BRANCH if who == "elsewhere" else BRANCH
        world.users[who] = counter.staff(f"{who}.one", role, branch=branch)
        world.cookies[who] = _kept(counter.signed_in(world.users[who]), COUNTER_COOKIE)
    _appoint(world)
    for who in MEMBERS:
        client = citizen.signed_in(ORDERS[who][0])
        world.cookies[who] = _kept(client, CITIZEN_COOKIE)
        world.references[who] = _draft(client)
        _fill(world, who)
    # Bound a day ago: young enough for somebody to look at the case.
    world.references["applicant"] = counter.applied(world.people["applicant"])
    _fill(world, "applicant", upload=False)
    for order in (700, 704):
        counter.applied(_member(order, canary(order, "演示·别人")))
    from . import entered

    entered.enter(world)
    world.as_built = state()


def _appoint(world: World) -> None:
    """Two employers with their agents, one invitation that waits."""
    world.users["administrator"] = admin = employer.agent(801)
    works = admin.appointments.get().employer
    world.users["clerk"] = employer.agent(802, of=works, by=admin)
    world.users["other_unit"] = employer.agent(805, of=employer.employer(805))
    contributions.take_on_employer(
        works.pk, member_ratio=rosters.TWELVE, employer_ratio=rosters.TWELVE, payday=10,
        first_month=AT.date().replace(month=7, day=1), paid_through=None, bank_code="105",
        bank_branch_code="10501", opened_on=AT.date(), actor=Actor.system(), at=AT,
    )  # fmt: skip
    world.references["roster"] = rosters.uploaded(
        [rosters.person(1), rosters.person(2, phone="123")], by=works.pk
    )
    world.references["unit"] = works.uscc
    world.references["account"] = EmployerAccount.objects.get(employer=works).number
    world.references["remittance"] = _list_of(works.pk, admin.pk)
    for who in AGENTS:
        world.appointments[who] = world.users[who].appointments.get().pk
        world.cookies[who] = _kept(employer.signed_in(world.users[who]), EMPLOYER_COOKIE)


def the_roster(world: World) -> dict[str, Any]:
    """The part of an address that names the administrator's roster."""
    return {"reference": world.references["roster"]}


def _list_of(employer_id: int, user_id: int) -> str:
    """The number of a list that waits for its money."""
    member = parties.enrol_person(
        name="演示·在册", id_number=employer.id_number(890), phone=employer.phone(890),
        actor=Actor.system(), at=AT,
    )  # fmt: skip
    contributions.take_on(
        member.pk, employer_id=employer_id, branch_code=BRANCH, account_no="80000890",
        base_fen=650_000, member_ratio=rosters.TWELVE, employer_ratio=rosters.TWELVE,
        opening_fen=0, opened_on=date(2026, 7, 1), actor=Actor.system(), at=AT,
    )  # fmt: skip
    account = EmployerAccount.objects.get(employer=employer_id)
    owed = remitting.due(account.pk)
    made = remitting.confirm(
        account.pk, month=owed.month, seen_headcount=1, seen_total_fen=owed.total_fen,
        key="matrix", actor=Actor.agent(user_id), at=AT,
    )  # fmt: skip
    assert isinstance(made, remitting.Confirmed)
    return made.number


def the_account(world: World) -> dict[str, Any]:
    """The part of an address that names the account of the employer."""
    return {"number": world.references["account"]}


def the_list(world: World) -> dict[str, Any]:
    """The part of an address that names the employer's list."""
    return {"number": world.references["remittance"]}


def the_unit(world: World) -> dict[str, Any]:
    """The part of an address that names the employer at the counter's desk."""
    return {"unit": world.references["unit"]}


def the_clerk(world: World) -> dict[str, Any]:
    """The part of an address that names the clerk's appointment."""
    return {"number": world.appointments["clerk"]}


def _member(order: int, plain: Canary) -> int:
    actor = Actor.system()
    person_id = citizen.person(order, name=plain.name)
    account = citizen.account(person_id, order)
    contributions.seal(
        account,
        reason="retired",
        on=AT.date() - timedelta(days=11),
        approved_on=AT.date() - timedelta(days=14),
        approved_by="演示审批",
        actor=actor,
        at=AT,
    )
    cards.bind_card(
        person_id,
        number=plain.card,
        bank_code="105",
        branch_code="10501",
        holder_name=plain.name,
        same_name_verified=True,
        actor=actor,
        at=AT - timedelta(hours=20 if order in (700, 703, 704) else 200),
    )
    return person_id


def _draft(client: Client) -> str:
    """Walk to the page of photographs and stop there; gives the case's reference."""
    step = client.post(f"/services/{SERVICE}/")["Location"]
    step = client.post(step)["Location"]
    client.post(step, {"send_code": "1"})
    step = client.post(step, {"code": citizen.latest_code()})["Location"]
    return step.split("/")[2]


def _fill(world: World, who: str, *, upload: bool = True) -> None:
    reference, person_id = world.references[who], world.people[who]
    if upload:
        actions.add_evidence(
            reference, person_id=person_id, slot="id_front", content=photo(), at=AT
        )
    world.pictures[who] = Evidence.objects.filter(case__reference=reference).latest("pk").pk
    message = Message.objects.create(person_id=person_id, at=AT, title="通知", body="一段话")
    world.messages[who] = message.pk


def _kept(client: Client, name: str) -> dict[str, str]:
    return {name: client.cookies[name].value}


def photo(colour: str = "white", size: tuple[int, int] = (64, 40)) -> bytes:
    """A small photograph."""
    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    return content.getvalue()


def set_password(person_id: int, password: str) -> None:
    """Another login password for a member."""
    user = User.objects.get(person_id=person_id, kind="member")
    parties.set_login_password(user.pk, password=password, actor=Actor.system(), at=AT)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, also what the rooms commit durably for themselves."""
    atomic = transaction.atomic()
    # As Django's own test cases mark theirs, so that `durable=True` counts it as nothing.
    atomic._from_testcase = True
    with atomic:
        yield
        transaction.set_rollback(True)


_STATE = """
SELECT (SELECT json_agg(c ORDER BY id) FROM cases_case c)::text,
       (SELECT count(*) FROM cases_casedecision), (SELECT count(*) FROM cases_casemaker),
       (SELECT count(*) FROM cases_caseproof), (SELECT count(*) FROM cases_message),
       (SELECT json_agg(e ORDER BY id) FROM cases_evidence e)::text,
       (SELECT count(*) FROM parties_smsmessage), (SELECT count(*) FROM cases_caseevent),
       (SELECT json_agg(a ORDER BY id) FROM parties_appointment a)::text,
       (SELECT json_agg(a.password ORDER BY id) FROM parties_user a)::text
"""


def state() -> tuple[Any, ...]:
    """What a refused act must leave as it was."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return tuple(cursor.fetchone())
