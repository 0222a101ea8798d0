"""The pages of 汇缴清册: confirmed as it was shown, told where to pay, seen by nobody else."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from anju import ledger
from anju.business.contributions import orders, remitting
from anju.business.contributions.models import (
    CollectionAgreement,
    EmployerAccount,
    Enrolment,
    Remittance,
)
from anju.business.contributions.tests.test_remitting import came
from anju.business.treasury.models import CollectionOrder
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_sign_in import text
from anju.parties import actions as parties
from anju.store.audit import Actor
from anju.store.fields import next_pk, seal

ADDRESS = "/unit/remittances/"
TOTAL = "1,560.00"


@pytest.fixture
def works(hall, city):
    """Two employers with their administrators; the first has an account and one member."""
    city("yuncheng")
    ledger.open_day(cast.AT.date())
    admin, other = cast.agent(1), cast.agent(5, of=cast.employer(5))
    employer = admin.appointments.get().employer
    member = parties.enrol_person(
        name="演示·缴存人", id_number=cast.id_number(90), phone=cast.phone(90),
        actor=Actor.system(), at=cast.AT,
    )  # fmt: skip
    ratio = Decimal("0.12")
    orders.take_on_employer(
        employer.pk, member_ratio=ratio, employer_ratio=ratio, payday=10,
        first_month=date(2026, 11, 1), paid_through=None, bank_code="105", bank_branch_code="10501",
        opened_on=date(2026, 7, 1), actor=Actor.system(), at=cast.AT,
    )  # fmt: skip
    orders.take_on(
        member.pk, employer_id=employer.pk, branch_code="yanhu", account_no="90000001",
        base_fen=650_000, member_ratio=ratio, employer_ratio=ratio, opening_fen=0,
        opened_on=date(2026, 7, 1), actor=Actor.system(), at=cast.AT,
    )  # fmt: skip
    return {"admin": admin, "other": other, "employer": employer}


def typed(browser) -> dict[str, str]:
    """What the page would send back."""
    page = text(browser.get(ADDRESS))
    found = dict(
        re.findall(r'name="(month|headcount|total_fen|request_key)" value="([^"]*)"', page)
    )
    assert len(found) == 4, page
    return found


def confirmed(browser) -> str:
    answer = browser.post(f"{ADDRESS}confirm/", typed(browser), follow=True)
    assert answer.status_code == 200
    return Remittance.objects.latest("pk").number


def test_what_is_due_is_shown_and_confirmed_as_shown(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.get(ADDRESS))
    assert TOTAL in page
    assert "演示·缴存人" in page
    number = confirmed(browser)
    page = text(browser.get(ADDRESS))
    assert number in page
    assert "14050200000000000002" in page, "the account that collects"
    assert "remittances/confirm/" not in page


def test_a_month_that_has_not_come_says_when_it_may_be_confirmed(works):
    EmployerAccount.objects.update(state="normal", paid_through=date(2026, 11, 1))
    page = text(cast.signed_in(works["admin"]).get(ADDRESS))
    assert "未到缴存月份" in page
    assert "2026年12月的清册自当月1日起可以确认" in page
    assert "remittances/confirm/" not in page


def test_a_page_that_was_left_open_confirms_nothing_else(works):
    browser = cast.signed_in(works["admin"])
    sent = typed(browser)
    Enrolment.objects.update(base_fen=700_000, member_month_fen=84_000, employer_month_fen=84_000)
    answer = browser.post(f"{ADDRESS}confirm/", sent)
    assert answer.status_code == 422
    assert "清册在您查看之后有变动" in text(answer, 422)
    assert not Remittance.objects.exists()


def test_sent_twice_is_one_list(works):
    browser = cast.signed_in(works["admin"])
    sent = typed(browser)
    for _ in range(2):
        assert browser.post(f"{ADDRESS}confirm/", sent).status_code == 302
    assert Remittance.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"month": "2026-13-01"}, {"headcount": "-1"}, {"total_fen": "x"}, {"request_key": "no"}],
)
def test_what_no_page_sends_is_answered_as_nothing(works, wrong):
    browser = cast.signed_in(works["admin"])
    assert browser.post(f"{ADDRESS}confirm/", typed(browser) | wrong).status_code == 404


def test_another_employers_agent_finds_nothing(works):
    number = confirmed(cast.signed_in(works["admin"]))
    browser = cast.signed_in(works["other"])
    assert "还不能汇缴" in text(browser.get(ADDRESS))
    assert browser.get(f"{ADDRESS}{number}/").status_code == 404
    for deed in ("void", "pay"):
        assert browser.post(f"{ADDRESS}{number}/{deed}/").status_code == 404
    assert Remittance.objects.get().state == "confirmed"


def test_a_list_is_taken_back_and_told_afterwards(works):
    browser = cast.signed_in(works["admin"])
    number = confirmed(browser)
    answer = text(browser.post(f"{ADDRESS}{number}/void/", follow=True))
    assert "已作废" in answer
    again = text(browser.post(f"{ADDRESS}{number}/void/", follow=True))
    assert "不能作废" in again
    page = text(browser.get(f"{ADDRESS}{number}/"))
    assert number in page
    assert TOTAL in page


def test_money_is_fetched_under_an_agreement_and_told(works):
    browser = cast.signed_in(works["admin"])
    number = confirmed(browser)
    assert "委托收款：由银行" not in text(browser.get(ADDRESS))
    refused = text(browser.post(f"{ADDRESS}{number}/collect/"), 422)
    assert "没有委托收款协议" in refused
    agreed()
    page = text(browser.get(ADDRESS))
    assert "由银行从 中国建设银行" in page
    assert "8888000000000011" not in page
    answer = text(browser.post(f"{ADDRESS}{number}/collect/", follow=True))
    assert "待发送" in answer
    assert "没有结果以前请不要再转账" in answer
    assert "作废这份清册" not in answer
    CollectionOrder.objects.update(
        status="failed", reason="付款账户余额不足", settled_at=cast.AT, next_look_at=None
    )
    again = text(browser.get(ADDRESS))
    assert "未成功：付款账户余额不足" in again
    assert "作废这份清册" in again


def agreed() -> None:
    """The employer's agreement, as an approval leaves it."""
    made = CollectionAgreement(
        pk=next_pk(CollectionAgreement), number="WT1", account=Remittance.objects.get().account,
        agreement_no="XY1", bank_code="105", signed_on=cast.AT.date(), approved_on=cast.AT.date(),
    )  # fmt: skip
    seal(made, "payer_account", "8888000000000011")
    made.save(force_insert=True)


def test_unallocated_money_pays_when_it_suffices(works):
    browser = cast.signed_in(works["admin"])
    first = confirmed(browser)
    assert "用未分摊资金缴款" not in text(browser.get(ADDRESS))
    came(156_000, remark=first)
    browser.post(f"{ADDRESS}{first}/void/")
    second = confirmed(browser)
    assert "用未分摊资金缴款" in text(browser.get(ADDRESS))
    browser.post(f"{ADDRESS}{second}/pay/")
    assert remitting.allocate(second, at=cast.AT)
    page = text(browser.get(ADDRESS))
    assert "已入账" in page
    assert "2026年12月" in page, "the month after is next"
