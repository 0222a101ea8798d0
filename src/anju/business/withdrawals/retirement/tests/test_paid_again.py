"""A payment that came back is paid again by two people, to the card of now, and never twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.treasury import actions, return_decisions, return_facts
from anju.business.treasury.models import PaymentOrder, ReturnWish
from anju.business.treasury.tests.test_receipts import staff, verify
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.models import Message
from anju.cases.records import NotYours

AT = cast.AT
PAY = cast.BALANCE + cast.INTEREST


@pytest.fixture
def returned(ordered, bank, worker):
    """Paid, and come back; two accountants."""
    worker.work(AT)
    bank.give_back(ordered.order_no)
    actions.ask(ordered.order_no, at=AT)
    return ordered, staff("one"), staff("two")


def again(ordered, one: int, two: int) -> str:
    """Asked for by one, approved by the other; the order that replaces the last."""
    number = ordered.order_no
    assert return_decisions.propose(one, number, reason="本人更换银行卡", at=AT) is None
    assert return_decisions.approve(two, number, at=AT) is None
    return ReturnWish.objects.latest("pk").order_id


def waits() -> int:
    """What stands on 21902."""
    return -ledger.control_total("21902")


def state(who: int, number: str) -> tuple[str, str]:
    """What the page says and asks for."""
    page = return_facts.page(who, number)
    return page.line.state, page.asks


def test_paid_again_to_the_card_of_now(returned, bank, worker):
    ordered, one, two = returned
    number = ordered.order_no
    cast.bind(ordered.who.person_id, 2, at=AT)
    assert state(one, number) == ("due", "propose")
    replaced = again(ordered, one, two)
    assert PaymentOrder.objects.get(pk=replaced).replaces_id == number
    assert state(one, number) == ("paying", "")
    worker.work(AT)
    assert bank.requests[-1].payee_account == cast.card_number(2)
    assert (state(one, number), waits()) == (("done", ""), 0)
    assert cast.case(ordered.reference).state == "completed"
    assert Message.objects.latest("pk").title.endswith("已办结")
    assert sum(bank.paid.values()) == PAY
    assert verify() == []


def test_it_comes_back_again_and_is_refused_in_between(returned, bank, worker):
    ordered, one, two = returned
    second = again(ordered, one, two)
    worker.work(AT)
    bank.give_back(second)
    actions.ask(second, at=AT)
    assert (cast.case(ordered.reference).state, waits()) == ("payment_returned", PAY)
    bank.refuse = "账号已销户"
    third = again(ordered, one, two)
    worker.work(AT)
    assert PaymentOrder.objects.get(pk=third).payment.status == "failed"
    assert state(one, ordered.order_no) == ("due", "propose")
    bank.refuse = ""
    again(ordered, one, two)
    worker.work(AT)
    assert (cast.case(ordered.reference).state, waits()) == ("completed", 0)
    page = return_facts.page(one, ordered.order_no)
    assert [order.state for order in page.orders] == ["returned", "returned", "failed", "paid"]
    assert verify() == []


def test_nobody_alone_and_nobody_twice(returned):
    ordered, one, two = returned
    number = ordered.order_no
    assert return_decisions.approve(two, number, at=AT) is not None
    assert return_decisions.propose(one, number, reason="短", at=AT) is not None
    assert return_decisions.propose(one, number, reason="本人更换银行卡", at=AT) is None
    assert return_decisions.propose(two, number, reason="本人更换银行卡", at=AT) is not None
    assert return_decisions.approve(one, number, at=AT) is not None
    assert (state(one, number)[1], state(two, number)[1]) == ("withdraw", "decide")
    assert return_decisions.reject(two, number, note="没有本人申请", at=AT) is None
    assert return_decisions.propose(one, number, reason="本人更换银行卡", at=AT) is None
    assert return_decisions.withdraw(one, number, at=AT) is None
    states = list(ReturnWish.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["rejected", "withdrawn"]
    for who in (staff("teller", "teller"),):
        with pytest.raises(NotYours):
            return_decisions.propose(who, number, reason="本人更换银行卡", at=AT)
    with pytest.raises(NotYours):
        return_facts.page(one, "ZF0")


def test_another_card_than_the_one_agreed_to_is_asked_for_anew(returned):
    ordered, one, two = returned
    number = ordered.order_no
    assert return_decisions.propose(one, number, reason="本人更换银行卡", at=AT) is None
    cast.bind(ordered.who.person_id, 3, at=AT)
    refused = return_decisions.approve(two, number, at=AT)
    assert refused is not None
    assert "有变" in refused.text


def test_the_database_holds_one_order_for_another(returned):
    ordered, one, two = returned
    replaced = PaymentOrder.objects.get(pk=again(ordered, one, two))
    replaced.pk = "CF-second"
    with pytest.raises(IntegrityError), transaction.atomic():
        replaced.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnWish.objects.update(reason="别的")
