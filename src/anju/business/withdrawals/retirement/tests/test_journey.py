"""A retired member draws the fund, from the first page to the closed account, in both cities."""

from __future__ import annotations

import pytest
from django.db import connection

from anju import ledger
from anju.business.treasury import facts as treasury
from anju.business.treasury.models import PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.looking import books_balance, card_of, unmet
from anju.cases import actions, facts
from anju.cases.models import Case, Message
from anju.cases.records import Advanced, Begun, Mistakes, NotOpen, NotYours, Submitted

AT = cast.AT


# -- straight through ------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["h5", "web"])
def test_a_green_member_is_paid_without_review(channel, books, both_cities, bank, worker):
    who = cast.member()
    cast.turn_to()
    assert card_of(who, channel).is_open
    reference = cast.submit(who, channel=channel)

    case = cast.case(reference)
    assert case.state == "paying"
    assert case.why_review == ""
    assert case.policy_version == both_cities.version
    assert who.account.state == "closing"
    assert who.account.held == cast.BALANCE
    order = PaymentOrder.objects.get(case_reference=reference)
    assert (order.principal_fen, order.interest_fen) == (cast.BALANCE, cast.INTEREST)
    assert order.value_date == AT.date()
    assert bank.requests == [], "the bank is called after the commit, by a worker"

    assert worker.work(AT) == ["treasury.send"]

    total = cast.BALANCE + cast.INTEREST
    assert bank.paid == {order.order_no: total}
    (asked,) = bank.requests
    assert asked.payee_account == cast.card_number(1)
    assert asked.payee_name == "演示·李华1"
    assert asked.payer_account == both_cities.payer_account
    case.refresh_from_db()
    assert case.state == "completed"
    assert case.ended_at == AT
    closed = who.account
    assert (closed.state, closed.balance, closed.held, closed.v) == ("closed", 0, 0, 0)
    assert treasury.payment(order.order_no).status == "paid"
    books_balance()


def test_shown_ordered_paid_and_booked_are_one_amount(books, both_cities, bank, worker):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    shown = facts.step_page(reference, person_id=who.person_id, number=1, at=AT).quote
    cast.go_on(who, reference)
    worker.work(AT)
    final = facts.case_view(reference, person_id=who.person_id, at=AT).quote
    total = cast.BALANCE + cast.INTEREST
    assert shown.total_fen == final.total_fen == total
    assert shown.trace.total_fen == final.trace.total_fen == total
    assert not final.is_estimate
    assert sum(bank.paid.values()) == total
    order_no = cast.case(reference).order_no
    hold = ledger.hold(cast.case(reference).hold_id)
    assert hold.order_no == order_no
    assert hold.state == "settled"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, amount FROM ledger_gl_line WHERE voucher_id = %s ORDER BY subject",
            [hold.voucher_id],
        )
        assert cursor.fetchall() == [
            ("101", -total),
            ("201", cast.BALANCE),
            ("41101", cast.INTEREST),
        ]


def test_the_member_is_told_in_the_hall_and_by_sms(books, both_cities, bank, worker):
    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    worker.work(AT)
    title = both_cities.services[cast.SERVICE].title
    told = list(Message.objects.filter(person_id=who.person_id).order_by("pk"))
    assert [message.title for message in told] == [f"{title}已受理", f"{title}已办结"]
    assert "20,335.82 元（本金 20,216.21 元，利息 119.61 元）" in told[1].body
    last = cast.texts(who.person_id)[-1]
    assert last.startswith(f"【{both_cities.identity.short_name}】")
    assert reference in last
    assert "335.82" not in last, "a phone may lie on a table"
    view = facts.case_view(reference, person_id=who.person_id, at=AT)
    assert [entry.title for entry in view.timeline] == ["开始填写", "提交申请", "款项已到账"]
    assert view.state_text == "已办结"
    assert not view.can_cancel


def test_the_code_names_amount_and_card_and_fits_nothing_else(books, yuncheng, bank):
    who, other = cast.member(1), cast.member(2)
    cast.turn_to()
    mine, theirs = cast.begin(who), cast.begin(other)
    posted = cast.posted_for(who, mine, 1, at=AT)
    assert "申请退休提取 20,335.82 元到尾号" in cast.texts(who.person_id)[-1]
    refused = actions.take_step(theirs, person_id=other.person_id, number=1, posted=posted, at=AT)
    assert isinstance(refused, Mistakes)
    # The same member, the same amount, but another card: the code is worth nothing.
    cast.bind(who.person_id, 77, at=AT)
    refused = actions.take_step(mine, person_id=who.person_id, number=1, posted=posted, at=AT)
    assert isinstance(refused, Mistakes)
    assert "code" in refused.errors
    assert cast.case(mine).state == "draft"


def test_a_card_that_only_looks_the_same_needs_its_own_code(books, yuncheng, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    posted = cast.posted_for(who, reference, 1, at=AT)
    shown = facts.step_page(reference, person_id=who.person_id, number=1, at=AT).proof.proving
    cast.bind(who.person_id, 1, at=cast.YEAR_BEGAN, number=cast.look_alike(1))
    page = facts.step_page(reference, person_id=who.person_id, number=1, at=AT)
    assert page.proof.proving == shown, "the words cannot tell the two cards apart"
    refused = actions.take_step(reference, person_id=who.person_id, number=1, posted=posted, at=AT)
    assert isinstance(refused, Mistakes)


def test_a_receipt_names_the_card_that_was_paid(books, both_cities, bank, worker):
    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    worker.work(AT)
    before = facts.case_view(reference, person_id=who.person_id, at=AT)
    assert cast.card_number(1)[-4:] in before.pay_to
    cast.bind(who.person_id, 77, at=AT)
    after = facts.case_view(reference, person_id=who.person_id, at=AT)
    assert after.pay_to == before.pay_to
    assert after.receipt == before.receipt


def test_a_wrong_code_and_no_code_are_refused(books, yuncheng, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    code = cast.posted_for(who, reference, 1, at=AT)["code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for typed in ({"code": wrong}, {"code": ""}, {}):
        answer = actions.take_step(
            reference, person_id=who.person_id, number=1, posted=typed, at=AT
        )
        assert isinstance(answer, Mistakes), typed
        assert "code" in answer.errors
    assert cast.case(reference).state == "draft"


def test_pages_come_in_order_and_photos_are_needed(books, xishuangbanna, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    skipped = actions.take_step(reference, person_id=who.person_id, number=5, posted={}, at=AT)
    assert skipped == Advanced(reference, 1)
    cast.go_on(who, reference, to_step=2)
    missing = actions.take_step(reference, person_id=who.person_id, number=3, posted={}, at=AT)
    assert set(missing.errors) == {"live_photo", "id_front", "id_back"}
    assert cast.go_on(who, reference, from_step=3, to_step=3) == Advanced(reference, 4)
    wrong = actions.take_step(
        reference,
        person_id=who.person_id,
        number=4,
        posted={"business_password": "000000"},
        at=AT,
    )
    assert "business_password" in wrong.errors
    assert cast.go_on(who, reference, from_step=4) == Submitted(reference)


def test_a_draft_is_taken_up_where_it_was_left(books, xishuangbanna, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    cast.go_on(who, reference, to_step=2)
    again = actions.begin(cast.SERVICE, person_id=who.person_id, channel="web", at=AT)
    assert again == Begun(reference, 3)
    assert card_of(who).draft_reference == reference


def test_the_card_changed_after_the_code_asks_for_a_new_code(books, xishuangbanna, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    cast.go_on(who, reference, to_step=4)
    cast.bind(who.person_id, 77, at=AT)
    answer = actions.take_step(reference, person_id=who.person_id, number=5, posted={}, at=AT)
    assert answer == Advanced(reference, 2), "what was proved was another card"
    assert cast.case(reference).state == "draft"
    assert not PaymentOrder.objects.exists()


def test_nobody_elses_case_can_be_seen_or_moved(books, both_cities, bank):
    who, other = cast.member(1), cast.member(2)
    cast.turn_to()
    reference = cast.begin(who)
    for act in (
        lambda: actions.take_step(reference, person_id=other.person_id, number=1, posted={}, at=AT),
        lambda: actions.cancel(reference, person_id=other.person_id, at=AT),
        lambda: actions.send_code(
            reference, person_id=other.person_id, number=1, ip="198.51.100.7", at=AT
        ),
        lambda: facts.case_view(reference, person_id=other.person_id, at=AT),
        lambda: facts.step_page(reference, person_id=other.person_id, number=1, at=AT),
        lambda: facts.quote_trace(reference, person_id=other.person_id, at=AT),
    ):
        with pytest.raises(NotYours):
            act()


# -- grey, with reasons ----------------------------------------------------------------------


def test_a_loan_greys_the_service_in_one_city_only(books, city, bank):
    who = cast.member(loan_fen=18_000_000)
    cast.turn_to()
    city("yuncheng")
    assert card_of(who).is_open
    city("xishuangbanna")
    grey = card_of(who)
    assert not grey.is_open
    assert unmet(grey.findings) == {"retirement.fund_loan_outstanding"}
    refused = actions.begin(cast.SERVICE, person_id=who.person_id, channel="h5", at=AT)
    assert isinstance(refused, NotOpen)
    assert not Case.objects.exists()


def test_every_failing_condition_is_told_at_once(books, xishuangbanna, bank):
    who = cast.member(sealed="", card_bound_at=None, loan_fen=100)
    ledger.freeze(
        who.account_id, authority="演示·法院", doc_no="1", amount=None, from_day=AT.date()
    )
    cast.turn_to()
    grey = card_of(who)
    assert unmet(grey.findings) == {
        "retirement.no_retirement_mark",
        "retirement.account_not_sealed",
        "retirement.fund_loan_outstanding",
        "retirement.no_bound_card",
        "retirement.account_frozen",
    }
    assert all(f.mended_by for f in grey.findings if not f.met)


@pytest.mark.parametrize("amount", [None, 1])
def test_a_freeze_of_any_size_greys_the_service(amount, books, both_cities, bank):
    who = cast.member()
    ledger.freeze(
        who.account_id, authority="演示·法院", doc_no="1", amount=amount, from_day=AT.date()
    )
    cast.turn_to()
    assert unmet(card_of(who).findings) == {"retirement.account_frozen"}


def test_at_night_xishuangbanna_says_when_it_opens(books, xishuangbanna, bank):
    who = cast.member()
    cast.turn_to()
    night = AT.replace(hour=20)
    grey = facts.service_card(cast.SERVICE, person_id=who.person_id, channel="h5", at=night)
    (finding,) = [f for f in grey.findings if not f.met]
    assert finding.code == "retirement.outside_service_hours"
    assert finding.passes_at == AT.replace(day=23, hour=8, minute=30)


def test_a_condition_that_fails_at_the_last_moment_stops_the_submit(books, both_cities, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    last = len(both_cities.services[cast.SERVICE].steps)
    cast.go_on(who, reference, to_step=last - 1)
    posted = cast.posted_for(who, reference, last, at=AT)
    ledger.freeze(
        who.account_id, authority="演示·法院", doc_no="1", amount=None, from_day=AT.date()
    )
    answer = actions.take_step(
        reference, person_id=who.person_id, number=last, posted=posted, at=AT
    )
    assert isinstance(answer, NotOpen)
    assert unmet(answer.findings) == {"retirement.account_frozen"}
    assert who.account.held == 0
