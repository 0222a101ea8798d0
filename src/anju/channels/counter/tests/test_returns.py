"""Returned payments at the counter: one asks for one to be paid again, another agrees."""

from __future__ import annotations

import pytest

from anju import ports
from anju.business.treasury import actions
from anju.business.treasury.models import PaymentOrder
from anju.business.withdrawals.retirement.tests.bank import MemoryBank
from anju.business.withdrawals.retirement.tests.conftest import MemoryEvidence
from anju.channels.counter.tests import cast
from anju.channels.counter.tests.test_books import text_of
from anju.channels.counter.tests.test_exports import cells

LIST = "/counter/returns/"


@pytest.fixture
def two(office, city):
    """Both signed in; a payment has come back."""
    city("yuncheng")
    bank = MemoryBank()
    with ports.offering("bank", bank), ports.offering("evidence_store", MemoryEvidence()):
        cast.applied(cast.member(card_hours=100))
        order = PaymentOrder.objects.get()
        actions.send(order.pk, at=cast.AT)
        bank.give_back(order.pk)
        actions.ask(order.pk, at=cast.AT)
        yield tuple(
            cast.signed_in(cast.staff(name, "accountant"))
            for name in ("accountant.one", "accountant.two")
        )


def address() -> str:
    """The page of the payment that came back."""
    return f"{LIST}{PaymentOrder.objects.get(replaces=None).pk}/"


def test_asked_for_by_one_and_agreed_to_by_the_other(two):
    one, other = two
    listed = text_of(one.get(LIST))
    assert "待处理 1" in listed
    assert "账号已销户" in listed
    assert "收款卡没有变" in text_of(one.get(address()))
    wrong = one.post(f"{address()}propose/", {"reason": "短"})
    assert (wrong.status_code, 'value="短"' in wrong.content.decode()) == (422, True)
    typed = {"reason": "本人更换银行卡"}
    assert one.post(f"{address()}propose/", typed).status_code == 302
    assert one.post(f"{address()}approve/").status_code == 409
    assert other.post(f"{address()}reject/", {"note": ""}).status_code == 422
    assert "本人更换银行卡" in text_of(other.get(address()))
    assert other.post(f"{address()}approve/").status_code == 302
    assert "付款中 1" in text_of(other.get(LIST))
    actions.send(PaymentOrder.objects.get(replaces__isnull=False).pk, at=cast.AT)
    assert "已重付" in text_of(other.get(address()))
    assert "退票重付" in text_of(other.get(address()))


def test_put_on_its_account_again(two):
    one, other = two
    shown = text_of(one.get(address()))
    assert "恢复账户 转入账户 本金 20,216.21 元" in shown
    assert "由已销户恢复为封存" in shown
    wrong = one.post(f"{address()}reinstate/", {"reason": "短"})
    assert (wrong.status_code, 'value="短"' in wrong.content.decode()) == (422, True)
    assert one.post(f"{address()}reinstate/", {"reason": "本人申请恢复"}).status_code == 302
    assert "恢复账户等待另一人复核" in text_of(one.get(address()))
    assert one.post(f"{address()}approve/").status_code == 409
    asked = text_of(other.get(address()))
    assert "同意后立即入账，恢复后不能撤回。" in asked
    assert "收款卡没有变" not in asked, "no card has a part in it"
    assert other.post(f"{address()}approve/").status_code == 302
    assert "已恢复账户 1" in text_of(other.get(f"{LIST}?state=reinstated"))
    assert "退票恢复账户" in text_of(other.get(address()))


def test_what_waits_says_for_how_long_and_is_taken_out_with_its_age(two):
    listed = two[0].get(LIST)
    assert "已等待" in text_of(listed)
    rows = cells(two[0].get(f"{LIST}?as=xlsx"))
    order = PaymentOrder.objects.get(replaces=None)
    [line] = [row for row in rows if row and row[0] == order.pk]
    assert line[5] == "0"
    assert two[0].get(f"{LIST}?as=pdf").getvalue().startswith(b"%PDF-")
    after_it = text_of(two[0].get(f"{LIST}?before={order.pk}"))
    assert "没有这样的退票" in after_it


@pytest.mark.parametrize("address", ["?state=lost", "?before=ZF0", "ZF0/"])
def test_pages_that_are_not_there(two, address):
    assert two[0].get(f"{LIST}{address}").status_code == 404


def test_no_other_deed(two):
    assert two[0].post(f"{address()}burn/").status_code == 404
