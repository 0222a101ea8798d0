"""What staff send back or refuse, what the member mends, and who sees plain values."""

from __future__ import annotations

from datetime import timedelta

from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.deciding import LATER, decide
from anju.cases import actions, facts
from anju.cases.models import Case, CaseDecision, Message
from anju.cases.records import (
    Advanced,
    Decided,
    DecisionRefused,
    Done,
    Submitted,
)
from anju.store.models import AuditRow

AT = cast.AT


# -- return and reject -----------------------------------------------------------------------


def test_a_returned_case_is_mended_and_comes_back_to_review(waiting, both_cities, bank, worker):
    who, reference = waiting
    staff = cast.staff()
    decided = decide(
        actions.return_for_correction,
        reference,
        staff,
        reason="card_to_confirm",
        note="卡号末四位请再核对",
    )
    assert isinstance(decided, Decided)
    assert who.account.held == cast.BALANCE, "the hold stays"
    view = facts.case_view(reference, person_id=who.person_id, at=LATER)
    assert (view.state_text, view.resume_step) == ("待补正", 1)
    page = facts.step_page(reference, person_id=who.person_id, number=1, at=LATER)
    assert page.returned.note == "卡号末四位请再核对"
    assert "请核对收款银行卡" in page.returned.reason_text

    # What was proved belonged to the first round: every page is asked for again.
    assert actions.take_step(
        reference,
        person_id=who.person_id,
        number=len(both_cities.services[cast.SERVICE].steps),
        posted={},
        at=LATER,
    ) != Submitted(reference)
    assert cast.go_on(who, reference, at=LATER) == Submitted(reference)
    case = cast.case(reference)
    assert (case.state, case.round) == ("in_review", 2)
    assert Case.objects.count() == 1
    assert isinstance(decide(actions.approve, reference, staff), Decided)
    worker.work(LATER)
    assert cast.case(reference).state == "completed"
    assert sum(bank.paid.values()) == cast.BALANCE + cast.INTEREST
    assert [d.decision for d in CaseDecision.objects.order_by("round")] == [
        "return_for_correction",
        "approve",
    ]


def test_a_returned_case_skips_no_proof(waiting, both_cities):
    who, reference = waiting
    decide(actions.return_for_correction, reference, cast.staff(), reason="card_to_confirm")
    last = len(both_cities.services[cast.SERVICE].steps)
    answer = actions.take_step(reference, person_id=who.person_id, number=last, posted={}, at=LATER)
    assert not isinstance(answer, Submitted)
    if last > 1:
        assert answer == Advanced(reference, 1)
    assert cast.case(reference).state == "returned"


def test_a_returned_case_can_be_taken_back(waiting):
    who, reference = waiting
    decide(actions.return_for_correction, reference, cast.staff(), reason="card_to_confirm")
    assert actions.cancel(reference, person_id=who.person_id, at=LATER) == Done()
    assert who.account.available == cast.BALANCE


def test_a_rejected_case_ends_and_the_money_is_free(waiting):
    who, reference = waiting
    decided = decide(
        actions.reject, reference, cast.staff(), reason="not_the_member", note="联系不上"
    )
    assert isinstance(decided, Decided)
    assert decided.state_text == "不予通过"
    assert (who.account.state, who.account.available) == ("sealed", cast.BALANCE)
    told = Message.objects.filter(person_id=who.person_id).latest("pk")
    assert "本次申请不予通过" in told.body
    assert "（联系不上）" in told.body
    assert reference in cast.texts(who.person_id)[-1]
    again = facts.service_card(cast.SERVICE, person_id=who.person_id, channel="h5", at=LATER)
    assert again.is_open


def test_the_next_waiting_case_is_handed_on(books, yuncheng, bank):
    first = cast.member(1, card_bound_at=AT - timedelta(hours=1))
    second = cast.member(2, card_bound_at=AT - timedelta(hours=1))
    cast.turn_to()
    one, two = cast.submit(first), cast.submit(second, at=AT + cast.SOON)
    decided = decide(actions.approve, one, cast.staff())
    assert decided.next_reference == two


# -- plain values ----------------------------------------------------------------------------


def test_a_plain_value_needs_a_reason_and_leaves_a_row(waiting):
    _who, reference = waiting
    staff = cast.staff()
    refused = actions.reveal(reference, field="phone", reason="  ", staff_id=staff.pk, at=LATER)
    assert isinstance(refused, DecisionRefused)
    shown = actions.reveal(
        reference, field="card_number", reason="电话核对收款卡", staff_id=staff.pk, at=LATER
    )
    assert shown == cast.card_number(1)
    row = AuditRow.objects.get(action="store.revealed")
    assert (row.actor_id, row.case_ref, row.reason) == (staff.pk, reference, "电话核对收款卡")
    assert cast.card_number(1) not in str(row.details)


def test_a_reason_as_long_as_a_letter_is_no_fault_of_the_database(waiting):
    _who, reference = waiting
    staff = cast.staff()
    answer = actions.reveal(
        reference, field="phone", reason="核对" * 200, staff_id=staff.pk, at=LATER
    )
    assert isinstance(answer, str | DecisionRefused)


def test_an_ended_case_shows_no_plain_value(waiting):
    _who, reference = waiting
    staff = cast.staff()
    decide(actions.reject, reference, staff, reason="not_the_member")
    refused = actions.reveal(
        reference, field="phone", reason="电话核对收款卡", staff_id=staff.pk, at=LATER
    )
    assert isinstance(refused, DecisionRefused)
