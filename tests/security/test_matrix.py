"""Every route × everybody × GET and POST answers what the table says, and nothing else.

The map is Django's own, so that an address nobody thought of fails before it opens anything.
"""

from __future__ import annotations

import re

import pytest

from anju import ports
from anju.ports.bank import NoticeForged

from . import world as office
from .matrix import ROWS
from .routes import Route, routes

BY_NAME = {row.name: row for row in ROWS}
INSIDE = {"citizen": "owner", "employer": "administrator", "counter": "reviewer"}
REFUSED = {"door", "401", "403", "404", "405", "409", "422"}
DOORS = re.compile(r"/(h5/|unit/|counter/)?sign-in/($|\?)")


class SternBank:
    """A bank that has signed nothing."""

    def read_notice(self, headers, *, body, at):
        """Nobody who may say so signed it."""
        raise NoticeForged("no signature")


def hall_of(name):
    room = name.partition(":")[0]
    return room if room in ("employer", "counter") else "citizen"


def said(answer):
    """The table's word for an answer."""
    if answer.status_code != 302:
        return str(answer.status_code)
    return "door" if DOORS.match(answer["Location"]) else "on"


def knock(world, row, visitor, method, **parts):
    """One visitor's request to one route, filled in by its row."""
    address = Route(row.name, frozenset()).address(row.parts(world) | parts)
    browser = world.browser(visitor, hall=hall_of(row.name))
    with office.undone(), ports.offering("bank", SternBank()):
        answer = getattr(browser, method)(address, row.sent(world) if method == "post" else {})
        return answer, office.state() != world.as_built


def unlisted(known, rows):
    """Routes without a row and rows without a route."""
    return {route.name for route in known} ^ {row.name for row in rows}


def test_every_route_has_a_row_and_every_row_a_route():
    assert unlisted(routes(), ROWS) == set()
    assert len(BY_NAME) == len(ROWS)


@pytest.mark.mutants
def test_a_route_without_a_row_is_noticed():
    assert unlisted(routes(), ROWS[1:]) == {ROWS[0].name}
    assert unlisted((*routes(), Route("citizen:backdoor", frozenset())), ROWS) == {
        "citizen:backdoor"
    }


# A method that nobody may use is refused before anybody is looked at: on a push a stranger and
# somebody inside try it.
EVERYBODY = pytest.mark.parametrize(
    "everybody", [False, pytest.param(True, marks=pytest.mark.nightly)], ids=["", "everybody"]
)


# Whose halls' people look alike from another hall: on a push one of them stands for the others.
ALIKE = {
    "citizen": {"stranger"},
    "employer": {"clerk", "other_unit"},
    "counter": {"elsewhere", "teller", "accountant", "admin"},
}


def who_knocks(row, method, everybody):
    """Everybody, or those of them who could be answered in different ways."""
    if everybody:
        return office.VISITORS
    here = hall_of(row.name)
    if set(getattr(row, method).values()) == {"405"}:
        return ("anonymous", INSIDE[here])
    alike = set().union(*(who for hall, who in ALIKE.items() if hall != here))
    return tuple(who for who in office.VISITORS if who not in alike)


@EVERYBODY
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_is_answered_as_the_table_says(world, row, everybody):
    wrong = {}
    for method, expected in (("get", row.get), ("post", row.post)):
        assert set(expected) == set(office.VISITORS)
        for visitor in who_knocks(row, method, everybody):
            answer, changed = knock(world, row, visitor, method)
            if said(answer) != expected[visitor]:
                wrong[f"{method} {visitor}"] = f"{said(answer)}, not {expected[visitor]}"
            elif changed and expected[visitor] in REFUSED:
                wrong[f"{method} {visitor}"] = "refused, and yet something changed"
    assert not wrong


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace", "options"])
def test_no_other_method_does_anything(world, method):
    for row in ROWS:
        inside = INSIDE[hall_of(row.name)]
        for visitor in ("anonymous", inside):
            answer, changed = knock(world, row, visitor, method)
            assert said(answer) in {"405", "door"} or row.name == "pages:gallery", row.name
            assert not changed


VARYING = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|class="numbers">\w{16}<|TQ\d{12}|/\d+/|\d\d:\d\d:\d\d'
)
# Ids of the right form that nobody has.
NOBODYS = {"reference": "TQ202611209999", "photo": 987654321, "number": 987654321}
NOBODYS["unit"] = "91149999MA0NOBODY1"
NOBODYS["evidence_id"] = NOBODYS["person_id"] = 987654321


def seen(answer):
    """All that a visitor can tell one answer from another by, but for the moment it was given."""
    of_the_moment = {"X-Request-ID", "Expires"}
    headers = {name: text for name, text in answer.items() if name not in of_the_moment}
    return answer.status_code, headers, VARYING.sub("", answer.content.decode())


def strangers_guesses(world, row):
    """Who asks for what is not theirs: (visitor, parts) for every id of the route by itself."""
    theirs = row.parts(world)
    if hall_of(row.name) == "counter":
        yield "elsewhere", theirs
        if "reference" in row.objects:
            # A draft is nobody's business but its owner's, whatever the branch.
            yield "reviewer", {**theirs, "reference": world.references["owner"]}
        return
    if hall_of(row.name) == "employer":
        yield "other_unit", theirs
        if row.objects == ("number",):
            yield "clerk", {**theirs, "number": world.appointments["other_unit"]}
        return
    own = {
        "reference": world.references["stranger"],
        "photo": world.pictures["stranger"],
        "number": theirs.get("number") if "reference" in row.objects else 0,
    }
    yield "stranger", theirs
    for part in row.objects if len(row.objects) > 1 else ():
        yield "stranger", {**theirs, **{name: own[name] for name in row.objects if name != part}}


@pytest.mark.parametrize("row", [row for row in ROWS if row.objects], ids=lambda row: row.name)
def test_what_is_somebody_elses_looks_as_if_it_were_not_there(world, row):
    methods = [m for m in ("get", "post") if set(getattr(row, m).values()) != {"405"}]
    for method in methods:
        for visitor, parts in strangers_guesses(world, row):
            missing = {**parts, **{part: NOBODYS[part] for part in row.objects}}
            asked, _ = knock(world, row, visitor, method, **parts)
            nobodys, _ = knock(world, row, visitor, method, **missing)
            assert asked.status_code == 404
            assert seen(asked) == seen(nobodys)


@pytest.mark.mutants
def test_a_door_left_open_is_noticed(world, monkeypatch):
    """The judge itself: a view that answers whoever asks is seen by the table."""
    from anju.cases import facts, ownership
    from anju.cases.models import Case

    row = BY_NAME["citizen:case"]
    assert said(knock(world, row, "stranger", "get")[0]) == "404"
    open_to_all = lambda reference, person_id: Case.objects.get(reference=reference)  # noqa: E731
    monkeypatch.setattr(ownership, "own_case", open_to_all)
    monkeypatch.setattr(facts, "own_case", open_to_all)
    assert said(knock(world, row, "stranger", "get")[0]) == "200"
