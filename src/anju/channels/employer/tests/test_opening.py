"""An employer without an account: the door, the page, the number; and what mistakes say."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from anju import ledger, ports
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.tests.enterprise import ENTERPRISE
from anju.channels.employer.tests import cast
from anju.parties.models import Appointment, SmsMessage
from anju.ports.enterprises import (
    EnterpriseRefused,
    EnterprisesUnreachable,
    NotVouchedFor,
)
from anju.store.fields import unseal

DOOR, DETAILS, DONE = "/unit/open/", "/unit/open/details/", "/unit/open/done/"
TYPED = {
    "agent_name": "演示·卫青",
    "agent_phone": "15000000001",
    "employer_ratio": "12",
    "member_ratio": "12%",
    "headcount": "0",
    "wages": "0",
    "payday": "10",
    "first_month": "2026-11",
    "bank": "105/10501",
    "affiliation": "40",
    "with_hall": "no",
}


class Platform:
    """Knows one enterprise by its password, or says something else."""

    says: Exception | None = None

    def look_up(self, uscc, *, password):
        if self.says is not None:
            raise self.says
        if password != "Kaiban-2026":
            raise EnterpriseRefused(NotVouchedFor.WRONG_PASSWORD)
        return ENTERPRISE


@pytest.fixture
def platform(db, clock):
    ledger.open_day(cast.AT.date())
    known = Platform()
    with ports.offering("enterprises", known):
        yield known


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def knock(browser, *, uscc=ENTERPRISE.uscc, password="Kaiban-2026"):
    return browser.post(DOOR, {"uscc": uscc, "password": password})


@pytest.fixture
def browser(platform):
    """Somebody for whom the platform has vouched."""
    browser = Client()
    assert knock(browser)["Location"] == DETAILS
    return browser


def test_the_door_stands_on_the_sign_in_page(platform):
    assert f'href="{DOOR}"' in text(Client().get("/unit/sign-in/"))
    page = text(Client().get(DOOR))
    for words in ("单位自主开户登录", "请输入统一社会信用代码", "请输入登录密码", "确定"):
        assert words in page


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (EnterpriseRefused(NotVouchedFor.UNKNOWN), "没有登记这个统一社会信用代码"),
        (EnterpriseRefused(NotVouchedFor.REVOKED), "已被吊销或注销"),
        (EnterprisesUnreachable("down"), "暂时没有应答"),
        (None, "登录密码不正确"),
    ],
)
def test_nobody_comes_in_unvouched(platform, says, words):
    platform.says = says
    browser = Client()
    page = text(knock(browser, password="Wrong-2026"), 422)
    assert words in page
    assert ENTERPRISE.uscc in page
    assert "Wrong-2026" not in page
    assert browser.get(DETAILS)["Location"] == DOOR
    assert browser.get(DONE)["Location"] == DOOR


def test_a_code_that_cannot_be_is_told_beside_its_field(platform):
    page = text(knock(Client(), uscc="YCSZFGJJGLZX000000"), 422)
    assert 'id="id_uscc-error"' in page


def test_every_field_of_the_manual_is_there(browser):
    page = text(browser.get(DETAILS))
    for label in (
        "企业名称", "社会统一信用代码", "企业地址", "成立日期", "法人姓名", "经办人姓名",
        "经办人移动电话", "注册地行政区划", "单位缴存比例", "个人缴存比例", "月缴存人数",
        "月工资总额", "月缴存总额", "单位发薪日", "首次汇缴年月", "委托归集银行",
        "单位隶属关系", "是否开启网厅单位版", "温馨提示",
    ):  # fmt: skip
        assert label in page, label
    for fact in (ENTERPRISE.name, ENTERPRISE.address, "演示·薛明", "140802"):
        assert fact in page
    assert "5% 至 12%" in page
    assert 'value="2026-11"' in page


def test_submitting_opens_at_once_and_says_the_number(browser):
    assert browser.post(DETAILS, TYPED)["Location"] == DONE
    page = text(browser.get(DONE))
    account = EmployerAccount.objects.get()
    assert account.number in page
    assert "（2026年11月15日）已过，请尽快缴存" in page
    assert "没有开启网厅单位版" in page
    assert not Appointment.objects.exists()
    # Going back and pressing again is the same opening; knocking again finds it.
    assert browser.post(DETAILS, TYPED)["Location"] == DONE
    assert EmployerAccount.objects.count() == 1
    again = text(knock(Client()), 422)
    assert f"单位账号 {account.number}" in again


def test_with_the_hall_the_agent_is_invited(browser):
    assert browser.post(DETAILS, {**TYPED, "with_hall": "yes", "payday": "25"})["Location"] == DONE
    page = text(browser.get(DONE))
    assert "已向经办人发送短信邀请" in page
    assert "最迟于 2026年11月30日 缴存" in page
    (invited,) = Appointment.objects.all()
    assert (invited.role, unseal(invited, "name").expose()) == ("admin", "演示·卫青")
    sent = SmsMessage.objects.latest("pk")
    assert "邀请您担任单位管理员" in unseal(sent, "text").expose()


def test_the_total_is_reckoned_without_script(browser):
    sent = {
        **TYPED,
        "headcount": "2人",
        "wages": "１3,001.00",
        "member_ratio": "7.5",
        "reckon": "1",
    }
    page = text(browser.post(DETAILS, sent))
    assert re.search(r"data-total>2,535.20<", page)
    assert not EmployerAccount.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("agent_name", "", "请填写经办人姓名"),
        ("agent_phone", "03592059100", "手机号码应为"),
        ("employer_ratio", "", "请填写单位缴存比例。"),
        ("employer_ratio", "十二", "请填写百分数"),
        ("employer_ratio", "4", "单位缴存比例超出规定范围（4%）"),
        ("member_ratio", "12.5", "个人缴存比例超出规定范围（12.5%）"),
        ("headcount", "-1", "请填写人数"),
        ("headcount", "3", "应同时为 0"),
        ("wages", "许多", "不是金额"),
        ("payday", "32", "应为 1 至 31 日"),
        ("payday", "月底", "请填写 1 至 31 的日子"),
        ("first_month", "2026-13", "请填写年月"),
        ("first_month", "2026-08", "早于单位成立的月份"),
        ("first_month", "2027年1月", "晚于下个月"),
        ("bank", "105/9", "请选择委托归集银行"),
        ("affiliation", "", "请选择单位隶属关系"),
        ("with_hall", "", "请选择是否开启网厅单位版"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_opened(browser, field, typed, words):
    page = text(browser.post(DETAILS, {**TYPED, field: typed}), 422)
    assert words in page
    assert f'id="id_{field}-error"' in page
    assert not EmployerAccount.objects.exists()


def test_the_average_wage_is_held_against_the_limits(browser):
    few = {**TYPED, "headcount": "2", "wages": "3759.99"}
    assert "低于当地最低工资" in text(browser.post(DETAILS, few), 422)
    many = {**few, "wages": "62055.01"}
    assert "超过社会平均工资的 3 倍" in text(browser.post(DETAILS, many), 422)
    assert browser.post(DETAILS, {**few, "wages": "3760"})["Location"] == DONE


def test_the_word_is_believed_for_half_an_hour(browser, clock):
    clock.advance(seconds=1800)
    answer = browser.post(DETAILS, TYPED)
    assert answer["Location"] == DOOR
    assert "登录已超时" in text(browser.get(DOOR))
    assert not EmployerAccount.objects.exists()
