"""Staff decide a case that policy did not let straight through, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger
from anju.business.treasury.models import PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.deciding import CONFIRMED, LATER, decide
from anju.cases import actions, facts
from anju.cases.models import CaseDecision, CaseMaker
from anju.cases.records import (
    Decided,
    DecisionRefused,
    EvidenceAdded,
    NotYours,
)
from anju.store.models import AuditRow

AT = cast.AT


def test_a_young_card_goes_to_review_and_the_money_is_held(waiting, both_cities):
    who, reference = waiting
    case = cast.case(reference)
    assert case.state == "in_review"
    assert case.why_review == "收款卡刚绑定不久，为保护资金安全需人工审核"
    assert case.due_on == both_cities.calendar.add_working_days(AT.date(), 3)
    assert who.account.held == cast.BALANCE
    assert who.account.state == "sealed"
    assert not PaymentOrder.objects.exists()
    view = facts.case_view(reference, person_id=who.person_id, at=AT)
    assert view.can_cancel
    assert view.quote.is_estimate


def test_the_worklist_shows_it_to_its_branch_alone(waiting):
    _who, reference = waiting
    here = cast.staff()
    there = cast.staff("hejin.reviewer", branch_code="hejin")
    shown = {"show": "waiting", "service": None, "text": "", "before": None, "at": LATER}
    assert [line.reference for line in facts.worklist(here.pk, **shown).lines] == [reference]
    assert facts.worklist(there.pk, **shown).lines == ()
    for act in (
        lambda: facts.review_page(reference, staff_id=there.pk, at=LATER),
        lambda: actions.approve(
            reference,
            staff_id=there.pk,
            reason_code=CONFIRMED,
            note="",
            payload_hash="",
            at=LATER,
        ),
        lambda: actions.reveal(
            reference, field="phone", reason="核对本人", staff_id=there.pk, at=LATER
        ),
    ):
        with pytest.raises(NotYours):
            act()


@pytest.mark.parametrize("text", ["reference", "演示·李华1", "15000000001", "id", "nobody"])
def test_the_search_finds_a_case_by_what_staff_have(waiting, text):
    _who, reference = waiting
    staff = cast.staff()
    typed = {"reference": reference.lower(), "id": cast.id_number(1)}.get(text, text)
    found = facts.worklist(
        staff.pk, show="all", service=None, text=typed, before=None, at=LATER
    ).lines
    expected = [] if text == "nobody" else [reference]
    assert [line.reference for line in found] == expected


def test_the_review_page_shows_what_a_decision_needs(waiting):
    _who, reference = waiting
    staff = cast.staff()
    page = facts.review_page(reference, staff_id=staff.pk, at=LATER)
    assert page.may_decide
    assert [f.code for f in page.findings if not f.met] == ["retirement.card_too_young"]
    values = {value.code: value.text for value in page.member}
    assert values["id_number"] == "149999********001" + cast.id_number(1)[-1]
    assert values["balance"] == "20,216.21"
    assert values["total"] == "20,335.82"
    assert AuditRow.objects.filter(action="cases.viewed", case_ref=reference).exists()


def test_after_hours_staff_decide_all_the_same(waiting):
    _who, reference = waiting
    staff = cast.staff()
    decided = decide(actions.approve, reference, staff, at=AT.replace(hour=20))
    assert isinstance(decided, Decided)


# -- approve ---------------------------------------------------------------------------------


def test_approve_writes_the_order_and_the_bank_pays(waiting, bank, worker):
    who, reference = waiting
    staff = cast.staff()
    decided = decide(actions.approve, reference, staff)
    assert isinstance(decided, Decided)
    assert decided.state_text == "付款中"
    worker.work(LATER)
    case = cast.case(reference)
    assert case.state == "completed"
    assert who.account.state == "closed"
    assert sum(bank.paid.values()) == cast.BALANCE + cast.INTEREST
    row = CaseDecision.objects.get(case=case)
    assert (row.decision, row.reason_code, row.staff_id) == ("approve", CONFIRMED, staff.pk)
    assert AuditRow.objects.filter(action="cases.approve", actor_id=staff.pk).count() == 1


def test_days_later_the_order_pays_the_interest_of_those_days(waiting, bank, worker):
    who, reference = waiting
    staff = cast.staff()
    monday = AT + timedelta(days=3)
    cast.turn_to(monday)
    decide(actions.approve, reference, staff, at=monday)
    worker.work(monday)
    interest = (cast.BALANCE * 145 * 15 * 2 + 360_000) // 720_000
    assert sum(bank.paid.values()) == cast.BALANCE + interest
    assert interest > cast.INTEREST
    assert who.account.state == "closed"


def test_a_decision_is_taken_once(waiting):
    _who, reference = waiting
    first, second = cast.staff(), cast.staff("yanhu.approver", role="approver")
    seen = facts.review_page(reference, staff_id=second.pk, at=LATER).payload_hash
    assert isinstance(decide(actions.approve, reference, first), Decided)
    late = decide(actions.reject, reference, second, reason="not_the_member", seen=seen)
    assert isinstance(late, DecisionRefused)
    assert PaymentOrder.objects.count() == 1


def test_a_reason_of_the_list_is_needed(waiting):
    _who, reference = waiting
    staff = cast.staff()
    for act, reason in (
        (actions.approve, ""),
        (actions.approve, "not_the_member"),
        (actions.reject, CONFIRMED),
        (actions.return_for_correction, "anything"),
    ):
        assert isinstance(decide(act, reference, staff, reason=reason), DecisionRefused)
    assert cast.case(reference).state == "in_review"


def test_a_teller_may_look_and_not_decide(waiting):
    _who, reference = waiting
    teller = cast.staff("yanhu.teller", role="teller")
    page = facts.review_page(reference, staff_id=teller.pk, at=LATER)
    assert not page.may_decide
    assert isinstance(decide(actions.approve, reference, teller), DecisionRefused)


def test_nobody_decides_their_own_case(waiting):
    who, reference = waiting
    oneself = cast.staff(person_id=who.person_id)
    refused = decide(actions.approve, reference, oneself)
    assert refused == DecisionRefused("这是您本人的业务，须由其他人员审核。")


def test_a_freeze_during_the_review_stops_the_approval(waiting):
    who, reference = waiting
    staff = cast.staff()
    ledger.freeze(
        who.account_id, authority="演示·法院", doc_no="1", amount=None, from_day=AT.date()
    )
    refused = decide(actions.approve, reference, staff)
    assert isinstance(refused, DecisionRefused)
    assert "账户有冻结" in refused.text
    assert not PaymentOrder.objects.exists()
    assert isinstance(
        decide(actions.reject, reference, staff, reason="conditions_not_met"), Decided
    )


# -- what was shown is what is approved ------------------------------------------------------


def test_another_card_after_staff_looked_refuses_the_decision(waiting):
    who, reference = waiting
    staff = cast.staff()
    seen = facts.review_page(reference, staff_id=staff.pk, at=LATER).payload_hash
    cast.bind(who.person_id, 77, at=LATER)
    refused = decide(actions.approve, reference, staff, seen=seen)
    assert refused == DecisionRefused("业务内容在您查看之后有变化，请重新核对后再决定。")
    assert not PaymentOrder.objects.exists()
    assert isinstance(decide(actions.approve, reference, staff), Decided)


def test_a_card_that_only_looks_the_same_refuses_the_decision_too(waiting):
    who, reference = waiting
    staff = cast.staff()
    seen = facts.review_page(reference, staff_id=staff.pk, at=LATER)
    cast.bind(who.person_id, 1, at=LATER, number=cast.look_alike(1))
    page = facts.review_page(reference, staff_id=staff.pk, at=LATER)
    assert {v.code: v.text for v in page.member}["card_number"] == (
        {v.code: v.text for v in seen.member}["card_number"]
    )
    refused = decide(actions.approve, reference, staff, seen=seen.payload_hash)
    assert isinstance(refused, DecisionRefused)


def test_what_is_decided_is_shown_without_conditions_of_today(waiting, worker):
    _who, reference = waiting
    staff = cast.staff()
    decide(actions.approve, reference, staff)
    page = facts.review_page(reference, staff_id=staff.pk, at=LATER)
    assert page.findings == ()
    assert page.quote.total_fen == cast.BALANCE + cast.INTEREST
    assert not page.quote.is_estimate
    assert not page.may_decide
    worker.work(LATER)
    page = facts.review_page(reference, staff_id=staff.pk, at=LATER)
    assert page.quote.total_fen == cast.BALANCE + cast.INTEREST


def test_another_picture_after_staff_looked_refuses_the_decision(books, xishuangbanna, bank):
    who = cast.member(card_bound_at=AT - timedelta(hours=1))
    cast.turn_to()
    reference = cast.submit(who)
    reviewer, teller = cast.staff(), cast.staff("yanhu.teller", role="teller")
    seen = facts.review_page(reference, staff_id=reviewer.pk, at=LATER).payload_hash
    kept = actions.replace_evidence(
        reference, staff_id=teller.pk, slot="id_front", content=cast.photo(9), at=LATER
    )
    assert kept == EvidenceAdded("id_front")
    assert isinstance(decide(actions.approve, reference, reviewer, seen=seen), DecisionRefused)
    page = facts.review_page(reference, staff_id=reviewer.pk, at=LATER)
    (slot,) = [slot for slot in page.slots if slot.code == "id_front"]
    assert len(slot.pages) == 1, "the old picture is marked, not shown beside the new one"
    assert isinstance(decide(actions.approve, reference, reviewer), Decided)


# -- maker is never checker ------------------------------------------------------------------


@pytest.fixture
def edited(books, xishuangbanna, bank):
    """A waiting case that a reviewer put a picture into: (reference, that reviewer)."""
    who = cast.member(card_bound_at=AT - timedelta(hours=1))
    cast.turn_to()
    reference = cast.submit(who)
    maker = cast.staff("yanhu.maker")
    actions.replace_evidence(
        reference, staff_id=maker.pk, slot="id_front", content=cast.photo(9), at=LATER
    )
    return reference, maker


def test_a_maker_may_not_decide(edited):
    reference, maker = edited
    page = facts.review_page(reference, staff_id=maker.pk, at=LATER)
    assert not page.may_decide
    for act, reason in (
        (actions.approve, CONFIRMED),
        (actions.return_for_correction, "photo_unclear"),
        (actions.reject, "not_the_member"),
    ):
        refused = decide(act, reference, maker, reason=reason)
        assert refused == DecisionRefused("您录入或修改过这笔业务的内容，须由其他人员审核。"), act
    assert isinstance(decide(actions.approve, reference, cast.staff()), Decided)


def test_the_database_refuses_a_maker_too(edited):
    reference, maker = edited
    case = cast.case(reference)
    with (
        pytest.raises(IntegrityError, match="maker_is_checker"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO cases_casedecision"
            " (case_id, round, staff_id, decision, reason_code, note, payload_hash, at)"
            " VALUES (%s, 1, %s, 'approve', 'consistent', '', 'x', now())",
            [case.pk, maker.pk],
        )


def test_who_approved_can_never_become_a_maker(waiting):
    _who, reference = waiting
    staff = cast.staff()
    decide(actions.approve, reference, staff)
    with pytest.raises(IntegrityError, match="maker_is_checker"), transaction.atomic():
        CaseMaker.objects.create(case=cast.case(reference), staff=staff, at=LATER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_casemaker SET staff_id = staff_id + 1",
        "DELETE FROM cases_casemaker",
        "TRUNCATE cases_casemaker",
        "UPDATE cases_casedecision SET decision = 'approve'",
        "DELETE FROM cases_casedecision",
        "UPDATE cases_caseevent SET title = 'x'",
        "DELETE FROM cases_caseproof",
    ],
)
def test_what_was_made_or_decided_stays(edited, statement):
    reference, _maker = edited
    decide(actions.reject, reference, cast.staff(), reason="not_the_member")
    with (
        pytest.raises(Exception, match=r"append_only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
