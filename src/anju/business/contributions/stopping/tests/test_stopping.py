"""An employer stops contributing, in both ways in; and what the withdrawal then finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.contributions import facts as contributions
from anju.business.contributions.models import EmployerAccount, Enrolment
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.looking import books_balance, card_of, unmet
from anju.cases import actions, entered_facts
from anju.cases import facts as cases
from anju.cases.models import CaseDecision, CaseMaker, Evidence, Message
from anju.cases.ownership import agent
from anju.cases.records import (
    Decided,
    DecisionRefused,
    Done,
    Entered,
    Mistakes,
    NotOpen,
    NotYours,
    Submitted,
)
from anju.parties.models import SmsMessage
from anju.parties.tests import cast as parties
from anju.store.fields import unseal

AT = stop.AT


@pytest.fixture
def member(books, city):
    """A member who still contributes, in one city."""
    city("yuncheng")
    who = stop.contributor()
    cast.turn_to()
    return who


# -- what must hold --------------------------------------------------------------------------


def test_the_agent_stops_the_branch_approves_and_the_member_is_paid(
    books, both_cities, bank, worker
):
    who = stop.contributor()
    cast.turn_to()
    assert unmet(card_of(who).findings) >= {"retirement.no_retirement_mark"}

    reference = stop.submitted(stop.unit_agent(), who)
    stop.approved(reference, cast.staff().pk)

    marked = contributions.enrolment(who.person_id)
    assert (marked.seal_reason, marked.sealed_on, marked.stop_approved_on) == (
        "retired", AT.date(), AT.date(),
    )  # fmt: skip
    assert who.account.state == "sealed"
    assert card_of(who).is_open
    paid = cast.submit(who)
    worker.work(AT)
    assert cast.case(paid).state == "completed"
    assert who.account.state == "closed"
    books_balance()


def test_a_teller_takes_the_papers_and_somebody_else_approves(member):
    teller, reviewer = stop.teller(), cast.staff()
    reference = stop.submitted(teller, member, stop.LEFT)
    assert cast.case(reference).channel == "counter"
    refused = stop.decide(reference, teller.user_id)
    assert isinstance(refused, DecisionRefused)
    stop.approved(reference, reviewer.pk)
    marked = contributions.enrolment(member.person_id)
    assert (marked.seal_reason, marked.stop_approved_by) == ("left", "盐湖管理部")
    assert unmet(card_of(member).findings) == {"retirement.no_retirement_mark"}, "left, not retired"


def test_a_member_who_left_may_retire_later(member):
    teller, reviewer = stop.teller(), cast.staff()
    stop.approved(stop.submitted(teller, member, stop.LEFT), reviewer.pk)
    again = stop.enter(teller, member, stop.LEFT)
    assert isinstance(again, NotOpen)
    assert unmet(again.findings) == {"stopping.already_stopped"}
    stop.approved(stop.submitted(teller, member), reviewer.pk)
    assert contributions.enrolment(member.person_id).seal_reason == "retired"


def test_member_and_employer_are_told(member):
    by = stop.unit_agent()
    reference = stop.submitted(by, member)
    assert not Message.objects.exists(), "the member is told of what has come about"
    stop.approved(reference, cast.staff().pk)
    (message,) = Message.objects.filter(person_id=member.person_id)
    assert message.title == "停缴已办结"
    assert "已封存" in message.body
    assert message.reference == "", "the member has no page of a case that others entered"
    told = [unseal(row, "text").expose() for row in SmsMessage.objects.order_by("-pk")[:2]]
    assert reference in told[0]
    assert "单位网厅" in told[0]
    assert "李华" not in "".join(told)


def test_an_agent_is_not_told_of_a_freeze_and_a_teller_is(member):
    by = stop.unit_agent()
    reference = stop.entered(by, member)
    with transaction.atomic():
        ledger.freeze(
            member.account_id, authority="演示人民法院", doc_no="（2026）演示1号", amount=1,
            from_day=AT.date(), until_day=None,
        )  # fmt: skip
    by_agent = (
        stop.enter(by, member),
        actions.submit_entered(reference, by=by, at=AT),
        stop.page(reference, by),
    )
    for told in by_agent:
        assert "冻结" not in str(told)
        assert "stopping.account_frozen" in unmet(told.findings)
        assert "请到管理部柜台办理" in str(told)
    assert "账户有司法或监管冻结" in str(stop.enter(stop.teller(), member))


# -- guards where the rows are -----------------------------------------------------------------


def test_a_confirmed_list_that_waits_for_its_money_comes_first(member):
    from anju.business.contributions import orders, remitting

    orders.take_on_employer(
        cast.employer(), member_ratio="0.12", employer_ratio="0.12", payday=10,
        first_month=date(2026, 10, 1), paid_through=date(2026, 10, 1), bank_code="105",
        bank_branch_code="10501", opened_on=date(2026, 7, 1), actor=cast.Actor.system(), at=AT,
    )  # fmt: skip
    by = stop.unit_agent()
    account = EmployerAccount.objects.get().pk
    owed = remitting.due(account)
    confirmed = remitting.confirm(
        account, month=owed.month, seen_headcount=owed.headcount, seen_total_fen=owed.total_fen,
        key="k" * 32, actor=by.actor, at=AT,
    )  # fmt: skip
    refused = stop.enter(by, member)
    assert unmet(refused.findings) == {"stopping.list_unpaid"}
    remitting.void(confirmed.number, actor=by.actor, at=AT)
    assert isinstance(stop.enter(by, member), Entered)


def test_what_changed_after_the_submit_is_seen_at_the_decision(member):
    reference = stop.submitted(stop.unit_agent(), member)
    Enrolment.objects.update(paid_through=date(2026, 11, 1))
    refused = stop.decide(reference, cast.staff().pk)
    assert isinstance(refused, DecisionRefused)
    assert "之后的月份已经汇缴" in refused.text
    assert member.account.state == "open"


def test_of_two_stops_one_comes_in(member):
    agent_, teller = stop.unit_agent(), stop.teller()
    first, second = stop.entered(agent_, member), stop.entered(teller, member)
    assert actions.submit_entered(first, by=agent_, at=AT) == Submitted(first)
    late = actions.submit_entered(second, by=teller, at=AT)
    assert unmet(late.findings) == {"stopping.another_case_live"}


# -- entering ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "wrong"),
    [
        ({}, {"reason": "请选择停缴原因。", "last_month": "请填写最后汇缴年月。"}),
        ({"reason": "bored", "last_month": "2026-10"}, {"reason": "请选择停缴原因。"}),
        (
            {"reason": "left", "last_month": "2026-13"},
            {"last_month": "最后汇缴年月请填写年月，如 2026-11。"},
        ),
    ],
)
def test_what_is_entered_has_its_shape(posted, wrong, member):
    assert stop.enter(stop.unit_agent(), member, posted) == Mistakes(wrong)


def test_a_stop_needs_the_papers_of_its_reason(member):
    by = stop.unit_agent()
    reference = stop.entered(by, member)
    amended = actions.amend(reference, by=by, posted=stop.LEFT, at=AT)
    assert amended == Done()
    assert not Evidence.objects.filter(removed_at=None).exists(), "papers of the other reason"
    lacking = actions.submit_entered(reference, by=by, at=AT)
    assert lacking == Mistakes({"leaving_papers": "请拍摄或上传这张照片。"})
    with pytest.raises(NotYours):
        stop.photograph(by, reference, "retirement_papers")
    stop.photograph(by, reference, "leaving_papers")
    assert actions.submit_entered(reference, by=by, at=AT) == Submitted(reference)
    assert actions.submit_entered(reference, by=by, at=AT) == Submitted(reference), "twice is once"


def test_entering_twice_goes_on_with_ones_draft(member):
    by = stop.unit_agent()
    first = stop.entered(by, member)
    assert stop.enter(by, member, stop.LEFT) == Entered(first)
    assert stop.page(first, by).answers == {"reason": "left", "last_month": "2026-10"}


def test_answers_lie_sealed(member):
    reference = stop.entered(stop.unit_agent(), member)
    assert "retired" not in cast.case(reference).answers.token


def test_returned_mended_resubmitted_and_approved(member):
    by, reviewer = stop.unit_agent(), cast.staff()
    reference = stop.submitted(by, member)
    assert isinstance(
        stop.decide(reference, reviewer.pk, "return_for_correction", "photo_unclear"), Decided
    )
    page = stop.page(reference, by)
    assert page.state == "returned"
    assert "看不清楚" in page.returned.reason_text
    assert page.may_mend
    stop.photograph(by, reference, "retirement_papers", shade=30)
    assert actions.submit_entered(reference, by=by, at=AT) == Submitted(reference)
    stop.approved(reference, reviewer.pk)
    assert cast.case(reference).state == "completed"


def test_rejected_changes_nothing(member):
    reference = stop.submitted(stop.unit_agent(), member)
    stop.decide(reference, cast.staff().pk, "reject", "false_evidence")
    assert cast.case(reference).state == "rejected"
    assert member.account.state == "open"
    assert isinstance(stop.enter(stop.teller(), member), Entered), "it may be entered again"


def test_taken_back_before_the_decision(member):
    by = stop.unit_agent()
    reference = stop.submitted(by, member)
    assert actions.take_back_entered(reference, by=by, at=AT) == Done()
    assert cast.case(reference).state == "cancelled"
    assert member.account.state == "open"


# -- who ---------------------------------------------------------------------------------------


def test_an_agent_enters_for_the_own_people_alone(member):
    stranger = parties.agent(7)
    other = agent(stranger.pk, employer_id=parties.appointment(stranger).employer_id)
    with pytest.raises(NotYours):
        stop.enter(other, member)
    reference = stop.submitted(stop.unit_agent(), member)
    for look in (
        lambda: stop.page(reference, other),
        lambda: actions.amend(reference, by=other, posted=stop.LEFT, at=AT),
        lambda: actions.submit_entered(reference, by=other, at=AT),
        lambda: actions.take_back_entered(reference, by=other, at=AT),
        lambda: stop.photograph(other, reference, "retirement_papers"),
        lambda: entered_facts.entered_evidence(
            Evidence.objects.get().pk, reference=reference, by=other, at=AT
        ),
    ):
        with pytest.raises(NotYours):
            look()
    shown = entered_facts.entered_cases(stop.SERVICE, employer_id=other.employer_id, at=AT)
    assert shown.total == 0


def test_the_counter_enters_for_its_own_branch(member):
    elsewhere = stop.teller("hejin.teller", branch_code="hejin")
    refused = stop.enter(elsewhere, member)
    assert isinstance(refused, Mistakes)
    assert "盐湖" in refused.errors[""]
    mine = stop.submitted(stop.teller(), member)
    with pytest.raises(NotYours):
        stop.page(mine, elsewhere)


def test_an_agent_follows_what_the_counter_entered_and_mends_nothing(member):
    by, teller = stop.unit_agent(), stop.teller()
    reference = stop.entered(teller, member)
    with pytest.raises(NotYours):
        stop.page(reference, by)
    actions.submit_entered(reference, by=teller, at=AT)
    page = stop.page(reference, by)
    assert (page.channel_text, page.may_mend, page.may_take_back) == ("柜面", False, False)
    with pytest.raises(NotYours):
        actions.take_back_entered(reference, by=by, at=AT)
    with pytest.raises(NotYours):
        cases.case_view(reference, person_id=member.person_id, at=AT)


def test_the_database_refuses_a_decision_by_who_entered(member):
    teller = stop.teller()
    reference = stop.submitted(teller, member)
    case = cast.case(reference)
    makers = CaseMaker.objects.filter(case=case)
    assert list(makers.values_list("staff_id", flat=True)) == [teller.user_id]
    with transaction.atomic(), pytest.raises(IntegrityError, match="maker_is_checker"):
        CaseDecision.objects.create(
            case=case, round=1, staff_id=teller.user_id, decision="approve",
            reason_code="consistent", payload_hash="x", at=AT,
        )  # fmt: skip
    with transaction.atomic(), pytest.raises(IntegrityError, match="applicant_stays"):
        type(case).objects.filter(pk=case.pk).update(applicant_id=cast.staff().pk)


def test_staff_who_are_the_agent_themselves_do_not_decide(member):
    by = stop.unit_agent(5)
    oneself = parties.person(5)
    reviewer = cast.staff(person_id=oneself.pk)
    reference = stop.submitted(by, member)
    assert "须由其他人员审核" in stop.decide(reference, reviewer.pk).text


def test_where_the_city_asks_for_it_somebody_checks_first(member):
    from anju import policy

    city = policy.current()
    block = city.services[stop.SERVICE]
    review = block.review.model_copy(update={"first_check": True})
    services = {stop.SERVICE: block.model_copy(update={"review": review})}
    first, second = stop.teller(), cast.staff()
    with policy.using(replace(city, services=services)):
        reference = stop.submitted(stop.unit_agent(), member)
        assert "还没有初审" in stop.decide(reference, second.pk).text
        page = cases.review_page(reference, staff_id=first.user_id, at=AT)
        assert page.first_check == "due"
        checked = actions.check_first(
            reference, staff_id=first.user_id, payload_hash=page.payload_hash, at=AT
        )
        assert isinstance(checked, Decided)
        assert cases.review_page(reference, staff_id=second.pk, at=AT).first_check == ""
        stop.approved(reference, second.pk)
    assert ledger.account(member.account_id).state == "sealed"
