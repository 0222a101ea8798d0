"""Each key of a city's files, changed in a fixture city, changes what somebody sees or gets.

Every key has a row that says in which scene another value for it must be noticed. A key without a
row fails the guard.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from anju import policy
from anju.channels.citizen import hall as citizen
from anju.channels.employer import hall as employer
from anju.policy import Policy
from anju.policy.bank_shapes import BanksFile
from anju.policy.service_shapes import ServicePolicy, Step
from anju.policy.shapes import BranchesFile, CenterFile, ReasonsFile, WordsFile
from anju.policy.tests.places import Place, changed, keys

from . import scenes
from .scenes import (
    SERVICE,
    Scene,
    approval,
    correction,
    doors,
    hall,
    opening_by_itself,
    rejection,
    unit,
    withdrawal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> Mapping[str, Any]:
    """Everybody whom the scenes meet."""
    return scenes.people()


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
    **words(
        "CenterFile",
        doors,
        ("identity", "employer_sign_in"),
        "title id_number password submit sign_up forgot reminders_title",
    ),
    "CenterFile.identity.employer_sign_in.reminders": Row(
        ("identity", "employer_sign_in", "reminders", 0), reworded, doors
    ),
    "CenterFile.hours.opens": Row(("hours", "opens"), to(time(9)), hall),
    "CenterFile.hours.closes": Row(("hours", "closes"), to(time(12)), hall),
    "CenterFile.hours.working_days_only": Row(("hours", "working_days_only"), to(False), hall),
    **words("CenterFile", hall, ("labels",), "movements"),
    **words("CenterFile", hall, ("menu", 0), "title"),
    **words("CenterFile", hall, ("menu", 0, "entries", 0), "label"),
    "CenterFile.menu.entries.page": Row(("menu", 0, "entries", 0, "page"), to(None), hall),
    "CenterFile.menu.entries.service": Row(("menu", 0, "entries", 4, "service"), to(None), hall),
    **words("CenterFile", unit, ("employer_menu", 0), "title"),
    **words("CenterFile", unit, ("employer_menu", 0, "entries", 0), "label"),
    "CenterFile.employer_menu.entries.page": Row(
        ("employer_menu", 0, "entries", 0, "page"), to(None), unit
    ),
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
    "BranchesFile.branches.divisions": Row(
        ("branches", "menghai", "divisions"), to(()), opening_by_itself
    ),
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
    "ServicePolicy.review.first_check": Row((*S, "review", "first_check"), to(True), approval),
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
    "ServicePolicy.slots.only_for": Row(
        (*SLOTS, 0, "only_for"), to({"reason": "retired"}), withdrawal
    ),
    **words("ServicePolicy", withdrawal, ("slots", 0), "label hint"),
    "ServicePolicy.decision_working_days": Row((*S, "decision_working_days"), to(1), approval),
    "ServicePolicy.arrival_working_days": Row((*S, "arrival_working_days"), to(2), withdrawal),
    **words("ServicePolicy", withdrawal, (), "reason_label"),
}
FILES = (CenterFile, BanksFile, BranchesFile, WordsFile, ReasonsFile, ServicePolicy)
SCENES = [doors, hall, unit, withdrawal, opening_by_itself, *DECIDED]
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
    found = city(center)
    for menu, pages in (
        (found.menu, citizen.PAGES),
        (found.employer_menu, {*employer.PAGES, *employer.SERVICES}),
    ):
        named = {entry.page for section in menu for entry in section.entries}
        assert named - {None} <= set(pages)
