"""The pages of 个人开户, 封存 and 启封: shown first, then done, to one's own people alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from anju import ledger, policy
from anju.business.contributions import orders
from anju.business.contributions.models import Enrolment
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_members import enrolled
from anju.channels.employer.tests.test_sign_in import text
from anju.domain.money import yuan
from anju.parties.models import Employer
from anju.store.audit import Actor

SEALS, ENROL = "/unit/people/seals/", "/unit/people/enrol/"
ONE, TWO = "90000001", "90000002"
TYPED = {"name": "演示·郑新", "id_number": cast.id_number(88), "phone": cast.phone(88),
         "base": "6500", "first_month": "2026-11"}  # fmt: skip


@pytest.fixture
def works(hall, city):
    """Two employers with their agents, the first with an account and two people."""
    city("yuncheng")
    ledger.open_day(cast.AT.date())
    admin, other = cast.agent(1), cast.agent(5, of=cast.employer(5))
    employer = admin.appointments.get().employer
    for each in (employer, Employer.objects.exclude(pk=employer.pk).get()):
        orders.take_on_employer(
            each.pk, member_ratio=Decimal("0.12"), employer_ratio=Decimal("0.12"), payday=10,
            first_month=date(2026, 11, 1), paid_through=None, bank_code="105",
            bank_branch_code="10501", opened_on=date(2026, 7, 1), actor=Actor.system(), at=cast.AT,
        )  # fmt: skip
    for order in (1, 2):
        enrolled(employer.pk, order, f"演示·职工{'甲乙'[order - 1]}")
    return {"admin": admin, "other": other}


def sealed() -> int:
    return Enrolment.objects.filter(sealed_on__isnull=False).count()


def test_who_was_ticked_is_shown_and_then_sealed_and_unsealed(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.post(SEALS, {"deed": "seal", "who": [ONE, TWO]}))
    assert "封存 2 名职工" in page
    assert page.count("可以封存") == 2
    assert 'value="2026-11"' in page
    asked = {"deed": "seal", "who": [ONE, TWO], "month": "2026-11", "confirm": "1"}
    assert "请选择封存原因" in text(browser.post(SEALS, asked), 422)
    assert sealed() == 0
    done = browser.post(SEALS, {**asked, "reason": "left"}, follow=True)
    assert "2 名职工已封存" in text(done)
    assert sealed() == 2
    asked = {"deed": "unseal", "who": [ONE], "month": "2026-12", "confirm": "1"}
    assert "1 名职工已启封" in text(browser.post(SEALS, asked, follow=True))
    assert sealed() == 1
    assert "启封" in text(browser.get(f"/unit/people/members/{ONE}/"))


def test_who_is_unsealed_may_have_a_new_base_within_the_limits_of_the_month(works):
    browser = cast.signed_in(works["admin"])
    asked = {"deed": "seal", "who": [ONE, TWO], "month": "2026-11", "reason": "left"}
    browser.post(SEALS, {**asked, "confirm": "1"})
    asked = {"deed": "unseal", "who": [ONE, TWO], "month": "2026-12", f"base_{ONE}": "1"}
    page = text(browser.post(SEALS, asked))
    floor = policy.contribution_terms(policy.current()).limits(date(2026, 12, 1)).floor_fen
    assert f"按限额 {yuan(floor)} 元计缴" in page
    assert sealed() == 2
    asked = {**asked, "confirm": "1", f"base_{ONE}": "7,250.50", f"base_{TWO}": "many"}
    page = text(browser.post(SEALS, asked), 422)
    assert f"{TWO} 的新缴存基数：“many”不是金额" in page
    assert 'value="7,250.50"' in page
    assert sealed() == 2
    kept = Enrolment.objects.get(account_no=TWO).base_fen
    done = browser.post(SEALS, {**asked, f"base_{TWO}": " "}, follow=True)
    assert "2 名职工已启封" in text(done)
    bases = dict(Enrolment.objects.values_list("account_no", "base_fen"))
    assert bases == {ONE: 725_050, TWO: kept}
    row = Enrolment.objects.get(account_no=ONE)
    assert row.member_month_fen == 87_000, "870.06 to the whole yuan, as the city rounds"


def test_what_is_wrong_stands_in_its_row_and_the_row_may_be_left_out(works):
    browser = cast.signed_in(works["admin"])
    asked = {"deed": "seal", "who": [TWO], "month": "2026-11", "reason": "left", "confirm": "1"}
    browser.post(SEALS, asked)
    asked["who"] = [ONE, TWO]
    page = text(browser.post(SEALS, asked), 422)
    assert "1 人不能封存，没有办理任何人" in page
    assert "已经封存，不用再次办理" in page
    assert sealed() == 1
    del asked["confirm"]
    page = text(browser.post(SEALS, {**asked, "leave_out": TWO}))
    assert "封存 1 名职工" in page


@pytest.mark.parametrize("month", ["2026-13", "soon", "2026-09", "2027-05"])
def test_a_month_that_is_none_or_not_theirs_seals_nobody(works, month):
    browser = cast.signed_in(works["admin"])
    asked = {"deed": "seal", "who": [ONE], "month": month, "reason": "left", "confirm": "1"}
    assert browser.post(SEALS, asked).status_code == 422
    assert sealed() == 0


def test_another_employers_people_are_not_there(works):
    browser = cast.signed_in(works["other"])
    for deed in ("seal", "unseal"):
        assert browser.post(SEALS, {"deed": deed, "who": [ONE]}).status_code == 404
    assert browser.post(SEALS, {"deed": "delete", "who": [ONE]}).status_code == 404
    assert "请先在职工名单中勾选职工" in text(browser.post(SEALS, {"deed": "seal"}), 422)
    assert "先勾选职工" in text(browser.get(SEALS))


def test_one_person_is_enrolled_after_it_was_shown(works):
    browser = cast.signed_in(works["admin"])
    assert "检查" in text(browser.get(ENROL))
    page = text(browser.post(ENROL, TYPED))
    assert "确认办理" in page
    assert "新开户" in page
    assert "780.00" in page
    assert Enrolment.objects.count() == 2
    seen = page.split('name="seen" value="')[1].split('"')[0]
    again = text(browser.post(ENROL, {**TYPED, "seen": "新开户:1:1:1", "confirm": "1"}))
    assert "情况有变" in again
    done = browser.post(ENROL, {**TYPED, "seen": seen, "confirm": "1"}, follow=True)
    assert "演示·郑新的缴存登记已办理" in text(done)
    assert Enrolment.objects.count() == 3


def test_what_is_wrong_stands_beside_its_field(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.post(ENROL, {**TYPED, "name": "演", "id_number": cast.id_number(91)}), 422)
    assert "2 至 30 个汉字" in page
    assert "确认办理" not in page
    known = {**TYPED, "name": "演示·职工甲", "id_number": cast.id_number(91)}
    assert "已在本单位缴存" in text(browser.post(ENROL, known), 422)
