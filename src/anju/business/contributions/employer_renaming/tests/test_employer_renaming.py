"""单位登记变更: name, code and representative, by papers, approved by somebody else."""

from __future__ import annotations

import pytest

from anju.business.contributions import opening
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.contributions.tests import units
from anju.business.contributions.tests.units import AT
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import entered_facts
from anju.cases.records import Mistakes
from anju.parties import facts as parties
from anju.parties.tests import cast as people
from anju.store.fields import unseal
from anju.store.models import AuditRow

RENAMING = "contributions.employer_renaming"
SLOTS = ("register_papers",)
NAME = "演示·改名学校"


@pytest.fixture
def company(books, both_cities):
    """An employer with its account."""
    cast.member(1, sealed="")
    cast.turn_to()
    return lists.opened()


def on_record(by) -> str:
    """Who represents the employer, as the form shows it before anything is entered."""
    about = entered_facts.prospect(RENAMING, by=by, at=AT).about
    return next(value.text for value in about if value.code == "legal_representative")


def test_the_register_is_put_right(company):
    before = parties.employer(cast.employer())
    by = stop.unit_agent()
    posted = {"name": NAME, "uscc": people.uscc(4).lower(), "legal_representative": "演示·王五"}
    assert on_record(by) == "没有登记"
    units.approved(RENAMING, by, posted, *SLOTS)
    assert on_record(by) == "演***五"
    after = parties.employer(cast.employer())
    assert (after.name, after.uscc) == (NAME, people.uscc(4))
    account = EmployerAccount.objects.get()
    assert unseal(account, "legal_representative").expose() == "演示·王五"
    assert opening.live_account(after.uscc) == account.number
    assert parties.employer_by_uscc(before.uscc) is None
    written = AuditRow.objects.get(action="parties.employer_changed").details
    assert written == {"name": [before.name, NAME], "uscc": [before.uscc, people.uscc(4)]}
    assert "王五" not in str(list(AuditRow.objects.values_list("details", flat=True)))
    same = units.enter(RENAMING, stop.teller(), {"name": NAME})
    assert units.unmet(same) == {"nothing_changes"}


def test_one_thing_alone_at_the_counter(company):
    before = parties.employer(cast.employer())
    units.approved(RENAMING, stop.teller(), {"name": NAME}, *SLOTS)
    after = parties.employer(cast.employer())
    assert (after.name, after.uscc) == (NAME, before.uscc)


def test_what_is_anothers_is_refused(company):
    other = people.employer(6)
    by = stop.unit_agent()
    assert units.unmet(units.enter(RENAMING, by, {"uscc": other.uscc})) == {"uscc_taken"}
    assert units.unmet(units.enter(RENAMING, by, {"name": other.name})) == {"name_taken"}
    assert isinstance(units.enter(RENAMING, by, {}), Mistakes)
    assert AT
