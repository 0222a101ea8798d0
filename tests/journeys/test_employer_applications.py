"""What an employer applies for, through pages: a deferral in both halls, an opening by papers."""

from __future__ import annotations

import re

import pytest

from anju import policy
from anju.business.contributions import opening
from anju.business.contributions.models import Deferral, EmployerAccount, Enrolment
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.contributions.tests.enterprise import ENTERPRISE
from anju.business.withdrawals.retirement.tests import cast
from anju.channels.counter.tests import cast as counter
from anju.channels.employer.tests import cast as employer
from anju.parties import facts as parties
from anju.parties.models import User

from .test_stopping import approve, bank, desk, page, paper

__all__ = ["bank"]
DEFERRING = "contributions.deferring"
POSTED = {
    "from_month": "2026-11", "to_month": "2027-01", "reason": "stopped", "account": "演示：停产",
    "wage_last": "4,800.00",
}  # fmt: skip
PAPERS = ("staff_resolution", "hardship_papers")


@pytest.fixture
def works(bank):
    """An employer with its account; its unified code."""
    cast.member(1, sealed="")
    cast.turn_to()
    lists.opened()
    Enrolment.objects.update(paid_through="2026-10-01")
    return parties.employer(cast.employer()).uscc


def test_a_teller_defers_for_an_employer_from_its_own_pages(works):
    teller = desk("yanhu.first", "reviewer")
    assert f"/counter/entries/?account={works}" in page(
        teller, f"/counter/employers/{works}/account/"
    )
    listed = page(teller, f"/counter/entries/?account={works}")
    way = re.search(rf'href="(/counter/entries/new/{DEFERRING}/[^"]*)"', listed)[1]
    found = page(teller, way)
    whom = re.findall(r'name="whom" value="(\d+)"', found)[0]
    assert f"DW{cast.AT:%Y%m%d}" in found
    typed = {"whom": whom, **POSTED, **{f"photo-{slot}": paper() for slot in PAPERS}}
    done = teller.post(f"/counter/entries/new/{DEFERRING}/", typed)["Location"]
    reference = done.rstrip("/").rpartition("/")[2]
    approve(desk("yanhu.second", "reviewer"), reference)
    assert Deferral.objects.get().number == reference
    agent = employer.signed_in(User.objects.get(pk=stop.unit_agent().user_id))
    seen = page(agent, f"/unit/applications/{DEFERRING}/")
    assert (reference in seen, "柜面" in seen) == (True, True)
    assert "已办结" in page(agent, f"/unit/applications/{DEFERRING}/{reference}/")


def test_another_branch_finds_no_such_employer(works):
    elsewhere = counter.signed_in(counter.staff("hejin.one", "reviewer", branch="hejin"))
    way = f"/counter/entries/new/{DEFERRING}/"
    assert 'name="whom"' not in page(elsewhere, f"{way}?account={works}")
    nobody = elsewhere.post(way, {"find": "1", "who": works})
    assert nobody.status_code == 422
    assert "本管理部没有这家单位的单位账户" in nobody.content.decode()
    nothing = elsewhere.post(way, {"find": "1", "who": " "})
    assert "请填写单位账号或统一社会信用代码" in nothing.content.decode()
    assert elsewhere.post(way, {"whom": str(cast.employer()), **POSTED}).status_code in (404, 422)
    assert not Deferral.objects.exists()


def test_an_agent_names_nobody_and_reads_what_stands_against_it(works):
    agent = employer.signed_in(User.objects.get(pk=stop.unit_agent().user_id))
    way = f"/unit/applications/{DEFERRING}/new/"
    assert 'name="who"' not in page(agent, way)
    late = agent.post(way, POSTED | {"from_month": "2026-12"})
    assert late.status_code == 422
    assert "缓缴应从应汇缴年月开始" in late.content.decode()
    kept = agent.post(way, POSTED)["Location"]
    assert "单位账号" in page(agent, kept)


def test_an_employer_is_opened_by_its_papers(bank):
    cast.turn_to()
    teller = desk("yanhu.first", "reviewer")
    way = "/counter/entries/new/contributions.counter_opening/"
    assert 'name="find"' not in page(teller, way)
    posted = {
        "name": ENTERPRISE.name, "uscc": ENTERPRISE.uscc, "address": ENTERPRISE.address,
        "founded_on": "2026-09-18", "legal_representative": "演示·薛明", "affiliation": "40",
        "division": policy.current().branches["yanhu"].divisions[0], "employer_ratio": "12",
        "member_ratio": "12", "headcount": "0", "wages": "0", "payday": "10",
        "first_month": "2026-11", "bank": opening.banks()[0][0], "agent_name": "演示·薛明",
        "agent_phone": "15000000001", "with_hall": "no",
    }  # fmt: skip
    missing = teller.post(way, posted | {"payday": ""})
    assert (missing.status_code, "请填写单位发薪日" in missing.content.decode()) == (422, True)
    kept = teller.post(way, posted)["Location"]
    assert ENTERPRISE.name in page(teller, kept)
    photos = {f"photo-{slot}": paper() for slot in ("register_papers", "agent_papers")}
    done = teller.post(kept, posted | photos)["Location"]
    reference = done.rstrip("/").rpartition("/")[2]
    approve(desk("yanhu.second", "reviewer"), reference)
    assert EmployerAccount.objects.get().opening_key == reference
    assert EmployerAccount.objects.get().number in page(teller, f"/counter/cases/{reference}/")
