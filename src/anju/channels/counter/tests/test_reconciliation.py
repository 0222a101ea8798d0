"""Reconciliation at the counter: a day's sheet, taken out, and a finding that two people close."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anju import ledger
from anju.business.treasury.breaks import open_break
from anju.business.treasury.every_account import catch_up
from anju.business.treasury.models import Break
from anju.business.treasury.tests.still_bank import beside_a_still_bank
from anju.channels.counter.tests import cast
from anju.channels.counter.tests.test_books import text_of

PAGE = "/counter/reconciliation/"
DAY = cast.AT.date()
SHEET = f"{PAGE}14050100000000000001/{DAY}/"


@pytest.fixture
def two(office):
    """Two accountants; one member's money is in the books, and a day later all is compared."""
    cast.member()
    ledger.flip_day(DAY + timedelta(days=2))
    with beside_a_still_bank():
        catch_up(DAY, at=cast.AT)
        catch_up(DAY + timedelta(days=1), at=cast.AT)
    return tuple(
        cast.signed_in(cast.staff(name, "accountant"))
        for name in ("accountant.one", "accountant.two")
    )


def test_a_day_s_sheet_is_shown_and_taken_out(two):
    listed = text_of(two[0].get(PAGE))
    assert f"{DAY}" in listed
    assert "20,216.21" in listed
    assert "付款户" in listed
    assert f"{DAY}" in text_of(two[0].get(f"{PAGE}?account=10101"))
    assert f"{DAY}" not in text_of(two[0].get(f"{PAGE}?account=10102"))
    shown = text_of(two[0].get(SHEET))
    assert "我方已收、银行未收 20,216.21" in shown
    assert "我方单方的明细" in shown
    for kind in ("xlsx", "pdf"):
        assert two[0].get(f"{SHEET}?as={kind}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["?before=x", f"1/{DAY}/", "14050100000000000001/2020-01-01/", "1/x/",
     "breaks/?state=lost", "breaks/?before=x", "breaks/999/", "?account=9", "breaks/?account=x"],
)  # fmt: skip
def test_pages_that_are_not_there(two, address):
    assert two[0].get(f"{PAGE}{address}").status_code == 404


def test_one_resolves_and_the_other_closes(two):
    one, other = two
    open_break("vanished", None, order_no="S1", amount_fen=500, note="演示", at=cast.AT)
    address = f"{PAGE}breaks/{Break.objects.latest('pk').pk}/"
    assert "处理" in text_of(one.get(address))
    answer = one.post(f"{address}resolve/", {"category": "", "resolution": "银行次日补记"})
    assert answer.status_code == 422
    assert "银行次日补记" in answer.content.decode()
    typed = {"category": "bank", "resolution": "银行次日补记"}
    assert one.post(f"{address}resolve/", typed).status_code == 302
    assert one.post(f"{address}close/").status_code == 409
    assert "待复核" in text_of(other.get(f"{PAGE}breaks/?state=resolved"))
    assert other.post(f"{address}send-back/", {"note": ""}).status_code == 422
    assert other.post(f"{address}close/").status_code == 302
    assert "已关闭" in text_of(other.get(address))
    assert other.post(f"{address}burn/").status_code == 404
