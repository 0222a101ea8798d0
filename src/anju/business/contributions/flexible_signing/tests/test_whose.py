"""Who may enter an agreement, and how lists call somebody whom nobody knows yet."""

from __future__ import annotations

import pytest

from anju.business.contributions.flexible.tests import people
from anju.business.contributions.flexible.tests.people import AT, posted
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import units
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts as cases
from anju.cases.records import Mistakes, NotYours
from anju.parties import facts as parties


@pytest.fixture(autouse=True)
def _office(books, fetches, city):
    city("yuncheng")
    cast.turn_to()


def test_no_agent_and_no_other_branch_enters_one():
    with pytest.raises(NotYours):
        units.enter(people.SIGNING, stop.unit_agent(), posted())
    far = stop.teller("far.teller", branch_code="elsewhere")
    assert isinstance(units.enter(people.SIGNING, far, posted(), employer_id=None), Mistakes)


def test_no_agent_and_no_other_branch_ends_one(worker):
    people.signed()
    ends = {**people.NOTHING, "deed": "end"}
    with pytest.raises(NotYours):
        units.enter(people.CHANGING, stop.unit_agent(), ends, person_id=people.person())
    far = stop.teller("far.teller", branch_code="elsewhere")
    answer = units.enter(people.CHANGING, far, ends, person_id=people.person())
    assert isinstance(answer, Mistakes)


def test_a_list_does_not_say_the_whole_name(worker):
    teller, reviewer = stop.teller("first.teller"), cast.staff("first.reviewer").pk
    units.submitted(people.SIGNING, teller, posted(), *people.SIGNING_SLOTS, employer_id=None)
    assert parties.person_by_id_number(people.ID_NUMBER) is None
    waiting = cases.worklist(reviewer, show="waiting", service=None, text="", before=None, at=AT)
    (line,) = waiting.lines
    assert "周行" not in line.member_name_masked
    assert "*" in line.member_name_masked
