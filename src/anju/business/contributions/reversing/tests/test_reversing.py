"""清册冲正: entered with papers, approved by somebody else, taken back, and proved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger
from anju.business.contributions import correction_proofs, remittance_proofs, remitting
from anju.business.contributions.backpaying.tests import test_back_payments as back
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Remittance,
    Reversal,
)
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.models import Message
from anju.cases.records import DecisionRefused, Entered, EvidenceAdded, NotOpen, NotYours, Submitted
from anju.domain.rules import Outcome
from anju.ledger import sources, vouchers
from anju.parties import actions as parties
from anju.parties.tests.cast import uscc
from anju.store.audit import Actor

SERVICE = "contributions.reversing"
AT, MONTH = lists.AT, lists.MONTH
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def paid(books, city):
    """November was paid for two members and given out; who, staff that acted, and its list."""
    account, people, by = lists._company(city)
    number = lists.confirm(account, by=by).number
    lists.paid(number, 2 * MONTH)
    return account, people, by, number


def enter(by, number: str, *, of: int | None = None):
    posted = {"list": number, "reason": "wrong_month", "note": "月份填错"}
    return actions.enter(SERVICE, by=by, employer_id=of or cast.employer(), posted=posted, at=AT)


def submitted(by, number: str) -> str:
    """A reversal that waits for its review, with its papers."""
    answer = enter(by, number)
    assert isinstance(answer, Entered), answer
    kept = actions.add_entered_evidence(
        answer.reference, by=by, slot="reversal_papers", content=cast.photo(120), at=AT
    )
    assert isinstance(kept, EvidenceAdded)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def refusals(answer) -> list[str]:
    assert isinstance(answer, NotOpen), answer
    unmet = [each.code for each in answer.findings if each.outcome is Outcome.UNMET]
    return [code.removeprefix("reversing.") for code in unmet]


def sound() -> None:
    lists.sound()
    assert [*remittance_proofs.breaks(), *correction_proofs.breaks()] == []


def standing(people) -> list[tuple[int, int, int]]:
    """What interest is reckoned from, by person."""
    return [(each.account.balance, each.account.carried, each.account.v) for each in people]


def test_a_list_is_taken_back_and_its_month_is_paid_again(books, city):
    account, people, by = lists._company(city)
    before = standing(people)
    number = lists.confirm(account, by=by).number
    lists.paid(number, 2 * MONTH + 3)
    teller = stop.teller()
    reference = submitted(teller, number.lower())
    assert lists.balances(people) == [MONTH, MONTH, 0], "nothing moves before the approval"
    stop.approved(reference, by)
    assert standing(people) == before, "as if it had never been paid"
    assert ledger.unallocated(cast.employer()) == 2 * MONTH + 3
    made = Remittance.objects.get()
    assert (made.state, made.get_state_display()) == ("reversed", "已冲正")
    head, _lines = vouchers.voucher(Reversal.objects.get(number=reference).voucher_id)
    first = sources.voucher_of("remittance", source_type="remittance", source_id=number)
    assert (head.reverses, head.kind, head.checker) == (
        first, "remittance_reversed", f"staff:{by}",
    )  # fmt: skip
    told = Message.objects.filter(title="2026年11月住房公积金汇缴已冲正")
    assert {each.person_id for each in told} == {each.person_id for each in people[:2]}
    assert EmployerAccount.objects.get().paid_through == OCTOBER
    assert set(Enrolment.objects.values_list("paid_through", flat=True)) == {None}
    sound()
    # The month is due again, and what came back pays it.
    again = lists.confirm(account, by=by, key="again").number
    assert remitting.allocate(again, at=AT)
    assert lists.balances(people) == [MONTH, MONTH, 0]
    assert ledger.unallocated(cast.employer()) == 3
    assert refusals(enter(teller, number)) == ["list_not_booked", "list_not_last"]
    sound()


def test_money_of_a_day_that_has_passed_loses_its_interest_since_that_day(paid, monkeypatch):
    _account, people, by, number = paid
    before = people[0].account.v - MONTH * (AT.date() - people[0].account.interest_from).days
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_flip_day('2026-11-25')")
    stop.approved(submitted(stop.teller(), number), by)
    last = ledger.movements(people[0].account_id, year=2026, limit=1)[0]
    assert (last.accounting_date, last.value_date) == (date(2026, 11, 25), AT.date())
    assert people[0].account.v == before
    sound()


def test_a_back_payment_is_taken_back_and_people_stay_paid_as_they_were(books, city):
    account, people, by = back._company(city)
    before = dict(Enrolment.objects.values_list("account_id", "paid_through"))
    number = back.confirm(account, by=by).number
    lists.paid(number, 2 * MONTH)
    assert lists.balances(people) == [0, 2 * MONTH, 0]
    stop.approved(submitted(stop.teller(), number), by)
    assert lists.balances(people) == [0, 0, 0]
    assert dict(Enrolment.objects.values_list("account_id", "paid_through")) == before
    assert EmployerAccount.objects.get().paid_through == OCTOBER
    found = back.actions.reckon(account, back.ASKED, at=AT)
    assert found.total_fen == 2 * MONTH, "it is missing again"
    sound()


def test_only_the_last_list_is_taken_back_and_none_while_another_waits(paid):
    account, _people, by, first = paid
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_flip_day('2026-12-01')")
    owed = remitting.due(account)
    second = remitting.confirm(
        account, month=owed.month, seen_headcount=owed.headcount, seen_total_fen=owed.total_fen,
        key="second", actor=Actor.staff(by), at=AT + timedelta(days=11),
    ).number  # fmt: skip
    teller = stop.teller()
    assert refusals(enter(teller, first)) == ["list_unpaid"]
    assert refusals(enter(teller, second)) == ["list_not_booked", "list_not_last", "list_unpaid"]
    lists.paid(second, 2 * MONTH)
    assert refusals(enter(teller, first)) == ["list_not_last"]
    assert refusals(enter(teller, "HJ0")) == ["list_unknown"]
    for number in (second, first):
        stop.approved(submitted(teller, number), by)
    assert EmployerAccount.objects.get().paid_through == OCTOBER
    sound()


def test_who_closed_meanwhile_gives_nothing_back_and_his_money_stays_with_the_employer(books, city):
    account, people, by = lists._company(city)
    number = lists.confirm(account, by=by).number
    leaves = people[0]
    held = leaves.account.balance
    hold = ledger.place_hold(leaves.account_id, case_id=1, purpose="closing", amount=held)
    ledger.order_hold(hold, order_no="O1", principal=held, interest=0, interest_until=AT.date())
    lists.paid(number, 2 * MONTH)
    assert ledger.unallocated(cast.employer()) == MONTH
    stop.approved(submitted(stop.teller(), number), by)
    assert lists.balances(people) == [0, 0, 0]
    assert ledger.unallocated(cast.employer()) == 2 * MONTH
    assert not ledger.control_total("119"), "nobody owes anything"
    sound()


def test_what_is_spent_or_frozen_is_not_taken_back_even_at_the_last_moment(paid):
    _account, people, by, number = paid
    teller = stop.teller()
    reference = submitted(teller, number)
    assert isinstance(stop.decide(reference, teller.user_id), DecisionRefused), "his own"
    who = people[1].account
    ledger.freeze(who.id, authority="演示·法院", doc_no="1", amount=who.balance, from_day=AT.date())
    refused = stop.decide(reference, by)
    assert isinstance(refused, DecisionRefused)
    assert "余额不足" in refused.text
    assert lists.balances(people) == [MONTH, MONTH, 0]
    assert not Reversal.objects.exists()
    sound()


def test_another_employers_list_and_another_branch_get_nothing(paid):
    _account, _people, _by, number = paid
    stranger = stop.teller("elsewhere", branch_code="linyi")
    assert not isinstance(enter(stranger, number), Entered)
    with pytest.raises(NotYours):
        enter(stop.unit_agent(), number)
    other = parties.register_employer(
        name="演示·气象站", uscc=uscc(7), branch_code=cast.BRANCH,
        actor=Actor.system(), at=AT,
    )  # fmt: skip
    with pytest.raises(NotYours):
        enter(stop.teller(), number, of=other.pk)
    lists.opened(of=other.pk)
    assert refusals(enter(stop.teller("next"), number, of=other.pk)) == ["list_unknown"]


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE contributions_reversal SET reason = 'other'",
        "DELETE FROM contributions_reversal",
        "UPDATE contributions_remittance SET state = 'done'",
    ],
)
def test_the_database_keeps_what_was_taken_back(paid, wrong):
    *_, by, number = paid
    stop.approved(submitted(stop.teller(), number), by)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)


@pytest.mark.mutants
def test_a_list_that_only_says_so_is_found(paid):
    *_, number = paid
    Remittance.objects.update(state="reversed")
    found = [str(each.detail) for each in correction_proofs.breaks() if each.kind == "reversal"]
    assert [each.split(",")[0] for each in found] == [
        "is reversed", "is taken back", "is taken back",
    ], number  # fmt: skip
