"""Receipts at the counter: what waits, what one asks for and another decides, and the way back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from anju.business.treasury import arrivals
from anju.business.treasury.models import Receipt
from anju.business.treasury.tests.test_arrivals import NOTICE
from anju.channels.counter.tests import cast
from anju.channels.counter.tests.test_books import text_of
from anju.store.models import AuditRow

LIST = "/counter/receipts/"


@pytest.fixture
def two(office):
    """Both signed in, and somebody has paid in."""
    cast.member()
    arrivals.keep(NOTICE, at=cast.AT)
    return tuple(
        cast.signed_in(cast.staff(name, "accountant"))
        for name in ("accountant.one", "accountant.two")
    )


def address() -> str:
    """The page of what came in last."""
    return f"{LIST}{Receipt.objects.latest('pk').reference}/"


def sent(client, deed: str, **typed: str):
    """A form of the page, sent; the page it leads to or the same one."""
    return client.post(f"{address()}{deed}/", {"request_key": "key", **typed})


def test_the_list_counts_and_ages_what_waits(two):
    old = replace(
        NOTICE, notice_id="TZ2", bank_serial="2", booked_on=cast.AT.date().replace(month=1)
    )
    arrivals.keep(old, at=cast.AT)
    page = two[0].get(LIST)
    shown = text_of(page)
    assert "待查 2" in shown
    assert "91—365天 3,000.00 1 笔" in shown
    assert "合计 6,000.00 2 笔" in shown
    assert NOTICE.payer_name not in page.content.decode()
    assert "没有这样的来款" in text_of(two[0].get(f"{LIST}?state=reversed"))


@pytest.mark.parametrize("query", ["?state=lost", "?before=x", "?as=doc"])
def test_a_list_that_is_not_there(two, query):
    assert two[0].get(f"{LIST}{query}").status_code == 404


def test_taken_out_with_masked_payers(two):
    answer = two[0].get(f"{LIST}?state=all&as=xlsx")
    assert answer.status_code == 200
    assert AuditRow.objects.filter(action="books.exported").exists()


def test_allocated_and_followed_into_the_books_and_back(two):
    maker, checker = two
    wish = {"kind": "bank_interest", "reason": "银行结息单"}
    assert sent(maker, "allocate", **wish).status_code == 302
    assert "撤回" in text_of(maker.get(address()))
    assert "记入总账" in text_of(checker.get(address()))
    assert sent(maker, "approve").status_code == 409
    assert sent(checker, "approve").status_code == 302
    page = checker.get(address()).content.decode()
    vouchers = re.findall(r'href="(/counter/books/vouchers/\d+/)"', page)
    assert len(vouchers) == 2
    for voucher in vouchers:
        assert address() in checker.get(voucher).content.decode()
    assert "存款利息收入" in text_of(checker.get(f"{LIST}?state=matched"))


def test_given_back_after_it_was_sent_back_once(two):
    maker, checker = two
    wish = {"bank_code": "105", "reason": "付款人要求退回"}
    sent(maker, "refund", **wish)
    assert sent(checker, "reject", note="").status_code == 422
    assert sent(checker, "reject", note="没有付款人的申请").status_code == 302
    assert "没有付款人的申请" in text_of(maker.get(address()))
    assert sent(maker, "refund", **wish, request_key="again").status_code == 302
    assert sent(checker, "approve").status_code == 302
    assert "付款中" in text_of(checker.get(address()))


def test_what_is_wrong_stands_beside_its_field(two):
    answer = sent(two[0], "allocate", kind="employer", number="91", reason="银行回单")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有找到这个单位统一社会信用代码" in page
    assert 'value="91"' in page
    assert sent(two[0], "refund", reason="").status_code == 422
    assert sent(two[0], "burn").status_code == 404


def test_the_payer_is_shown_for_a_reason_that_is_kept(two):
    reveal = f"{address()}reveal/"
    answer = two[0].post(reveal, {"field": "payer_name", "reason": "核对付款单位"})
    assert NOTICE.payer_name in answer.content.decode()
    assert AuditRow.objects.filter(action="store.revealed").count() == 1
    assert two[0].post(reveal, {"field": "payer_name", "reason": ""}).status_code == 422
    assert two[0].post(reveal, {"field": "mac", "reason": "核对付款单位"}).status_code == 422
