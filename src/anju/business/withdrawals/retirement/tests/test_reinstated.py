"""A payment that came back goes onto its account again, by two people and under the city's rule."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from anju import ledger, policy
from anju.business.contributions import facts as contributions
from anju.business.treasury import (
    actions,
    orders,
    reinstating,
    return_decisions,
    return_facts,
)
from anju.business.treasury.models import PaymentOrder, Receipt, ReturnWish
from anju.business.treasury.tests.test_receipts import came, staff, verify
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts as cases
from anju.cases.models import Message
from anju.domain.dated import Dated, DatedValue
from anju.ledger.replay import replay, rows_of
from anju.ledger.tests.books import withdrawal
from anju.policy.dated_values import Params

AT = cast.AT
PAY = cast.BALANCE + cast.INTEREST
WHY = "本人申请恢复账户"


@contextmanager
def ruled(value: str):
    """The city's rule of returned payouts is this one."""
    here, name = policy.current(), "returned_payout_interest"
    dated = Dated((DatedValue(value, "test", date(1993, 1, 1)),))
    chosen = {**here.params, name: replace(here.params[name], dated=dated)}
    with policy.using(replace(here, params=Params(chosen))):
        yield


@pytest.fixture
def returned(ordered, bank, worker):
    """Paid on 20 November, back on the 30th; two accountants."""
    worker.work(AT)
    ledger.flip_day(date(2026, 11, 30))
    bank.give_back(ordered.order_no)
    actions.ask(ordered.order_no, at=AT)
    return ordered, staff("one"), staff("two")


def asked(ordered, one: int):
    return return_decisions.propose_reinstating(one, ordered.order_no, reason=WHY, at=AT)


def agreed(ordered, two: int):
    return return_decisions.approve(two, ordered.order_no, at=AT)


def sound() -> bool:
    return verify() == [] and list(replay(rows_of)) == []


def test_two_people_put_it_on_the_account_again(returned):
    ordered, one, two = returned
    ledger.flip_day(date(2026, 12, 3))
    assert asked(ordered, one) is None
    page = return_facts.page(two, ordered.order_no)
    assert (page.line.state, page.asks, page.wishes[0].deed_text) == ("due", "decide", "恢复账户")
    told = page.reinstating
    assert (told.principal, told.interest, told.keeps_interest) == (
        cast.BALANCE, cast.INTEREST, False,
    )  # fmt: skip
    assert agreed(ordered, one) is not None, "not alone"
    assert agreed(ordered, two) is None
    account = ordered.who.account
    assert (account.state, account.balance) == ("sealed", cast.BALANCE)
    assert [ledger.control_total(code) for code in ("21902", "41101", "")] == [0, 0, 0]
    page = return_facts.page(one, ordered.order_no)
    assert (page.line.state, page.asks, page.reinstating) == ("reinstated", "", None)
    assert [line.order_no for line in return_facts.listed(one, state="reinstated").lines] == [
        ordered.order_no
    ]
    assert return_facts.listed(one, state="due").lines == ()
    assert [head.kind for head in page.vouchers] == ["payout.returned", "payout.reinstated"]
    assert (page.vouchers[1].maker, page.vouchers[1].checker) == (f"staff:{one}", f"staff:{two}")
    assert sound()


def test_the_member_is_told_and_sees_the_account(returned):
    ordered, one, two = returned
    asked(ordered, one)
    agreed(ordered, two)
    who, reference = ordered.who.person_id, ordered.reference
    view = cases.case_view(reference, person_id=who, at=AT)
    assert (view.state, view.state_text) == ("reinstated", "已恢复账户")
    assert view.timeline[-1].title.startswith("款项已退回个人账户")
    told = Message.objects.latest("pk")
    assert told.title.endswith("款项已退回账户")
    assert "20,216.21" in told.body
    assert reference in cast.texts(who)[-1]
    seen = contributions.overview(who, at=AT)
    assert (seen.balance_fen, seen.state_text) == (cast.BALANCE, "封存")
    assert seen.recent[0].title == "退票恢复"
    assert cases.service_card(cast.SERVICE, person_id=who, channel="h5", at=AT).is_open


@pytest.mark.parametrize(
    ("rule", "since"),
    [
        ("none", date(2026, 12, 3)),
        ("from_return", date(2026, 11, 30)),
        ("as_if_never_paid", date(2026, 11, 20)),
    ],
)
def test_it_earns_again_from_the_day_that_the_city_says(returned, rule, since):
    ordered, one, two = returned
    ledger.flip_day(date(2026, 12, 3))
    with ruled(rule):
        asked(ordered, one)
        agreed(ordered, two)
    row = ordered.who.account
    n = row.balance * (date(2026, 12, 3) - row.interest_from).days - row.v
    assert n == cast.BALANCE * (142 + (date(2026, 12, 3) - since).days)
    assert sound()


def test_a_year_that_ended_meanwhile_is_settled_with_it(returned):
    ordered, one, two = returned
    ledger.ensure_partitions(date(2027, 7, 1), date(2027, 7, 31))
    ledger.flip_day(date(2027, 7, 5))
    told = return_facts.page(one, ordered.order_no).reinstating
    assert (told.since, told.keeps_interest, told.years) == (date(2026, 11, 30), False, (2027,))
    asked(ordered, one)
    agreed(ordered, two)
    # 142 days until 20 November, 213 from the 30th on.
    year = round(cast.BALANCE * (142 + 213) * 15 / 1000 / 360)
    assert ordered.who.account.balance == cast.BALANCE + year
    assert sound()


def test_what_may_not_be(returned, worker):
    ordered, one, two = returned
    number = ordered.order_no
    for reason in ("短", "长" * 201):
        assert return_decisions.propose_reinstating(one, number, reason=reason, at=AT) is not None
    assert asked(ordered, one) is None
    assert asked(ordered, two) is not None, "one wish at a time"
    assert return_decisions.propose(two, number, reason=WHY, at=AT) is not None
    assert return_decisions.reject(two, number, note="与本人核实后再办", at=AT) is None
    assert asked(ordered, one) is None
    ledger.open_account(ordered.who.person_id, employer_id=None, on=AT.date(), key="other")
    refused = agreed(ordered, two)
    assert refused is not None
    assert "其他正常账户" in refused.text
    assert return_decisions.withdraw(one, number, at=AT) is None
    assert "其他正常账户" in return_facts.page(one, number).reinstating.problem
    assert asked(ordered, one) is not None
    assert return_decisions.propose(one, number, reason=WHY, at=AT) is None, "paid again it may be"
    assert ReturnWish.objects.filter(state="reinstated").count() == 0
    assert sound()


def test_a_refusal_of_the_books_is_told_in_words(returned, monkeypatch):
    ordered, one, two = returned
    asked(ordered, one)
    monkeypatch.setattr(reinstating, "_problem", lambda hold: "")
    ledger.open_account(ordered.who.person_id, employer_id=None, on=AT.date(), key="other")
    refused = agreed(ordered, two)
    assert refused is not None
    assert "其他正常账户" in refused.text
    assert ReturnWish.objects.get().state == "submitted"


def test_frozen_meanwhile_and_paid_again_no_more(returned):
    ordered, one, two = returned
    ledger.freeze(
        ordered.who.account_id, authority="某法院", doc_no="1", amount=None,
        from_day=ledger.business_date(),
    )  # fmt: skip
    assert return_facts.page(one, ordered.order_no).reinstating.frozen
    asked(ordered, one)
    agreed(ordered, two)
    assert ordered.who.account.available == 0
    assert return_decisions.propose(one, ordered.order_no, reason=WHY, at=AT) is not None
    assert asked(ordered, one) is not None
    assert agreed(ordered, two) is not None
    assert sound()


def test_after_it_was_paid_again_and_came_back_once_more(returned, bank, worker):
    ordered, one, two = returned
    assert return_decisions.propose(one, ordered.order_no, reason=WHY, at=AT) is None
    assert return_decisions.approve(two, ordered.order_no, at=AT) is None
    second = PaymentOrder.objects.get(replaces=ordered.order_no).pk
    worker.work(AT)
    ledger.flip_day(date(2026, 12, 10))
    bank.give_back(second)
    actions.ask(second, at=AT + timedelta(days=20))
    assert return_facts.page(one, ordered.order_no).reinstating.since == date(2026, 12, 10)
    asked(ordered, one)
    assert agreed(ordered, two) is None
    assert (ordered.who.account.balance, ledger.control_total("21902")) == (cast.BALANCE, 0)
    assert sound()


@pytest.mark.parametrize("told_first", [False, True])
def test_a_part_is_mirrored_by_itself(books, yuncheng, bank, told_first):
    """Whichever is told first, the money or that it came back: booked once, on the account."""
    who, fen = cast.member(), 500_000
    cast.turn_to()
    hold = ledger.place_hold(who.account_id, case_id=99, purpose=ledger.PARTIAL, amount=fen)
    before = ledger.account(who.account_id)
    order = {"principal": fen, "interest": 0}
    ledger.order_hold(hold, order_no="ZF9", interest_until=AT.date(), **order)
    orders.write_order(
        "ZF9", case_reference="", person_id=who.person_id, principal_fen=fen, interest_fen=0,
        value_date=AT.date(), summary="部分提取", at=AT,
    )  # fmt: skip
    ledger.settle_partial(hold, [withdrawal(who.account_id, fen)], key="9")
    if told_first:
        came(fen, remark="退汇 ZF9", payer_account=cast.card_number(1))
    orders.book_return("ZF9", amount=fen, account_id=who.account_id, at=AT)
    after = ledger.account(who.account_id)
    assert (after.balance, after.carried, after.v) == (before.balance, before.carried, before.v)
    assert [ledger.control_total(code) for code in ("21902", "21905")] == [0, 0]
    if told_first:
        assert Receipt.objects.get().state == "matched"
    ledger.flip_day(date(2026, 11, 21))
    with pytest.raises(ledger.LedgerRefusal, match="key_reused"):
        orders.book_return("ZF9", amount=fen, account_id=who.account_id, at=AT)
