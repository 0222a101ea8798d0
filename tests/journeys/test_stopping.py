"""From an employer's papers to the money of who retired: through the pages of both halls."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anju.business.contributions.stopping.tests import cast as stop
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank, Worker
from anju.business.withdrawals.retirement.tests.conftest import MemoryEvidence
from anju.business.withdrawals.retirement.tests.looking import card_of
from anju.cases.models import Message
from anju.channels.counter.tests import cast as counter
from anju.channels.employer.tests import cast as employer
from anju.parties.models import User
from anju.ports import offering

APPLICATIONS = "/unit/applications/contributions.stopping/"
ENTERING = "/counter/entries/new/contributions.stopping/"


@pytest.fixture
def bank(db, clock, city):
    """A city with open books, a bank and a store of pictures."""
    city("yuncheng")
    cast.open_books()
    memory = MemoryBank()
    with offering("bank", memory), offering("evidence_store", MemoryEvidence()):
        yield memory


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("papers.jpg", cast.photo(), "image/jpeg")


def desk(name: str, role: str) -> Client:
    """A browser of somebody at the member's branch."""
    return counter.signed_in(counter.staff(name, role))


def page(browser: Client, address: str) -> str:
    """What an address shows."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def approve(browser: Client, reference: str) -> None:
    """Press 通过 on the case's page."""
    shown = page(browser, f"/counter/cases/{reference}/")
    posted = {
        "payload_hash": re.findall(r'name="payload_hash" value="(\w+)"', shown)[0],
        "reason_code": "consistent",
    }
    answer = browser.post(f"/counter/cases/{reference}/approve/", posted)
    assert answer.status_code == 302, answer.content.decode()


def is_paid(who: cast.Member, bank: MemoryBank) -> bool:
    """Whether the member, who may apply now, is paid everything and the account closed."""
    assert card_of(who).is_open
    cast.submit(who)
    Worker().work(cast.AT)
    return who.account.state == "closed" and sum(bank.paid.values()) > cast.BALANCE


def test_the_agent_stops_with_papers_and_the_member_is_paid(bank):
    who, by = stop.contributor(), stop.unit_agent(5)
    cast.turn_to()
    unit = employer.signed_in(User.objects.get(pk=by.user_id))
    assert "停缴" in page(unit, APPLICATIONS)
    typed = {"who": "00000001", **stop.RETIRED}
    refused = unit.post(f"{APPLICATIONS}new/", {**typed, "who": "99999999"})
    assert refused.status_code == 422
    assert "本单位没有这名职工" in refused.content.decode()
    nothing = unit.post(f"{APPLICATIONS}new/", {**typed, "who": " "})
    assert "请填写职工的个人账号或身份证号码" in nothing.content.decode()
    early = unit.post(f"{APPLICATIONS}new/", {**typed, "last_month": "2026-09"})
    assert "之后的月份已经汇缴" in early.content.decode()
    case = unit.post(f"{APPLICATIONS}new/", typed)["Location"]
    reference = case.rstrip("/").rpartition("/")[2]
    assert "退休材料" in page(unit, case)
    lacking = unit.post(f"{case}submit/")
    assert lacking.status_code == 422
    unit.post(f"{case}photos/", {"slot": "retirement_papers", "photo": paper()})
    photo = re.findall(rf'src="({case}photos/\d+/)"', page(unit, case))[0]
    assert unit.get(photo).headers["Content-Type"] == "image/jpeg"
    assert unit.post(f"{case}submit/").status_code == 302
    assert "审核中" in page(unit, APPLICATIONS)

    reviewer = desk("yanhu.second", "reviewer")
    shown = page(reviewer, f"/counter/cases/{reference}/")
    assert "离退休" in shown
    assert "通过后业务立即办结并生效" in shown
    approve(reviewer, reference)
    assert "已办结" in page(unit, case)
    filed = page(reviewer, f"/counter/members/{who.person_id}/")
    assert "退休材料" in filed
    assert re.search(r"离退休，2026年11月20日 经盐湖管理部审批", filed)
    assert is_paid(who, bank)


def test_a_teller_takes_the_papers_on_one_screen(bank):
    who = stop.contributor()
    cast.turn_to()
    teller = desk("yanhu.first", "reviewer")
    assert "停缴" in page(teller, "/counter/entries/")
    found = teller.post(ENTERING, {"find": "1", "who": cast.id_number(1)}).content.decode()
    assert "00000001" in found
    nobody = teller.post(ENTERING, {"find": "1", "who": "99999999"})
    assert nobody.status_code == 422
    person = re.findall(r'name="whom" value="(\d+)"', found)[0]
    typed = {"whom": person, **stop.RETIRED}
    kept = teller.post(ENTERING, typed)["Location"]
    assert "请拍摄或上传这张照片" in page(teller, kept)
    done = teller.post(kept, {**stop.RETIRED, "photo-retirement_papers": [paper(), paper()]})
    reference = done["Location"].rstrip("/").rpartition("/")[2]
    assert "您录入或修改过这笔业务的内容" in page(teller, done["Location"])
    approve(desk("yanhu.second", "reviewer"), reference)
    assert Message.objects.filter(person_id=who.person_id, title="停缴已办结").exists()
    elsewhere = counter.signed_in(counter.staff("hejin.one", "reviewer", branch="hejin"))
    assert elsewhere.get(f"/counter/members/{who.person_id}/").status_code == 404
    assert is_paid(who, bank)
