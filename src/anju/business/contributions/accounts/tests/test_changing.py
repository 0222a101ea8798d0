"""单位信息变更: what an employer may change at once, and what stands against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.business.contributions.accounts import changing
from anju.business.contributions.accounts.changing import Details, NotChanged
from anju.business.contributions.people.tests import office
from anju.business.contributions.rosters.tests import company
from anju.store.models import AuditRow

BY = {"actor": office.AGENT, "at": office.AT}
WANTED = Details("运城市盐湖区演示路 9 号", 12, "105/10501", "40")


@pytest.fixture
def works(db, city):
    """Two employers with their accounts."""
    city("yuncheng")
    office.books()
    office.account(2)
    return company.employer(1)


def test_what_changed_is_written_down_once(works):
    was = changing.details(works)
    assert (was.address, was.payday) == ("", 10)
    assert changing.change(works, WANTED, **BY) == ("address", "payday", "affiliation")
    assert changing.details(works) == WANTED
    assert changing.change(works, WANTED, **BY) == ()
    row = AuditRow.objects.get(action="contributions.employer_account_changed")
    assert row.details["payday"] == ["10", "12"]


@pytest.mark.parametrize(
    "wrong",
    [{"address": ""}, {"payday": 0}, {"payday": 32}, {"affiliation": "11"}, {"bank": "105"},
     {"bank": "999/99901"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(works, wrong):
    with pytest.raises(NotChanged) as refused:
        changing.change(works, replace(WANTED, **wrong), **BY)
    assert refused.value.about == next(iter(wrong))
    assert changing.details(works).address == ""


def test_an_address_is_one_employers(works):
    changing.change(company.employer(2), WANTED, **BY)
    with pytest.raises(NotChanged, match="相同的地址"):
        changing.change(works, WANTED, **BY)
    with pytest.raises(LookupError):
        changing.change(works + 1000, WANTED, **BY)
    assert changing.details(works + 1000) is None
