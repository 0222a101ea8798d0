"""Who may not decide: whoever touched the case, and whoever works elsewhere."""

from __future__ import annotations

import pytest

from .company import DESK, Company
from .halls import SERVICE, CounterHall, Way

pytestmark = [pytest.mark.processes, pytest.mark.journey]
CITY = "xishuangbanna"


def test_whoever_gave_a_photo_or_works_elsewhere_decides_nothing(company: Company) -> None:
    member = company.member(CITY, "card_new", Way("phone"))
    member.sign_in()
    reference = member.apply(company.title(CITY, SERVICE)).reference

    maker = company.desk(CITY, "approver")
    maker.open_case(reference)
    assert maker.page.locator("details.act").count() == 3
    maker.hands.press(maker.page.locator("details.replace summary"))
    maker.sees("录入后您就是这笔业务的经办人")
    slot = maker.page.locator("details.replace li").first
    maker.hands.attach(slot.locator("input[type=file]"), company.photo)
    maker.press_on(slot.get_by_role("button", name="录入"))
    maker.sees("您现在不能作决定")
    assert maker.page.locator("details.act").count() == 0

    elsewhere(company, reference)

    checker = company.desk(CITY, "reviewer")
    checker.open_case(reference)
    checker.decide("approve")
    member.wait_for_state(reference, "已办结")
    member.close()


def elsewhere(company: Company, reference: str) -> None:
    """A reviewer of another branch neither finds the case nor opens it by its number."""
    demo = company.cast.city(CITY).demo
    assert demo is not None
    stranger = next(staff for staff in demo.staff if staff.username == "menghai.reviewer")
    desk = CounterHall(
        company.browser, company.demo.hall(CITY), DESK, staff=stranger, totp=company.demo.totp
    )
    desk.sign_in()
    desk.go("/counter/work/?show=all")
    assert reference not in desk.page.inner_text("main")
    desk.go(f"/counter/cases/{reference}/")
    desk.sees("没有找到")
    desk.close()
