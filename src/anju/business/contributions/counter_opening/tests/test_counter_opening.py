"""柜台单位开户: a teller enters the papers, another person approves, and the account is there."""

from __future__ import annotations

import pytest

from anju import policy
from anju.business.contributions import opening
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import units
from anju.business.contributions.tests.enterprise import ENTERPRISE
from anju.business.contributions.tests.units import AT
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts as cases
from anju.cases.records import Mistakes, NotYours
from anju.parties import facts as parties
from anju.parties.models import Appointment
from anju.parties.tests import cast as people

OPENING = "contributions.counter_opening"
SLOTS = ("register_papers", "agent_papers")


@pytest.fixture
def office(books, both_cities):
    """The branch that looks after the first division of the city, and what its papers say."""
    code, branch = next(one for one in policy.current().branches.items() if one[1].divisions)
    cast.turn_to()
    posted = {
        "name": ENTERPRISE.name, "uscc": ENTERPRISE.uscc, "address": ENTERPRISE.address,
        "founded_on": "2026-09-18", "legal_representative": "演示·薛明",
        "division": branch.divisions[0], "affiliation": "40", "employer_ratio": "12",
        "member_ratio": "12", "headcount": "3", "wages": "19,500.00", "payday": "10",
        "first_month": "2026-10", "bank": opening.banks()[0][0], "agent_name": "演示·薛明",
        "agent_phone": "15000000001", "with_hall": "yes",
    }  # fmt: skip
    teller = stop.teller("first.teller", branch_code=code)
    reviewer = cast.staff("first.reviewer", branch_code=code)
    return teller, reviewer.pk, posted


def submitted(teller, posted) -> str:
    return units.submitted(OPENING, teller, posted, *SLOTS, employer_id=None)


def test_the_account_opens_with_the_approval_and_the_agent_is_invited(office):
    teller, reviewer, posted = office
    reference = submitted(teller, posted)
    assert not EmployerAccount.objects.exists()
    assert not parties.employer_by_uscc(ENTERPRISE.uscc)
    waiting = cases.worklist(reviewer, show="waiting", service=None, text="", before=None, at=AT)
    assert [line.member_name_masked for line in waiting.lines] == [ENTERPRISE.name]
    stop.approved(reference, reviewer)
    account = EmployerAccount.objects.get()
    assert (account.state, account.opening_key, account.payday) == ("opened", reference, 10)
    known = parties.employer_by_uscc(ENTERPRISE.uscc)
    assert (account.employer_id, known.name) == (known.employer_id, ENTERPRISE.name)
    assert known.branch_code == parties.staff_member(reviewer).branch_code
    invitation = Appointment.objects.get(employer_id=known.employer_id)
    assert (invitation.role, invitation.invited_by_id) == ("admin", reviewer)
    page = cases.review_page(reference, staff_id=reviewer, at=AT)
    assert account.number in {each.text for each in page.member}
    again = units.enter(OPENING, teller, posted, employer_id=None)
    assert "account_exists" in units.unmet(again)


def test_without_the_hall_nobody_is_invited(office):
    teller, reviewer, posted = office
    stop.approved(submitted(teller, posted | {"with_hall": "no"}), reviewer)
    assert EmployerAccount.objects.get().state == "opened"
    assert not Appointment.objects.exists()


def test_a_name_that_another_has_is_shown_and_a_person_decides(office):
    teller, reviewer, posted = office
    same = people.employer(6)
    reference = submitted(teller, posted | {"name": same.name})
    page = cases.review_page(reference, staff_id=reviewer, at=AT)
    shown = {each.code: each.met for each in page.findings}
    assert shown["counter_opening.name_taken"] is False
    assert "已有单位正在使用相同的名称" in page.why_review
    stop.approved(reference, reviewer)
    assert EmployerAccount.objects.get().employer_id != same.pk


def test_one_at_a_time_and_who_entered_does_not_approve(office):
    teller, _reviewer, posted = office
    reference = submitted(teller, posted)
    other = stop.teller("other.teller", branch_code=stop.cast.case(reference).branch_code)
    again = units.enter(OPENING, other, posted, employer_id=None)
    assert units.unmet(again) == {"another_case_live"}
    assert stop.decide(reference, teller.user_id).text


def test_whose_it_is(office):
    teller, _reviewer, posted = office
    with pytest.raises(NotYours):
        units.enter(OPENING, stop.unit_agent(), posted)
    with pytest.raises(NotYours):
        units.enter(OPENING, teller, posted, employer_id=cast.employer())
    elsewhere = stop.teller("far.teller", branch_code="elsewhere")
    assert isinstance(units.enter(OPENING, elsewhere, posted, employer_id=None), Mistakes)
    wrong = units.enter(OPENING, teller, posted | {"payday": "十号"}, employer_id=None)
    assert "整数" in wrong.errors["payday"]
    unknown = units.enter(OPENING, teller, posted | {"division": "999999"}, employer_id=None)
    assert "请选择" in unknown.errors["division"]
