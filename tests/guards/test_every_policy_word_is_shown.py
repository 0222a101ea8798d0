"""Each key of a city's files, changed in a fixture city, changes what somebody sees or gets.

Scenes look where people look: the doors of the hall, a member at home in it, a withdrawal that is
paid straight through, and cases that staff decide. Every key has a row that says in which scene
another value for it must be noticed. A key without a row fails the guard.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, NamedTuple

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest
from django.test import Client

from anju import ledger, policy
from anju.business.contributions import orders as contributions
from anju.business.treasury import manual_vouchers
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank, Worker
from anju.business.withdrawals.retirement.tests.conftest import MemoryEvidence
from anju.cases import actions, facts
from anju.channels.citizen.hall import PAGES
from anju.parties import sessions
from anju.parties.models import User
from anju.policy import Policy
from anju.policy.bank_shapes import BanksFile
from anju.policy.shapes import BranchesFile, CenterFile, ReasonsFile, ServicePolicy, Step, WordsFile
from anju.policy.tests.places import Place, changed, keys
from anju.ports import offering

pytestmark = pytest.mark.django_db

AT = cast.AT
SERVICE = cast.SERVICE
EVIDENCE_STEP = 3
SATURDAY = AT + timedelta(days=1)


# --- the cast --------------------------------------------------------------------------------


@pytest.fixture
def people(db: None) -> Mapping[str, Any]:
    """A green member, one at work, two whose card is missing or new, and staff."""
    ledger.open_day(date(2026, 6, 15))
    who: dict[str, Any] = {
        "green": cast.member(1),
        "at_work": cast.member(2, sealed=""),
        "no_card": cast.member(3, card_bound_at=None),
        "card_new": cast.member(4, card_bound_at=AT - timedelta(hours=20)),
    }
    account = who["at_work"].account_id
    month = date(2026, 6, 1)
    contributions.remit(
        cast.employer(), month=month, bank_account_id=10101, amounts={account: 156000},
        reference="HJ1", at=AT,
    )  # fmt: skip
    ledger.flip_day(date(2026, 7, 1))
    deposit = policy.current().rates.deposit.on(month).value
    for member in who.values():
        ledger.settle_year(member.account_id, rate=deposit, day_base=360, occurred_at=AT)
    ledger.flip_day(AT.date())
    who["staff"] = cast.staff()
    return who


def browser(user: User, hall: str, channel: str) -> Client:
    """A browser in which somebody is signed in."""
    request = HttpRequest()
    request.session = SessionStore()
    sessions.begin(request, user, hall=hall, channel=channel, at=AT)
    request.session.save()
    client = Client()
    client.cookies[f"anju_yuncheng_{hall}"] = str(request.session.session_key)
    return client


def of_member(who: cast.Member, channel: str = "h5") -> Client:
    """A member's browser."""
    return browser(User.objects.get(person_id=who.person_id), "citizen", channel)


VARIES = re.compile(
    r'csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|TQ[0-9]{12}|/photo/[0-9]+/'
    r"|/messages/[0-9]+/|\?page=[0-9]+|evidence/[0-9]+/|[0-9a-f]{64}"
)


def page(client: Client, address: str) -> str:
    """A page as it is shown, without what is new each time; a page that fails is told as such."""
    try:
        answer = client.get(address)
    except Exception as error:  # noqa: BLE001 — a city that cannot be shown is a difference too
        return f"broken: {address}: {type(error).__name__}: {error}"
    text = VARIES.sub("", answer.content.decode())
    mark = "" if answer.status_code in (200, 302) else "broken: "
    return f"{mark}{VARIES.sub('', address)}: {answer.status_code} {text}"


# --- the scenes ------------------------------------------------------------------------------

Scene = Callable[[Mapping[str, Any]], Iterator[str]]


def doors(people: Mapping[str, Any]) -> Iterator[str]:
    """What everybody sees before signing in."""
    for address in ("/sign-in/", "/h5/sign-in/", "/sign-up/", "/forgot/", "/city/style.css"):
        yield re.sub(r'data-challenge="[^"]*"', "", page(Client(), address))


def hall(people: Mapping[str, Any]) -> Iterator[str]:
    """What a member sees who still works, and one without a card, on the phone and on the web."""
    client = of_member(people["at_work"], "h5")
    shown = ("/", "/account/", "/account/movements/", "/services/", "/section/1/", "/tools/")
    for address in shown:
        yield page(client, address)
    yield page(client, f"/services/{SERVICE}/")
    for address in ("/", "/section/1/"):
        yield page(of_member(people["at_work"], "web"), address)
    for address in ("/services/", "/me/", "/me/card/"):
        yield page(of_member(people["no_card"]), address)
    city = policy.current()
    yield str([city.hours.is_open(moment, city.calendar) for moment in (AT, SATURDAY)])


def withdrawal(people: Mapping[str, Any]) -> Iterator[str]:
    """A green member from the first page to the closed account."""
    who, bank = people["green"], MemoryBank()
    client = of_member(who)
    with offering("bank", bank), offering("evidence_store", MemoryEvidence()):
        yield page(client, "/account/")
        reference = cast.begin(who)
        for number in range(1, len(policy.current().services[SERVICE].steps) + 1):
            yield page(client, f"/cases/{reference}/step/{number}/")
            cast.go_on(who, reference, from_step=number, to_step=number)
            if number == EVIDENCE_STEP:
                yield page(client, f"/cases/{reference}/step/{number}/")
        yield page(client, f"/cases/{reference}/")
        yield page(client, "/account/")
        Worker().work(AT)
    yield page(client, f"/cases/{reference}/")
    yield page(client, "/account/")
    yield page(client, "/account/movements/")
    asked = [(order.payer_account, order.amount_fen, order.order_no[:6]) for order in bank.requests]
    yield str(asked)
    yield str(manual_vouchers.subjects())
    yield re.sub(r"TQ[0-9]{12}|[0-9]{6}", "", str(cast.texts(who.person_id)))


def decision(people: Mapping[str, Any], act: Callable[..., Any], reason: str) -> Iterator[str]:
    """A member whose card is new, what staff see of the case, and what their decision brings."""
    who, staff = people["card_new"], people["staff"]
    client, counter = of_member(who), browser(staff, "counter", "counter")
    with offering("bank", MemoryBank()), offering("evidence_store", MemoryEvidence()):
        reference = cast.submit(who)
        yield page(client, f"/cases/{reference}/")
        yield page(counter, f"/counter/cases/{reference}/")
        act(
            reference,
            staff_id=staff.pk,
            reason_code=reason,
            note="",
            payload_hash=facts.review_page(reference, staff_id=staff.pk, at=AT).payload_hash,
            at=AT,
        )
        yield page(client, f"/cases/{reference}/")
        told = facts.messages(who.person_id, before=None)
        yield VARIES.sub("", str([(message.title, message.body) for message in told]))


def approval(people: Mapping[str, Any]) -> Iterator[str]:
    """通过."""
    yield from decision(people, actions.approve, "consistent")


def correction(people: Mapping[str, Any]) -> Iterator[str]:
    """退回补正."""
    yield from decision(people, actions.return_for_correction, "photo_unclear")


def rejection(people: Mapping[str, Any]) -> Iterator[str]:
    """不予通过."""
    yield from decision(people, actions.reject, "not_the_member")


DECIDED = {
    approval: ("approve", "consistent"),
    correction: ("return_for_correction", "photo_unclear"),
    rejection: ("reject", "not_the_member"),
}


# --- the table -------------------------------------------------------------------------------

Change = Callable[[Any], Any]


class Row(NamedTuple):
    """A key by its place in the policy, another value for it, and the scene that must notice."""

    path: Place
    change: Change
    scene: Scene
    beforehand: tuple[tuple[Place, Change], ...] = ()

    @property
    def is_words(self) -> bool:
        """Plain words are told apart by a mark: many can be looked for in one walk."""
        return self.change is reworded


def to(value: Any) -> Change:
    return lambda _old: value


def reworded(old: str) -> str:
    return f"{old}（改）"


def without_last(old: tuple[Any, ...]) -> tuple[Any, ...]:
    return old[:-1]


S = ("services", SERVICE)
STEPS = (*S, "steps")
SLOTS = (*S, "slots")
CARD = ("banks", "105")
OTHER_ACCOUNT = {"code": "10109", "number": "1" * 20, "bank": "104", "branch": "1", "use": "gains"}
SAMPLED = (
    ((*S, "review", "when"), to("sampled")),
    ((*S, "review", "checks"), to(())),
    ((*S, "review", "sample_per_mille"), to(1)),
)


def words(file: str, scene: Scene, at: Place, names: str) -> dict[str, Row]:
    """Rows for keys that hold plain words: reworded, they must be seen."""
    dotted = ".".join((file, *(part for part in at if isinstance(part, str))))
    inside = S if file == "ServicePolicy" else ()
    return {
        f"{dotted}.{name}": Row((*inside, *at, name), reworded, scene) for name in names.split()
    }


TABLE = {
    **words("CenterFile", doors, ("identity",), "name name_en copyright"),
    **words("CenterFile", withdrawal, ("identity",), "short_name"),
    "CenterFile.identity.division": Row(("identity", "division"), to("149900"), withdrawal),
    "CenterFile.identity.hotline": Row(("identity", "hotline"), to("0000-12329"), doors),
    "CenterFile.identity.logo": Row(("identity", "logo"), to("pictures/id_back.svg"), doors),
    "CenterFile.identity.hue.light": Row(("identity", "hue", "light"), to("#7a1f1f"), doors),
    "CenterFile.identity.hue.dark": Row(("identity", "hue", "dark"), to("#ffccaa"), doors),
    "CenterFile.identity.hue.ground": Row(("identity", "hue", "ground"), to("#fefefe"), doors),
    **words(
        "CenterFile",
        doors,
        ("identity", "sign_in"),
        "title id_number password submit sign_up forgot reminders_title",
    ),
    "CenterFile.identity.sign_in.reminders": Row(
        ("identity", "sign_in", "reminders", 0), reworded, doors
    ),
    "CenterFile.hours.opens": Row(("hours", "opens"), to(time(9)), hall),
    "CenterFile.hours.closes": Row(("hours", "closes"), to(time(12)), hall),
    "CenterFile.hours.working_days_only": Row(("hours", "working_days_only"), to(False), hall),
    **words("CenterFile", hall, ("labels",), "movements"),
    **words("CenterFile", hall, ("menu", 0), "title"),
    **words("CenterFile", hall, ("menu", 0, "entries", 0), "label"),
    "CenterFile.menu.entries.page": Row(("menu", 0, "entries", 0, "page"), to(None), hall),
    "CenterFile.menu.entries.service": Row(("menu", 0, "entries", 4, "service"), to(None), hall),
    **words("CenterFile", hall, ("account",), "title"),
    **words("CenterFile", hall, ("account", "fields", 0), "label"),
    "CenterFile.account.fields.code": Row(("account", "fields", 0, "code"), to("name"), hall),
    "CenterFile.account.query_time": Row(("account", "query_time"), to("查询时间"), hall),
    **{
        f"BanksFile.accounts.{name}": Row(("accounts", "10102", name), to(value), withdrawal)
        for name, value in OTHER_ACCOUNT.items()
    },
    "BanksFile.banks.name": Row((*CARD, "name"), reworded, withdrawal),
    "BanksFile.banks.branches.name": Row((*CARD, "branches", 0, "name"), reworded, withdrawal),
    "BanksFile.banks.branches.code": Row((*CARD, "branches", 0, "code"), to("10599"), withdrawal),
    "BranchesFile.branches.name": Row(("branches", "jinghong", "name"), reworded, hall),
    "BranchesFile.branches.address": Row(("branches", "jinghong", "address"), reworded, hall),
    "BranchesFile.branches.phone": Row(("branches", "jinghong", "phone"), to("0000-1"), hall),
    "WordsFile.account_states": Row(("words", "account_states", "sealed"), reworded, withdrawal),
    "WordsFile.movement_kinds": Row(("words", "movement_kinds", "interest"), reworded, hall),
    "WordsFile.life_events": Row(("words", "life_events", "retirement"), reworded, hall),
    **{
        f"ReasonsFile.{decision}.{name}": Row(("reasons", decision, reason, name), reworded, scene)
        for scene, (decision, reason) in DECIDED.items()
        for name in ("label", "tells")
    },
    **words("ServicePolicy", hall, (), "title summary"),
    "ServicePolicy.life_event": Row((*S, "life_event"), to("leaving"), hall),
    "ServicePolicy.channels": Row((*S, "channels"), to(("web",)), hall),
    "ServicePolicy.conditions": Row((*S, "conditions"), without_last, hall),
    "ServicePolicy.review.when": Row((*S, "review", "when"), to("never"), approval),
    "ServicePolicy.review.sample_per_mille": Row(
        (*S, "review", "sample_per_mille"), to(1000), withdrawal, SAMPLED
    ),
    "ServicePolicy.review.checks": Row((*S, "review", "checks"), to(()), approval),
    **words("ServicePolicy", withdrawal, ("steps", 2), "title"),
    **words("ServicePolicy", withdrawal, ("steps", 0, "fields", 0), "label"),
    "ServicePolicy.steps.fields.code": Row(
        (*STEPS, 0, "fields", 0, "code"), to("phone"), withdrawal
    ),
    "ServicePolicy.steps.proof": Row((*STEPS, 3, "proof"), to("sms"), withdrawal),
    **words("ServicePolicy", withdrawal, ("steps", 1), "code_label code_hint code_button"),
    "ServicePolicy.steps.slots": Row((*STEPS, 2, "slots"), without_last, withdrawal),
    **words("ServicePolicy", withdrawal, ("steps", 0), "button"),
    "ServicePolicy.slots.code": Row((*SLOTS, 0, "code"), to("portrait"), withdrawal),
    "ServicePolicy.slots.required": Row((*SLOTS, 0, "required"), to(False), withdrawal),
    "ServicePolicy.slots.pages_max": Row((*SLOTS, 0, "pages_max"), to(3), withdrawal),
    "ServicePolicy.slots.example": Row((*SLOTS, 0, "example"), to("logo.svg"), withdrawal),
    **words("ServicePolicy", withdrawal, ("slots", 0), "label hint"),
    "ServicePolicy.decision_working_days": Row((*S, "decision_working_days"), to(1), approval),
    "ServicePolicy.arrival_working_days": Row((*S, "arrival_working_days"), to(2), withdrawal),
    **words("ServicePolicy", withdrawal, (), "reason_label"),
}
FILES = (CenterFile, BanksFile, BranchesFile, WordsFile, ReasonsFile, ServicePolicy)
SCENES = [doors, hall, withdrawal, *DECIDED]
ONLY_NAMES = {"BanksFile.banks.code", "BranchesFile.branches.code"}
"""Under these other rows refer to an entry: the key of the table, not a value in it."""
AT_LOAD = {"ServicePolicy.steps.page"}
"""What the loader holds the rest of the block to."""


def seen(city: Policy, scene: Scene, people: Mapping[str, Any]) -> list[str]:
    """What the scene shows under a policy; leaves no trace."""
    block = transaction.atomic()
    # As Django's own TestCase does: what must be durable in life is not held up here.
    block._from_testcase = True
    found: list[str] = []
    with policy.using(city), block:
        try:
            found.extend(scene(people))
        except Exception as error:  # noqa: BLE001 — as is a walk that breaks off
            found.append(f"broken: {type(error).__name__}: {error}")
        transaction.set_rollback(True)
    return found


def unread(
    city: Policy, scene: Scene, people: Mapping[str, Any], places: Sequence[str]
) -> list[str]:
    """Those of these keys of words whose own mark is nowhere in the scene."""
    marks = {place: f"（改{number:02}）" for number, place in enumerate(places)}
    for place, mark in marks.items():
        city = changed(city, TABLE[place].path, lambda old, mark=mark: f"{old}{mark}")
    shown = "".join(seen(city, scene, people))
    assert "broken: " not in shown
    return [place for place, mark in marks.items() if mark not in shown]


def test_every_key_has_a_row() -> None:
    declared = {place for file in FILES for place, is_leaf in keys(file) if is_leaf}
    assert declared == {*TABLE, *ONLY_NAMES, *AT_LOAD}


@pytest.mark.parametrize("kind", ["record", "proof", "evidence", "confirm"])
def test_the_kind_of_a_page_must_fit_what_is_on_it(
    kind: str, city: Callable[[str], Policy]
) -> None:
    for step in city("xishuangbanna").services[SERVICE].steps:
        written = step.model_dump() | {"page": kind}
        shown_by_record = {step.page, kind} == {"record", "confirm"}
        if kind == step.page or shown_by_record:
            assert Step.model_validate(written).page == kind
        else:
            with pytest.raises(ValueError, match="page"):
                Step.model_validate(written)


@pytest.mark.parametrize("scene", SCENES, ids=lambda s: s.__name__)
def test_a_changed_key_is_noticed(
    scene: Scene, people: Mapping[str, Any], city: Callable[[str], Policy], clock: object
) -> None:
    fixture_city = city("xishuangbanna")
    mine = {place: row for place, row in TABLE.items() if row.scene is scene}
    unnoticed = unread(fixture_city, scene, people, [p for p in mine if mine[p].is_words])
    bases: dict[int, list[str]] = {}
    for place, row in mine.items():
        if row.is_words:
            continue
        base = fixture_city
        for path, change in row.beforehand:
            base = changed(base, path, change)
        if len(row.beforehand) not in bases:
            bases[len(row.beforehand)] = seen(base, scene, people)
            again = seen(base, scene, people)
            assert [line for line in again if line.startswith("broken")] == []
            assert again == bases[len(row.beforehand)], "what is looked at must not vary by itself"
        # The version stands in addresses; it would show any change there is.
        other = changed(base, row.path, row.change)
        if seen(other, scene, people) == bases[len(row.beforehand)]:
            unnoticed.append(place)
    assert not unnoticed


@pytest.mark.parametrize("center", ["yuncheng", "xishuangbanna"])
def test_the_menu_names_pages_that_are_there(center: str, city: Callable[[str], Policy]) -> None:
    named = {entry.page for section in city(center).menu for entry in section.entries}
    assert named - {None} <= set(PAGES)
