"""An authority freezes an account and lets go of it again, at the counter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.contributions import facts as contributions
from anju.business.contributions import freeze_proofs, freezes
from anju.business.contributions.models import Freeze
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.looking import books_balance, card_of, unmet
from anju.cases import actions, entered_facts
from anju.cases.models import Message
from anju.cases.records import Entered, EvidenceAdded, NotOpen, NotYours, Submitted

FREEZING, UNFREEZING = "contributions.freezing", "contributions.unfreezing"
AT = stop.AT
COURT, POLICE = "演示人民法院", "演示市公安局"
WHOLE = {"authority": COURT, "doc_no": "(2026) 演示执字第1号", "scope": "whole"}
PART = {"authority": POLICE, "doc_no": "演示冻字1号", "scope": "part", "amount": "1000.00"}
LIFTED = {"authority": COURT, "frozen_doc_no": "（2026）演示执字第1号", "doc_no": "演示解字第1号"}
FROZEN = {"retirement.account_frozen"}


def enter(service, by, who, posted):
    return actions.enter(service, by=by, person_id=who.person_id, posted=posted, at=AT)


def submitted(service, by, who, posted) -> str:
    """A case with its papers that waits for its review."""
    answer = enter(service, by, who, posted)
    assert isinstance(answer, Entered), answer
    slot = f"{service.partition('.')[2]}_papers"
    kept = actions.add_entered_evidence(
        answer.reference, by=by, slot=slot, content=cast.photo(120), at=AT
    )
    assert isinstance(kept, EvidenceAdded)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def approved(service, by, who, posted, reviewer=None) -> None:
    stop.approved(submitted(service, by, who, posted), reviewer or cast.staff().pk)


def sound() -> None:
    books_balance()
    assert list(freeze_proofs.breaks()) == []


@pytest.fixture
def retired(books, city):
    """A member who may withdraw, in one city, and a teller."""
    city("yuncheng")
    who = cast.member(1)
    cast.turn_to()
    return who, stop.teller()


def test_a_frozen_account_pays_nothing_out_until_it_is_unfrozen(books, both_cities, bank, worker):
    who = cast.member(1)
    cast.turn_to()
    by, reviewer = stop.teller(), cast.staff().pk
    assert card_of(who).is_open
    reference = submitted(FREEZING, by, who, WHOLE)
    assert card_of(who).is_open, "nothing is frozen before somebody else approves"
    stop.approved(reference, reviewer)
    assert unmet(card_of(who).findings) == FROZEN
    made = Freeze.objects.get()
    assert (made.number, made.doc_no, made.amount) == (reference, "（2026）演示执字第1号", None)
    assert who.account.frozen_whole
    page = contributions.account_page(who.person_id, at=AT)
    assert page.freezes == ("演示人民法院 （2026）演示执字第1号：冻结全部余额",)
    assert "依法冻结" in Message.objects.get(person_id=who.person_id).body
    sound()

    assert isinstance(enter(FREEZING, by, who, WHOLE), NotOpen), "one paper is one freeze"
    other = {**LIFTED, "frozen_doc_no": "演示冻字9号"}
    assert isinstance(enter(UNFREEZING, by, who, other), NotOpen)
    approved(UNFREEZING, by, who, LIFTED, reviewer)
    assert Freeze.objects.get().state == "lifted"
    assert contributions.account_page(who.person_id, at=AT).freezes == ()
    sound()
    paid = cast.submit(who)
    worker.work(AT)
    assert cast.case(paid).state == "completed"


def test_authorities_freeze_side_by_side(retired):
    who, by = retired
    reviewer = cast.staff().pk
    much = {**PART, "authority": COURT, "doc_no": "演示执字2号", "amount": "99999999.00"}
    for posted in (PART, much):
        approved(FREEZING, by, who, posted, reviewer)
    assert who.account.frozen == 100_000 + 9_999_999_900
    assert who.account.available == 0, "more may be frozen than there is"
    sound()
    ends = {"authority": COURT, "frozen_doc_no": "演示执字2号", "doc_no": "演示解字2号"}
    approved(UNFREEZING, by, who, ends, reviewer)
    assert who.account.frozen == 100_000
    assert who.account.available == who.account.balance - 100_000
    assert unmet(card_of(who).findings) == FROZEN
    sound()


def test_a_part_of_a_freeze_is_lifted_and_the_rest_stays(retired):
    who, by = retired
    reviewer = cast.staff().pk
    approved(FREEZING, by, who, {**PART, "until": "2027-11-19"}, reviewer)
    some = {"authority": POLICE, "frozen_doc_no": "演示冻字1号", "doc_no": "演示解字3号"}
    for wrong in ({"amount": "1000.00"}, {"amount": "400.00", "doc_no": "演示冻字1号"}):
        assert isinstance(enter(UNFREEZING, by, who, some | wrong), NotOpen)
    approved(UNFREEZING, by, who, some | {"amount": "400.00"}, reviewer)
    assert who.account.frozen == 60_000
    assert contributions.account_page(who.person_id, at=AT).freezes == (
        "演示市公安局 演示冻字1号（演示解字3号解除部分后）：冻结 600.00 元，期限至2027年11月19日",
    )
    sound()
    again = some | {"doc_no": "演示解字4号", "amount": "100.00"}
    approved(UNFREEZING, by, who, again, reviewer)
    assert who.account.frozen == 50_000
    approved(UNFREEZING, by, who, some | {"doc_no": "演示解字5号"}, reviewer)
    assert (who.account.frozen, unmet(card_of(who).findings)) == (0, set())
    sound()


def test_a_freeze_is_over_after_its_last_day(retired):
    who, by = retired
    approved(FREEZING, by, who, {**PART, "until": AT.date().isoformat()})
    assert freezes.lapse(AT) == 0
    tomorrow = AT + timedelta(days=1)
    cast.turn_to(tomorrow)
    assert contributions.account_page(who.person_id, at=tomorrow).freezes == ()
    assert who.account.frozen == 0
    assert list(freeze_proofs.breaks()) == [], "the job may be late"
    assert freezes.lapse(tomorrow) == 1
    assert freezes.lapse(tomorrow) == 0
    assert Freeze.objects.get().state == "lapsed"
    sound()


def test_neither_agents_nor_another_branch_nor_who_entered(retired):
    who, by = retired
    agent = stop.unit_agent()
    with pytest.raises(NotYours):
        enter(FREEZING, agent, who, WHOLE)
    reference = submitted(FREEZING, by, who, WHOLE)
    elsewhere = stop.teller("far.teller", branch_code="hejin")
    for other in (agent, elsewhere):
        with pytest.raises(NotYours):
            entered_facts.entered_case_page(reference, by=other, at=AT)
    assert not isinstance(enter(FREEZING, elsewhere, who, PART), Entered)
    assert type(stop.decide(reference, by.user_id)).__name__ == "DecisionRefused"
    assert not Freeze.objects.exists()


def test_the_database_holds_what_an_authority_ordered(retired):
    who, by = retired
    approved(FREEZING, by, who, PART)
    rows = Freeze.objects.all()
    for changed in ({"amount": 1}, {"doc_no": "X"}, {"state": "lifted"}, {"ended_at": AT}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            rows.update(**changed)
    with transaction.atomic(), pytest.raises(IntegrityError):
        rows.delete()


@pytest.mark.mutants
def test_a_freeze_that_paper_and_books_tell_otherwise_is_named(retired):
    who, by = retired
    approved(FREEZING, by, who, PART)
    sound()
    made = Freeze.objects.get()
    ledger.lift(made.book_id, doc_no="无")
    (found,) = freeze_proofs.breaks()
    assert (found.kind, f"account {who.account_id}" in found.what) == ("freeze", True)
    ledger.freeze(
        who.account_id, authority=COURT, doc_no="无", amount=1, from_day=ledger.business_date()
    )
    assert len(list(freeze_proofs.breaks())) == 2, "and one without a paper"
