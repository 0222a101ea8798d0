"""A new enterprise: from the market regulator's register to the money on its people's accounts."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page

from anju import policy
from anju.business.contributions.rosters.columns import HEADINGS
from anju.business.contributions.rosters.tests import company as rosters
from anju.domain.interest import day_product
from anju.domain.money import yuan

from .client import Member
from .company import Company
from .halls import EmployerHall, Way
from .outside import wait_for
from .tour_employer import TYPED

pytestmark = [pytest.mark.processes, pytest.mark.journey]

TODAY, MONTH = date(2026, 11, 20), "2026-11"
FIRST, PEOPLE = 901, 20
BASE, RATIO = 650_000, 12
PASSWORD, AGENTS_PASSWORD = "Zhanghu-2026", "Danwei-2026"
# What is wrong in the file: the person's place, the column, what was typed.
WRONG = {3: ("phone", "123"), 8: ("base", "许多"), 15: ("id_number", "149999199001010001")}


@pytest.mark.parametrize(
    "center", ["yuncheng", pytest.param("xishuangbanna", marks=pytest.mark.nightly)]
)
def test_a_new_enterprise_pays_its_people_in(company: Company, center: str, tmp_path: Path) -> None:
    outside = company.outside(center)
    uscc, password = outside.new_enterprise()
    agent = policy.DemoAgent.model_construct(
        name="演示·新设经办", id_number=rosters.id_number(899), phone="15000000899",
        password=AGENTS_PASSWORD, totp_secret=None,
    )  # fmt: skip
    unit = EmployerHall(
        company.browser, company.demo.hall(center), Way("desktop"),
        agent=agent, totp=company.demo.totp,
    )  # fmt: skip
    opens(unit, uscc, password)
    registers(unit, uscc, company=company, center=center)
    enrols(unit, tmp_path)
    number, due = confirms(unit)
    assert due == PEOPLE * 2 * BASE * RATIO // 100
    account = company.cast.city(center).collector.number
    pays(company, center, account=account, amount=due, remark=number)
    sees_the_receipt(unit, number, due)
    unit.close()
    the_money_is_there(company, center, number, due // PEOPLE)


def opens(unit: EmployerHall, uscc: str, password: str) -> None:
    """By itself, with what the market regulator gave it."""
    page, hands = unit.page, unit.hands
    submit = page.locator("main form .actions button")
    unit.go("/unit/open/")
    hands.write(page.locator("input[name=uscc]"), uscc)
    hands.write(page.locator("input[name=password]"), password)
    unit.press_on(submit)
    typed = TYPED | {"agent_name": unit.agent.name, "agent_phone": unit.agent.phone}
    for name, text in typed.items():
        hands.write(page.locator(f"input[name={name}]"), text)
    for name in ("bank", "affiliation"):
        page.locator(f"select[name={name}]").select_option(index=1)
    page.locator("select[name=with_hall]").select_option("yes")
    unit.press_on(submit)
    unit.sees("开户成功")


def registers(unit: EmployerHall, uscc: str, *, company: Company, center: str) -> None:
    """The agent who was named registers, signs in by SMS, and is inside."""
    page, hands, agent = unit.page, unit.hands, unit.agent
    outside = company.outside(center)
    outside.told(agent.phone, "邀请")
    known = len(outside.texts(agent.phone))
    unit.press_on(page.get_by_role("link", name="经办人注册"))
    for name, text in {
        "uscc": uscc, "id_number": agent.id_number, "name": agent.name, "phone": agent.phone,
    }.items():  # fmt: skip
        hands.write(page.locator(f"input[name={name}]"), text)
    unit.press_on(page.locator("button[name=send_code]"))
    hands.write(page.locator("input[name=code]"), outside.code(agent.phone, known))
    for name in ("password", "again"):
        hands.write(page.locator(f"input[name={name}]"), agent.password)
    unit.press_on(page.get_by_role("button", name="提交注册"))
    # The code of the second step is sent by itself; one a minute is the limit.
    company.wait_a_minute()
    known = len(outside.texts(agent.phone))
    unit.give_password()
    hands.write(page.locator("input[name=code]"), outside.code(agent.phone, known))
    unit.press_on(page.get_by_role("button", name="登录", exact=True))
    unit.go("/unit/")
    unit.sees("汇缴")


def enrols(unit: EmployerHall, folder: Path) -> None:
    """A workbook of twenty people, three rows of which are mended on the page."""
    page = unit.page
    unit.go("/unit/people/rosters/")
    page.set_input_files('input[type="file"]', workbook(folder))
    unit.press_on(page.get_by_role("button", name="上传并检查"))
    page.get_by_text(f"{len(WRONG)} 行有问题").first.wait_for(timeout=60_000)
    for order in sorted(WRONG):
        column, _typed = WRONG[order]
        heading = HEADINGS[column]
        row = page.locator("tbody tr", has_text=heading).first
        unit.press_on(row.locator("a.row-act"))
        right = dict(zip(HEADINGS, rosters.person(FIRST + order), strict=True))
        unit.hands.write(page.locator(f"input[name={column}]"), right[column])
        unit.press_on(page.get_by_role("button", name="保存并检查"))
        if "/rows/" in page.url:
            unit.press_on(page.locator("a.back"))
    unit.press_on(page.get_by_role("button", name="确认写入全部"))
    page.get_by_text("名册已写入").first.wait_for(timeout=60_000)
    unit.sees(f"已登记 {PEOPLE} 人")


def workbook(folder: Path) -> Path:
    """The file as a clerk would save it, with what is wrong in it."""
    path = folder / "people.xlsx"
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, rosters.HEAD)
        for order in range(PEOPLE):
            column, text = WRONG.get(order, ("", ""))
            wrong = {column: text} if column else {}
            cells = rosters.person(FIRST + order, **{"first_month": MONTH, **wrong})
            sheet.write_row(1 + order, 0, cells)
    path.write_bytes(out.getvalue())
    return path


def confirms(unit: EmployerHall) -> tuple[str, int]:
    """The month's list; its number and what is due, in fen."""
    unit.go("/unit/remittances/")
    due = unit.amount()
    unit.press_on(unit.page.get_by_role("button", name="确认清册"))
    unit.sees("汇缴通知")
    row = unit.page.locator("dl.record > div", has_text="清册编号").first
    number = row.locator("dd").inner_text().split()[0]
    return number, due


def pays(company: Company, center: str, *, account: str, amount: int, remark: str) -> None:
    """The employer's bank, as a clerk of that bank works it."""
    page: Page = company.browser.new_page()
    page.goto(f"{company.demo.world}bank/movements")
    page.locator("select[name=into]").select_option(f"{center}/{account}")
    for name, text in {
        "payer_account": "6229990000000000900", "payer_name": "演示·新设企业",
        "amount": yuan(amount), "remark": remark,
    }.items():  # fmt: skip
        page.locator(f"input[name={name}]").fill(text)
    page.get_by_role("button", name="汇入").click()
    page.get_by_text(yuan(amount)).first.wait_for()
    page.close()


def sees_the_receipt(unit: EmployerHall, number: str, due: int) -> None:
    """The list is done, every fen of it, and says when."""

    def booked() -> bool:
        unit.go(f"/unit/remittances/{number}/")
        return unit.page.get_by_text("已入账").count() > 0

    assert wait_for(booked, f"{number} booked")
    assert unit.amount() == due
    unit.sees("2026年11月20日")


def the_money_is_there(company: Company, center: str, number: str, each: int) -> None:
    """Every one of the twenty sees his money, and it bears interest from the day it came."""
    company.open_logins(center, PASSWORD)
    hall = company.demo.hall(center)
    someone = company.cast.member(center, "green")
    for order in range(FIRST, FIRST + PEOPLE):
        who = someone.model_copy(
            update={"id_number": rosters.id_number(order), "password": PASSWORD}
        )
        member = Member(hall, "web", member=who, outside=company.outside(center))
        member.sign_in()
        assert yuan(each) in member.get("/account/").text
        member.browser.close()
    accounts = company.books(center).accounts_of_list(number)
    assert [balance for balance, _v, _since in accounts] == [each] * PEOPLE
    for balance, v, since in accounts:
        tomorrow = TODAY + timedelta(days=1)
        assert day_product(balance, v=v, since=since, until=tomorrow) == balance
    assert "the books hold" in company.verify(center)
