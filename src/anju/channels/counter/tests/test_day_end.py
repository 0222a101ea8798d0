"""The board of the day end: what it shows, who may act, and what is said when one may not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from anju import ledger
from anju.business.treasury import day_end
from anju.business.treasury.models import Break
from anju.business.treasury.tests.still_bank import beside_a_still_bank
from anju.channels.counter.tests import cast

DAY = cast.AT.date()
BOARD = f"/counter/day-end/{DAY}/"
LATER = cast.AT + timedelta(days=1)


@pytest.fixture
def desks(office, clock):
    """Two who may sign; one member's money is in the books, and the date has flipped."""
    cast.applied(cast.member(1))
    ledger.flip_day(LATER.date())
    return (
        cast.signed_in(cast.staff("accountant.one", "accountant", branch="center")),
        cast.signed_in(cast.staff("the.admin", "admin", branch="center")),
    )


def text_of(answer):
    """The page as read: tags away, one blank between words."""
    page = answer.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def run():
    with beside_a_still_bank():
        day_end.run(lambda: LATER)


def root_on(desk):
    return re.search(r'name="root" value="([0-9a-f]{64})"', desk.get(BOARD).content.decode())


def test_a_day_is_signed_by_two_and_sealed(desks):
    accountant, admin = desks
    assert "日终即将开始" in text_of(accountant.get(BOARD))
    run()
    assert "等待会计签名" in text_of(admin.get(BOARD))
    signed = accountant.post(f"{BOARD}sign/", {"root": root_on(accountant)[1]}, follow=True)
    assert "已签名" in text_of(signed)
    run()
    assert root_on(accountant) is None
    admin.post(f"{BOARD}sign/", {"root": root_on(admin)[1]})
    run()
    shown = text_of(accountant.get(BOARD))
    assert "已封账" in shown
    assert "演示·the.admin" in shown
    listed = text_of(accountant.get("/counter/day-end/"))
    assert f"{DAY} 已封账 — 演示·accountant.one 演示·the.admin" in listed
    assert f"{LATER.date()} 营业中" in listed


def test_breaks_want_a_word(desks):
    accountant, _ = desks
    Break.objects.create(
        kind="returned", order_no="O1", amount_fen=1, note="退票", found_at=cast.AT
    )
    run()
    assert "1 项付款或对账异常未处理" in text_of(accountant.get(BOARD))
    empty = accountant.post(f"{BOARD}acknowledge/", {"note": "  "})
    assert empty.status_code == 422
    assert "请写明处理说明" in text_of(empty)
    assert 'aria-invalid="true"' in empty.content.decode()
    accountant.post(f"{BOARD}acknowledge/", {"note": "已联系银行，明日重付"})
    run()
    assert root_on(accountant)


def test_another_root_is_refused_and_said(desks):
    accountant, _ = desks
    run()
    answer = accountant.post(f"{BOARD}sign/", {"root": "00" * 32})
    assert answer.status_code == 409
    assert "根值与您看到的不同" in text_of(answer)


def test_a_failed_proof_says_what_to_do(desks, monkeypatch):
    accountant, _ = desks
    broken = ledger.DayBreak("trial balance", "all subjects", "off by 3")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "prove_day", lambda day: (broken,))
        run()
    shown = text_of(accountant.get(BOARD))
    assert "账务核对没有通过" in shown
    assert "off by 3" in shown
    again = accountant.post(f"{BOARD}again/", follow=True)
    assert "已重新排队" in text_of(again)
    run()
    assert root_on(accountant)


def test_no_day_no_page(desks):
    accountant, _ = desks
    for address in (
        "/counter/day-end/2020-01-01/",
        "/counter/day-end/yesterday/",
        "/counter/day-end/?before=x",
    ):
        assert accountant.get(address).status_code == 404
    assert accountant.post(f"{BOARD}burn/").status_code == 404


def test_a_sealed_month_is_closed_by_two(desks):
    accountant, admin = desks
    run()
    accountant.post(f"{BOARD}sign/", {"root": root_on(accountant)[1]})
    run()
    admin.post(f"{BOARD}sign/", {"root": root_on(admin)[1]})
    run()
    assert "结账" not in text_of(accountant.get("/counter/day-end/"))
    ledger.flip_day(LATER.date().replace(month=12, day=1))
    ledger.hash_vouchers(LATER.date())
    root = ledger.root_day(LATER.date())
    ledger.sign_day(LATER.date(), signer="a", root=root)
    ledger.seal_day(LATER.date(), signer="b", root=root)
    assert "2026年11月 结账" in text_of(accountant.get("/counter/day-end/"))
    assert "等待会计提交" in text_of(admin.get("/counter/day-end/"))
    periods = "/counter/day-end/periods/202611"
    early = admin.post(f"{periods}/close/")
    assert early.status_code == 409
    assert "现在不能结账" in text_of(early)
    assert "已提交" in text_of(accountant.post(f"{periods}/propose/", follow=True))
    assert "等待另一位" in text_of(accountant.get("/counter/day-end/"))
    assert "已结账" in text_of(admin.post(f"{periods}/close/", follow=True))
    assert admin.post(f"{periods}/burn/").status_code == 404
