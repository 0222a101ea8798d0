"""The page of 补缴: chosen, reckoned on one screen, confirmed as shown, seen by nobody else."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from anju.business.contributions import remitting
from anju.business.contributions.models import EmployerAccount, Enrolment, Remittance
from anju.business.contributions.tests.test_remitting import came
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_remittances import works
from anju.channels.employer.tests.test_sign_in import text

__all__ = ["works"]
ADDRESS = "/unit/back-payments/"
NUMBER = "90000001"
TYPED = {
    "reason": "opening", "whom": "chosen", "from_month": "2026-09", "month": "2026年10月",
    "employer_ratio": "12", "member_ratio": "12%", "who": [NUMBER], f"base_{NUMBER}": "6,500.00",
}  # fmt: skip


@pytest.fixture
def passed(works):
    """The employer has paid through October; its member began in September and was forgotten."""
    EmployerAccount.objects.update(
        state="normal", first_month=date(2026, 7, 1), paid_through=date(2026, 10, 1)
    )
    Enrolment.objects.update(first_month=date(2026, 9, 1))
    return cast.signed_in(works["admin"])


def sent(page: str) -> dict[str, Any]:
    """What the page would send to confirm."""
    form = page[page.index("back-payments/confirm/") :].partition("</form>")[0]
    found = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form))
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_who_was_forgotten_is_shown_with_his_months_and_the_fields_filled_in(passed):
    page = text(passed.get(ADDRESS))
    assert "2026年09月至2026年10月" in page
    assert 'value="2026-09"' in page
    assert 'value="2026-10"' in page
    assert 'value="6500.00"' in page
    assert NUMBER in text(passed.get(f"{ADDRESS}?show=missing&like=9000"))
    assert "没有符合的职工" in text(passed.get(f"{ADDRESS}?like=8"))


def test_reckoned_on_the_page_and_confirmed_as_shown(passed):
    page = text(passed.post(ADDRESS, TYPED))
    assert "3,120.00" in page
    assert not Remittance.objects.exists()
    answer = passed.post(f"{ADDRESS}confirm/", sent(page), follow=True)
    made = Remittance.objects.get()
    assert (made.kind, made.total_fen, made.headcount) == ("back", 312_000, 1)
    assert "补缴通知" in text(answer)
    assert "2026年09月至2026年10月 补缴" in text(answer)
    assert "开户补缴" in text(passed.get(f"/unit/remittances/{made.number}/"))
    assert made.number in text(passed.get(ADDRESS)), "it stands in the way of another one"


def test_a_back_payment_that_is_paid_has_its_receipt(passed):
    passed.post(f"{ADDRESS}confirm/", sent(text(passed.post(ADDRESS, TYPED))))
    number = Remittance.objects.get().number
    came(312_000, remark=number)
    assert remitting.allocate(number, at=cast.AT)
    page = text(passed.get("/unit/account/"))
    assert "2026年09月至2026年10月 补缴" in page
    assert "补缴入账" in page
    receipt = passed.get(f"/unit/account/receipts/{number}/")
    assert receipt["Content-Type"] == "application/pdf"


def test_everybody_who_misses_something(passed):
    page = text(passed.post(ADDRESS, TYPED | {"whom": "everybody", "who": []}))
    assert "3,120.00" in page
    passed.post(f"{ADDRESS}confirm/", sent(page))
    assert Remittance.objects.get().total_fen == 312_000


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"from_month": "9月"}, "请填写年月"),
        ({"reason": "because"}, "请选择补缴原因"),
        ({"employer_ratio": "13"}, "缴存比例不在每个月规定的范围内"),
        ({"month": "2026-11"}, "还没有汇缴到的月份不能补缴"),
        ({"from_month": "2026-11"}, "起止不正确"),
        ({"from_month": "2026-08"}, "早于该职工的首次汇缴年月"),
        ({"reason": "short"}, "没有缴过"),
        ({f"base_{NUMBER}": "abc"}, "的缴存基数："),
        ({f"base_{NUMBER}": "0"}, "应大于 0"),
        ({"who": []}, "没有可以补缴的职工和月份"),
        ({"who": ["12345678"], "base_12345678": "1"}, "有的职工不能这样补缴"),
    ],
)
def test_what_is_wrong_is_told_and_cannot_be_confirmed(passed, changed, says):
    answer = passed.post(ADDRESS, TYPED | changed)
    page = text(answer, 422)
    assert says in page
    assert "confirm/" not in page


def test_what_was_left_open_or_made_up_confirms_nothing(passed):
    hidden = sent(text(passed.post(ADDRESS, TYPED)))
    assert passed.post(f"{ADDRESS}confirm/", hidden | {"headcount": "x"}).status_code == 404
    assert passed.post(f"{ADDRESS}confirm/", hidden | {"month": "x"}).status_code == 404
    Enrolment.objects.update(first_month=date(2026, 10, 1))
    answer = text(passed.post(f"{ADDRESS}confirm/", hidden), 422)
    assert "有的职工不能这样补缴" in answer
    assert not Remittance.objects.exists()


def test_another_employers_agent_pays_for_nobody_here(passed, works):
    other = cast.signed_in(works["other"])
    assert "请先办理单位开户" in text(other.get(ADDRESS))
    assert "请先办理单位开户" in text(other.post(ADDRESS, TYPED))
