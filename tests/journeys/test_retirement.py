"""A retired member draws the fund: both cities, both sizes, every mode, green and not green.

Every push walks in every mode; with the walks at night every mode meets both cities, both sizes and
both kinds of case.
"""

from __future__ import annotations

import pytest

from anju.domain.money import yuan

from .company import Company
from .halls import SERVICE, MemberHall, Told, Way

pytestmark = [pytest.mark.processes, pytest.mark.journey]

WALKS = [
    ("yuncheng", "phone", "light", "green"),
    ("xishuangbanna", "desktop", "light", "card_new"),
    ("xishuangbanna", "phone", "dark", "green"),
    ("yuncheng", "phone", "large", "card_new"),
    ("yuncheng", "desktop", "no script", "green"),
    ("xishuangbanna", "desktop", "keyboard", "green"),
]
# Together with these every mode has met both cities, both sizes and both kinds of case.
AT_NIGHT = [
    ("yuncheng", "desktop", "dark", "card_new"),
    ("xishuangbanna", "desktop", "large", "green"),
    ("xishuangbanna", "phone", "no script", "card_new"),
    ("yuncheng", "phone", "keyboard", "card_new"),
]
NOTE = "请核对收款卡后再次提交。"


@pytest.mark.parametrize(
    ("center", "size", "mode", "code"),
    [*WALKS, *(pytest.param(*walk, marks=pytest.mark.nightly) for walk in AT_NIGHT)],
)
def test_a_member_draws_the_fund(
    company: Company, center: str, size: str, mode: str, code: str
) -> None:
    member = company.member(center, code, Way(size, mode))
    member.sign_in()
    told = member.apply(company.title(center, SERVICE))
    assert told.amounts
    if code == "card_new":
        told.amounts += corrected(company, center, member, told.reference).amounts
        approver = company.desk(center, "approver")
        approver.open_case(told.reference)
        approver.decide("approve")
    member.wait_for_state(told.reference, "已办结")
    paid_to_the_fen(company, center, member, told)
    was_told(member, told)
    member.sign_out()
    member.sees("您已安全退出")
    member.go("/account/")
    assert "sign-in" in member.page.url
    member.close()


def corrected(company: Company, center: str, member: MemberHall, reference: str) -> Told:
    """A reviewer returns the case; the member reads why, mends it and submits it again."""
    assert member.state(reference) == "审核中"
    reviewer = company.desk(center, "reviewer")
    reviewer.open_case(reference)
    reviewer.decide("return_for_correction", NOTE)
    member.wait_for_state(reference, "待补正")
    assert company.books(center).held_by(reference) > 0
    company.wait_a_minute()
    member.press_on(member.page.get_by_role("link", name="去补正"))
    member.sees(NOTE)
    again = member.take_steps()
    assert again.reference == reference
    assert member.state(reference) == "审核中"
    return again


def paid_to_the_fen(company: Company, center: str, member: MemberHall, told: Told) -> None:
    """What the member was shown, what the bank counted and what was booked are one amount."""
    books, shown = company.books(center), member.amount()
    assert company.outside(center).counted(books.order_of(told.reference)) == {
        "payments": 1,
        "paid_fen": shown,
        "returns": 0,
        "returned_fen": 0,
    }
    assert books.voucher_of(told.reference) == [shown]
    assert set(told.amounts) == {shown}
    assert books.account_state(told.reference) == "closed"
    assert books.held_by(told.reference) == 0


def was_told(member: MemberHall, told: Told) -> None:
    """By a message in the hall, which has the amount and leads to the case, and by SMS."""
    amount = yuan(told.amounts[-1])
    # An SMS is read by whoever holds the phone: it names the case, never the money.
    text = member.outside.told(member.member.phone, "已办结")
    assert told.reference in text
    assert amount not in text
    member.go("/messages/")
    newest = member.page.locator("main a.cell").first
    assert "已办结" in newest.inner_text()
    member.press_on(newest)
    member.sees(amount)
    member.press_on(member.page.get_by_role("link", name="查看这笔申请"))
    assert member.page.url.endswith(f"/cases/{told.reference}/")


@pytest.mark.parametrize(
    ("center", "way"), [("yuncheng", Way("desktop")), ("xishuangbanna", Way("phone"))]
)
def test_a_rejected_case_ends_and_lets_the_money_go(
    company: Company, center: str, way: Way
) -> None:
    member = company.member(center, "card_new", way)
    member.sign_in()
    told = member.apply(company.title(center, SERVICE))
    books = company.books(center)
    assert books.held_by(told.reference) > 0
    reviewer = company.desk(center, "reviewer")
    reviewer.open_case(told.reference)
    reviewer.decide("reject", "收款卡不是本人的。")
    member.wait_for_state(told.reference, "不予通过")
    member.sees("收款卡不是本人的。")
    assert books.held_by(told.reference) == 0
    assert books.order_of(told.reference) == ""
    assert books.voucher_of(told.reference) == []
    assert books.account_state(told.reference) == "sealed"
    assert "不予通过" in member.outside.told(member.member.phone, "不予通过")
    member.go(f"/services/{SERVICE}/")
    assert member.page.get_by_role("button", name="开始办理").count() == 1
    member.close()


@pytest.mark.parametrize("center", ["yuncheng", "xishuangbanna"])
def test_both_channels_show_and_quote_the_same(company: Company, center: str) -> None:
    phone = company.member(center, "green", Way("phone"))
    web = company.member(center, phone.member, Way("desktop"))
    shown = []
    for hall in (phone, web):
        hall.sign_in()
        hall.go(f"/services/{SERVICE}/")
        hall.press_on(hall.page.locator("main form.actions button"))
        rows = hall.page.locator("dl.record > div").all_inner_texts()
        shown.append((hall.amount(), [" ".join(r.split()) for r in rows if "查询时间" not in r]))
        account = company.cast.city(center).demo
        assert account is not None
        assert any(phone.member.account.number in row for row in rows)
        hall.close()
    assert shown[0] == shown[1]
    assert len(shown[0][1]) >= 12
