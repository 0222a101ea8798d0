"""What a member sees when the bank does not answer, refuses, or sends the money back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anju.domain.money import yuan

from .company import Company
from .halls import SERVICE, MemberHall, Way

pytestmark = [pytest.mark.processes, pytest.mark.journey]


@pytest.fixture(params=["yuncheng"])
def member(company: Company, request: pytest.FixtureRequest) -> Iterator[MemberHall]:
    """Somebody whose case is green, signed in; the bank has no faults afterwards."""
    hall = company.member(request.param, "green", Way("phone"))
    hall.sign_in()
    yield hall
    hall.outside.no_faults()
    hall.close()


def test_a_lost_reply_is_waited_for_and_paid_once(company: Company, member: MemberHall) -> None:
    member.outside.fault("lose_reply")
    member.outside.fault("delay", seconds=6)
    told = member.apply(company.title("yuncheng", SERVICE))
    assert member.state(told.reference) == "付款中"
    member.sees("银行付款")
    books = company.books("yuncheng")
    assert books.voucher_of(told.reference) == []
    member.wait_for_state(told.reference, "已办结")
    paid = member.outside.counted(books.order_of(told.reference))
    assert (paid["payments"], paid["paid_fen"]) == (1, member.amount())
    assert books.voucher_of(told.reference) == [member.amount()]


def test_a_refusal_lets_the_money_go_and_says_so(company: Company, member: MemberHall) -> None:
    member.outside.fault("refuse", reason_code="ACCOUNT_FROZEN")
    told = member.apply(company.title("yuncheng", SERVICE))
    member.wait_for_state(told.reference, "付款未成功")
    member.sees("账户已冻结")
    books = company.books("yuncheng")
    assert member.outside.counted(books.order_of(told.reference))["payments"] == 0
    assert books.voucher_of(told.reference) == []
    assert books.held_by(told.reference) == 0
    assert books.account_state(told.reference) == "sealed"
    member.outside.told(member.member.phone, "未能付款")


def test_money_that_comes_back_is_told_and_lies_on_the_counters_list(
    company: Company, member: MemberHall
) -> None:
    member.outside.fault("return", seconds=3)
    told = member.apply(company.title("yuncheng", SERVICE))
    member.wait_for_state(told.reference, "款项被退回")
    books = company.books("yuncheng")
    counted = member.outside.counted(books.order_of(told.reference))
    assert counted["paid_fen"] == counted["returned_fen"] == told.amounts[-1]
    assert books.voucher_of(told.reference) == [told.amounts[-1]]
    member.outside.told(member.member.phone, "退回")

    desk = company.desk("yuncheng", "reviewer")
    desk.go("/counter/breaks/")
    line = desk.page.locator("tbody tr", has_text=told.reference)
    assert line.count() == 1
    assert yuan(told.amounts[-1]) in line.inner_text()
