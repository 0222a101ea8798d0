"""The employer hall's pages, one after another, for whoever goes along."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from playwright.sync_api import expect

from anju.business.contributions.rosters.tests import company as rosters
from anju.store.tables.tests.broken import text

from .company import Company
from .halls import EmployerHall, Seen, Way

# Pages that only show something, for an administrator with a clerk.
STILL = {
    "home": "/unit/",
    "notices": "/unit/notices/",
    "menu": "/unit/menu/",
    "section": "/unit/menu/1/",
    "agents": "/unit/agents/",
    "account": "/unit/account/",
    "certificate": "/unit/account/certificate/",
    "history": "/unit/account/history/",
    "security": "/unit/security/",
    "choose": "/unit/choose/",
    "deferral": "/unit/applications/contributions.deferring/new/",
}
# What a new employer says of itself.
TYPED = {
    "agent_name": "演示·新任经办",
    "agent_phone": "15000000999",
    "employer_ratio": "12",
    "member_ratio": "12",
    "headcount": "20",
    "wages": "130,000.00",
    "payday": "10",
    "first_month": "2026-11",
}
# Forms, seen as they are and with what is missing told.
FORMS = {
    "details": "/unit/account/details/",
    "invite": "/unit/agents/invite/",
    "password": "/unit/security/password/",
    "phone": "/unit/security/phone/",
}


def go(company: Company, center: str, way: Way, seen: Seen) -> str:
    """Through the doors and inside, as the administrator who has an app for codes.

    Gives the account of somebody for whom the employer contributes.
    """
    agent = company.cast.agent(center)
    hall = company.demo.hall(center)
    unit = EmployerHall(company.browser, hall, way, agent=agent, totp=company.demo.totp)

    def look(name: str, path: str = "") -> None:
        if path:
            unit.go(path)
        seen(f"unit/{name}", unit.page)

    def press(text: str) -> None:
        unit.press_on(unit.page.get_by_role("button", name=text))

    for name, path in {"sign-up": "/unit/sign-up/", "forgot": "/unit/forgot/"}.items():
        look(name, path)
        unit.press_on(unit.page.locator("main form .actions button"))
        look(f"{name}-empty")
    _open_account(company, center, unit, look)
    look("sign-in", "/unit/sign-in/")
    unit.give_password()
    look("second-factor")
    unit.give_code()
    for name, path in STILL.items():
        look(name, path)
    for name, path in FORMS.items():
        look(name, path)
        unit.press_on(unit.page.locator("main form .actions button"))
        look(f"{name}-empty")
    look("totp-in-use", "/unit/security/totp/")
    _members(unit, look)
    _roster(unit, look, way)
    account = _stop(company, unit, look)
    unit.go("/unit/agents/")
    unit.press_on(unit.page.locator("a.row-act").first)
    look("agent")
    _remit(unit, look, press)
    look("back-payments", "/unit/back-payments/")
    look("ratio-change", "/unit/adjustments/ratio/")
    look("base-adjustment", "/unit/adjustments/base/")
    press("开始调整")
    look("base-adjustment-begun")
    # Where nobody contributed before the year began there is nothing to give up.
    if unit.page.get_by_role("button", name="放弃这次调整").count():
        press("放弃这次调整")
    look("not-found", "/unit/nowhere/")
    unit.go("/unit/security/")
    if way.size != "phone":
        press("退出")
        look("signed-out")
    unit.close()
    return account


def _members(unit: EmployerHall, look: Callable[..., None]) -> None:
    """The list of people, somebody sought in it, and one of them."""
    look("members", "/unit/people/members/")
    sought = unit.page.locator("[data-line]").first.inner_text()
    unit.hands.write(unit.page.locator("#members-text"), sought)
    unit.press_on(unit.page.get_by_role("button", name="查找", exact=True))
    look("members-found")
    unit.press_on(unit.page.locator("[data-line]").first)
    look("member")
    unit.go("/unit/people/members/")
    unit.hands.press(unit.page.locator("input[name=who]").first)
    unit.press_on(unit.page.get_by_role("button", name="封存所选"))
    look("seals")
    unit.press_on(unit.page.get_by_role("button", name="确认封存"))
    look("seals-empty")
    unit.go("/unit/people/members/")
    unit.hands.press(unit.page.locator("input[name=who]").first)
    unit.press_on(unit.page.get_by_role("button", name="转出所选"))
    look("move-offer")
    look("moves", "/unit/people/moves/")
    look("enrol", "/unit/people/enrol/")
    unit.press_on(unit.page.get_by_role("button", name="检查"))
    look("enrol-empty")


def _stop(company: Company, unit: EmployerHall, look: Callable[..., None]) -> str:
    """Contributions are to stop for somebody: entered, photographed, submitted, taken back."""
    page = unit.page
    unit.go("/unit/people/members/?state=contributing")
    account = page.locator("[data-line]").first.inner_text()
    unit.press_on(page.locator("[data-line]").first)
    paid = re.search(r"缴至年月\s*(\d{4})年(\d{2})月", page.locator("main").inner_text())
    look("stops", "/unit/applications/contributions.stopping/")
    unit.press_on(page.get_by_role("link", name="新的申报"))
    unit.press_on(page.get_by_role("button", name="下一步"))
    look("stop-empty")
    unit.hands.write(page.locator("[name=who]"), account)
    unit.hands.choose(page.locator("[name=reason]"), "retired")
    last = "-".join(paid.groups()) if paid else "2026-01"
    unit.hands.write(page.locator("[name=last_month]"), last)
    unit.press_on(page.get_by_role("button", name="下一步"))
    unit.press_on(page.get_by_role("button", name="提交停缴申报"))
    look("stop-without-papers")
    unit.hands.attach(page.locator("[data-slot] input[name=photo]"), company.photo)
    expect(page.locator("[data-slot] .photos img")).to_have_count(1)
    unit.press_on(page.get_by_role("button", name="提交停缴申报"))
    look("stop-submitted")
    unit.hands.press(page.locator("summary", has_text="撤回"))
    unit.press_on(page.get_by_role("button", name="确认撤回"))
    look("stops-taken-back")
    return account


def _remit(unit: EmployerHall, look: Callable[..., None], press: Callable[[str], None]) -> None:
    """A month's list is confirmed, looked at, and taken back."""
    look("remittances", "/unit/remittances/")
    press("确认清册")
    look("remittance-confirmed")
    press("作废这份清册")
    look("remittance-void")
    unit.press_on(unit.page.locator("a.row-act").first)
    look("remittance")


def _open_account(
    company: Company, center: str, unit: EmployerHall, look: Callable[..., None]
) -> None:
    """An enterprise that is new to everybody opens its account by itself."""
    page, hands = unit.page, unit.hands
    submit = page.locator("main form .actions button")
    look("open", "/unit/open/")
    unit.press_on(submit)
    look("open-empty")
    uscc, password = company.outside(center).new_enterprise()
    hands.write(page.locator("input[name=uscc]"), uscc)
    hands.write(page.locator("input[name=password]"), password)
    unit.press_on(submit)
    look("open-details")
    unit.press_on(submit)
    look("open-details-empty")
    for name, typed in TYPED.items():
        hands.write(page.locator(f"input[name={name}]"), typed)
    for name in ("bank", "affiliation", "with_hall"):
        page.locator(f"select[name={name}]").select_option(index=1)
    unit.press_on(submit)
    look("open-done")


def _roster(unit: EmployerHall, look: Callable[..., None], way: Way) -> None:
    """A file of people in which one row is to be mended; the other one is written."""
    page = unit.page
    # Nobody is enrolled twice, and whoever goes another way comes to the same books.
    order = 100 + zlib.crc32(repr(way).encode()) % 800
    look("rosters", "/unit/people/rosters/")
    unit.press_on(page.get_by_role("button", name="上传并检查"))
    look("rosters-empty")
    rows = [
        rosters.person(order, first_month="2026-06"),
        rosters.person(order + 1, phone="123"),
    ]
    page.set_input_files(
        'input[type="file"]',
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text(rosters.HEAD, *rows)},
    )
    unit.press_on(page.get_by_role("button", name="上传并检查"))
    page.get_by_role("button", name="只写入无误的").wait_for(timeout=60_000)
    look("roster")
    unit.press_on(page.locator("a.row-act").first)
    look("roster-row")
    unit.press_on(page.get_by_role("button", name="保存并检查"))
    look("roster-row-wrong")
    unit.press_on(page.locator("a.back"))
    unit.press_on(page.get_by_role("button", name="只写入无误的"))
    page.get_by_text("名册已写入").first.wait_for(timeout=60_000)
    look("roster-written")
