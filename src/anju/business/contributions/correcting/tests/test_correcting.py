"""错缴: entered with papers, approved by somebody else, given back to the employer, and proved."""

from __future__ import annotations

from datetime import date

import pytest

from anju import ledger
from anju.business.contributions import consecutive, correction_proofs, remittance_proofs
from anju.business.contributions.backpaying import actions as backpaying
from anju.business.contributions.correcting import actions as correcting
from anju.business.contributions.models import Correction, CorrectionLine, Enrolment
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions, entered_facts
from anju.cases.records import DecisionRefused, Entered, EvidenceAdded, NotOpen, Submitted
from anju.domain.consecutive import Run

SERVICE = "contributions.correcting"
AT, MONTH = lists.AT, lists.MONTH
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
WHOLE = {"reason": "left_before", "from_month": "2026-11"}
LESS = {"reason": "wrong_base", "from_month": "2026-11", "base": "5000.00"}


@pytest.fixture
def paid(books, city):
    """November was paid for two members by a list of ours; who, and staff that acted."""
    account, people, by = lists._company(city)
    lists.paid(lists.confirm(account, by=by).number, 2 * MONTH)
    return account, people, by


def enter(by, who, posted):
    return actions.enter(SERVICE, by=by, person_id=who.person_id, posted=posted, at=AT)


def submitted(by, who, posted) -> str:
    """A correction that waits for its review, with its papers."""
    answer = enter(by, who, posted)
    assert isinstance(answer, Entered), answer
    kept = actions.add_entered_evidence(
        answer.reference, by=by, slot="correction_papers", content=cast.photo(120), at=AT
    )
    assert isinstance(kept, EvidenceAdded)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def sound() -> None:
    lists.sound()
    assert [*remittance_proofs.breaks(), *correction_proofs.breaks()] == []


def test_a_month_is_given_back_and_stepped_back(paid):
    account, people, by = paid
    who = people[0]
    by_teller = stop.teller()
    reference = submitted(by_teller, who, WHOLE)
    page = entered_facts.entered_case_page(reference, by=by_teller, at=AT)
    assert "1,560.00" in str(page)
    assert lists.balances(people) == [MONTH, MONTH, 0]
    stop.approved(reference, by)
    assert lists.balances(people) == [0, MONTH, 0]
    assert ledger.unallocated(cast.employer()) == MONTH
    assert Enrolment.objects.get(account_id=who.account_id).paid_through == OCTOBER
    made = Correction.objects.get()
    assert (made.number, made.from_month, made.member_fen) == (reference, NOVEMBER, MONTH // 2)
    kinds = {each.kind for each in ledger.movements(who.account_id, year=2026, limit=9)}
    assert "wrong_contribution" in kinds
    sound()
    # What was given back may be paid again.
    Enrolment.objects.filter(account_id=who.account_id).update(first_month=NOVEMBER)
    number = Enrolment.objects.get(account_id=who.account_id).account_no
    asked = backpaying.Asked(
        reason="arrears", from_month=NOVEMBER, month=NOVEMBER, member_ratio="0.12",
        employer_ratio="0.12", bases={number: 650_000},
    )  # fmt: skip
    found = backpaying.reckon(account, asked, at=AT)
    assert (found.total_fen, found.problems) == (MONTH, {})


def test_a_lower_base_gives_back_the_difference_and_the_month_stays_paid(paid):
    _account, people, by = paid
    stop.approved(submitted(stop.unit_agent(), people[0], LESS), by)
    assert lists.balances(people) == [MONTH - 36_000, MONTH, 0]
    assert Enrolment.objects.get(account_id=people[0].account_id).paid_through == NOVEMBER
    assert (CorrectionLine.objects.get().member_fen, Correction.objects.get().employer_fen) == (
        18_000, 18_000,
    )  # fmt: skip
    again = enter(stop.teller(), people[0], LESS)
    assert isinstance(again, NotOpen)
    assert [one.code for one in again.findings if not one.met] == ["correcting.nothing_wrong"]
    sound()


def test_a_month_given_back_is_none_of_those_without_a_gap_and_a_part_leaves_it(paid):
    _account, people, by = paid
    stop.approved(submitted(stop.teller(), people[0], WHOLE), by)
    stop.approved(submitted(stop.unit_agent(), people[1], LESS), by)
    runs = [consecutive.of_account(each.account_id, on=AT.date()) for each in people[:2]]
    assert runs == [None, Run(NOVEMBER, NOVEMBER)]


def test_interest_is_reckoned_as_if_it_had_never_been_paid_where_policy_says_so(paid, monkeypatch):
    _account, people, by = paid
    who = people[0]
    before = who.account.v
    monkeypatch.setattr(correcting, "as_if_never_paid", lambda on: True)
    stop.approved(submitted(stop.teller(), who, WHOLE), by)
    last = ledger.movements(who.account_id, year=2026, limit=1)[0]
    assert last.value_date == AT.date()
    assert who.account.v == before - MONTH * (AT.date() - who.account.interest_from).days
    sound()


def test_who_entered_does_not_approve_and_what_is_spent_is_not_given_back(paid):
    _account, people, by = paid
    teller = stop.teller()
    reference = submitted(teller, people[0], WHOLE)
    assert isinstance(stop.decide(reference, teller.user_id), DecisionRefused)
    who = people[0].account
    ledger.place_hold(who.id, case_id=77, purpose="withdrawal", amount=who.balance - 1)
    refused = stop.decide(reference, by)
    assert isinstance(refused, DecisionRefused)
    assert "余额不足" in refused.text
    assert not Correction.objects.exists()


def test_an_agent_learns_neither_what_is_left_nor_why(paid):
    _account, people, _by = paid
    who = people[0].account
    ledger.place_hold(who.id, case_id=77, purpose="withdrawal", amount=who.balance - 1)
    refused = enter(stop.unit_agent(), people[0], WHOLE)
    assert isinstance(refused, NotOpen)
    assert "这名职工的错缴更正要由管理部办理" in str(refused)
    assert "冻结" not in str(refused)
    assert "可用余额" not in str(refused)


def test_a_month_that_no_list_of_ours_paid_is_refused(paid):
    _account, people, _by = paid
    early = enter(stop.teller(), people[0], WHOLE | {"from_month": "2026-09"})
    assert isinstance(early, NotOpen)
    assert "correcting.months_not_latest" in {one.code for one in early.findings if not one.met}
