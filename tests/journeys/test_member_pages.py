"""What a member reads: the account, the movements, where each amount comes from, why not yet."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from anju.domain.masks import mask_id_number
from anju.domain.money import parse_yuan
from anju.policy import DemoMember

from .client import Member
from .company import Company
from .halls import SERVICE, MemberHall, Way

pytestmark = [pytest.mark.processes, pytest.mark.journey]
# What the account page has at least, whatever the city calls the ratios.
FIELDS = [
    "个人账号",
    "姓名",
    "身份证号",
    "单位名称",
    "账户状态",
    "缴存基数",
    "月缴存额",
    "缴至年月",
    "账户余额",
]


def records(page: Page) -> dict[str, str]:
    """The labels of the page's records and what stands beside them."""
    rows = page.locator("dl.record > div")
    return {
        rows.nth(at).locator("dt").inner_text(): rows.nth(at).locator("dd").inner_text()
        for at in range(rows.count())
    }


@pytest.mark.parametrize(
    ("center", "way"), [("yuncheng", Way("phone")), ("xishuangbanna", Way("desktop"))]
)
def test_the_account_has_every_field_and_every_amount_is_explained(
    company: Company, center: str, way: Way
) -> None:
    person = company.cast.member(center, "green")
    member = company.member(center, person, way)
    member.sign_in()
    explained(member, "/")
    member.go("/account/")
    shown = records(member.page)
    assert [label for label in FIELDS if label not in shown] == []
    assert [label for label in shown if label.endswith("比例")]
    assert shown["个人账号"] == person.account.number
    assert shown["身份证号"] == mask_id_number(person.id_number)
    base = person.account.contributions[-1].base_fen
    assert money(shown["缴存基数"]) == base
    ratios = (person.account.member_ratio, person.account.employer_ratio)
    # Each half is paid in whole yuan.
    assert money(shown["月缴存额"]) == sum(round(base * Decimal(r) / 100) * 100 for r in ratios)
    assert money(shown["账户余额"]) == member.amount()
    assert ("查询时间" in member.page.inner_text("main")) == (center == "yuncheng")
    explained(member, "/account/")
    member.go(f"/services/{SERVICE}/")
    member.press_on(member.page.locator("main form.actions button"))
    explained(member, member.page.url)
    member.close()


def money(text: str) -> int:
    """The fen of `1,656.00 元 怎么算的`."""
    found = re.match(r"[−-]?[\d,]+\.\d\d", text.strip())
    assert found, text
    return parse_yuan(found.group())


def explained(member: MemberHall, path: str) -> None:
    """The hero and every computed amount of a page lead to a sum that ends in that amount."""
    member.go(path)
    page = member.page
    hero = page.locator(".hero").first
    amount = member.amount()
    if hero.locator("details.how").count():
        member.hands.press(hero.locator("details.how summary"))
        expect(hero.locator("table.trace")).to_be_visible()
        assert last_amount(page) == amount
    else:
        member.press_on(hero.get_by_role("link", name="怎么算的"))
        assert last_amount(page) == amount
        member.go(path)
    links = page.locator("dl.record > div", has=page.get_by_role("link", name="怎么算的"))
    wanted = [
        (
            money(links.nth(at).locator("dd").inner_text()),
            links.nth(at).locator("a").get_attribute("href"),
        )
        for at in range(links.count())
    ]
    if path != "/":
        assert wanted
    for value, href in wanted:
        assert href
        member.go(href)
        amounts = page.locator("table.trace td").all_inner_texts()
        assert value in [money(text) for text in amounts if re.match(r"[\d,]+\.", text)], href


def last_amount(page: Page) -> int:
    """The sum at the foot of the trace."""
    return money(page.locator("table.trace td").last.inner_text())


@pytest.fixture(scope="module")
def busy(company: Company) -> DemoMember:
    """Somebody with more lines in a year than a page shows."""
    person = company.cast.double("yuncheng", "active")
    company.pay_in("yuncheng", person.account.number, times=15)
    return person


@pytest.mark.parametrize("mode", ["light", "no script"])
def test_movements_go_on_as_one_reads(company: Company, busy: DemoMember, mode: str) -> None:
    member = company.member("yuncheng", busy, Way("phone", mode))
    member.sign_in()
    member.go("/account/movements/")
    lines = member.page.locator("#rows .cell")
    first = lines.count()
    assert first == 20
    if mode == "no script":
        member.press_on(member.page.locator("a.more"))
        assert 0 < lines.count() <= 20
        assert lines.first.inner_text() != ""
    else:
        member.page.locator("a.more").scroll_into_view_if_needed()
        expect(member.page.locator(".list-end")).to_be_attached()
        assert lines.count() > first
        texts = lines.all_inner_texts()
        assert len(set(texts)) == len(texts)
    member.go("/account/movements/?year=2024")
    years = {text[:4] for text in member.page.locator("#rows time").all_inner_texts()}
    assert years == {"2024"}
    member.close()


# Demo people who cannot apply, and the conditions that are not met, in words of the page.
GREY = [
    ("yuncheng", "active", {"封存", "停缴"}),
    ("yuncheng", "no_card", {"收款银行卡"}),
    ("yuncheng", "mark_waiting", {"停缴"}),
    ("yuncheng", "frozen", {"冻结"}),
    ("xishuangbanna", "active", {"封存", "停缴"}),
    ("xishuangbanna", "loan", {"贷款"}),
    ("xishuangbanna", "no_card", {"银行卡"}),
    ("xishuangbanna", "other_name_card", {"银行卡"}),
    ("xishuangbanna", "frozen", {"冻结"}),
]


@pytest.mark.parametrize(("center", "code", "words"), GREY)
def test_what_is_not_open_says_every_reason(
    company: Company, center: str, code: str, words: set[str]
) -> None:
    person = company.cast.member(center, code)
    member = Member(company.demo.hall(center), "h5", member=person, outside=company.outside(center))
    member.sign_in()
    title = company.title(center, SERVICE)
    member.get("/services/").must_say(title, f"还有 {len(words)} 项条件未满足", "暂不能办")
    page = member.get(f"/services/{SERVICE}/")
    page.must_say("目前还不能办理")
    failing = page.text.split("未满足：")[1:]
    assert len(failing) == len(words)
    for text in failing:
        reason = text.split("已满足：")[0]
        assert any(word in reason for word in words)
        assert "我们看到" in reason
        assert "来源" in reason
        assert "如何解决" in reason
    assert not [form for form in page.forms if form.action.endswith(f"/{SERVICE}/")]
