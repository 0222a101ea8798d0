"""缓缴 from the application to the back payment, in both ways in and both cities."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.contributions import facts as contributions
from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.accounts import certificates
from anju.business.contributions.accounts import facts as accounts
from anju.business.contributions.backpaying import actions as backpaying
from anju.business.contributions.deferring import actions as deferring
from anju.business.contributions.dunning import facts as dunning
from anju.business.contributions.models import Deferral, EmployerAccount, Enrolment
from anju.business.contributions.people import facts as people
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.contributions.tests import units
from anju.business.contributions.tests.units import AT, DECEMBER, NOVEMBER
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import entered_facts
from anju.cases.models import Message
from anju.cases.ownership import agent
from anju.cases.records import Mistakes, NotOpen, NotYours
from anju.domain.calendar import SHANGHAI
from anju.parties.models import SmsMessage
from anju.parties.tests import cast as parties
from anju.store.fields import unseal

DEFERRING, RESUMING = "contributions.deferring", "contributions.resuming"
OCTOBER = date(2026, 10, 1)
MONTHS = "2026年11月至2027年01月"
POSTED = {
    "from_month": "2026-11",
    "to_month": "2027-01",
    "reason": "loss",
    "account": "演示：订单减少",
    "loss_last": "1,250,000.00",
    "wage_last": "4,800.00",
}
SLOTS = ("staff_resolution", "hardship_papers")


def at(month: int, day: int, year: int = 2027) -> datetime:
    return datetime(year, month, day, 10, tzinfo=SHANGHAI)


def turned(when: datetime) -> int:
    """The day has come, and the job with it."""
    cast.turn_to(when)
    return deferring.turn(when)


@pytest.fixture
def company(books, both_cities):
    """An employer that has paid through October, with two who contribute; and its account."""
    cast.member(1, sealed="")
    cast.member(2, sealed="")
    cast.turn_to()
    account = lists.opened()
    Enrolment.objects.filter(sealed_on__isnull=True).update(paid_through=OCTOBER)
    return account


def account() -> EmployerAccount:
    return EmployerAccount.objects.get()


def sound() -> None:
    lists.sound()
    assert list(remittance_proofs.breaks()) == []


def told_the_member() -> tuple[str, list[str]]:
    """The deferrals on his own page, and on his employer's page of him."""
    who = Enrolment.objects.filter(sealed_on__isnull=True).first()
    page = contributions.account_page(who.person_id, at=AT)
    return page.deferred, [
        each.text for each in people.member(who.employer_id, who.account_no).deferred
    ]


def back(reason: str, first: date, last: date, when: datetime):
    asked = backpaying.Asked(
        reason=reason, from_month=first, month=last, member_ratio="0.12", employer_ratio="0.12",
        bases=None,
    )  # fmt: skip
    return backpaying.reckon(account().pk, asked, at=when)


def test_months_are_skipped_pass_by_themselves_and_are_paid_afterwards(company):
    clerk = stop.unit_agent()
    reference = units.approved(DEFERRING, clerk, POSTED, *SLOTS)
    made = Deferral.objects.get()
    assert (made.number, made.state, made.last_month) == (reference, "running", date(2027, 1, 1))
    assert account().state == "deferred"
    assert remitting.due(company).month == date(2027, 2, 1)
    assert not Message.objects.exists(), "it is about no member"
    texts = [unseal(row, "text").expose() for row in SmsMessage.objects.all()]
    assert any(f"{reference}）已办结" in text for text in texts)
    sound()

    assert turned(at(1, 31)) == 0
    works = accounts.account(account().employer_id, at=at(1, 31))
    assert works.arrears == ()
    assert [(each.text, each.state_text) for each in works.deferred] == [(MONTHS, "缓缴中")]
    assert told_the_member() == (MONTHS, [MONTHS])
    assert "正在缓缴（2026年11月至2027年01月）" in certificates.refusal(works)

    assert (turned(at(2, 1)), account().state) == (1, "normal")
    assert Deferral.objects.get().state == "ended"
    assert turned(at(2, 2)) == 0
    assert not dunning.overdue(date(2027, 2, 10)).exists(), "no deferred month is owed"
    assert dunning.overdue(date(2027, 3, 1)).exists(), "February is"
    (late,) = dunning.listed(cast.staff("yanhu.reminds").pk, on=date(2027, 3, 1)).lines
    assert (late.since_text, late.deferred_text) == ("2027年02月", MONTHS)
    assert told_the_member() == ("", [MONTHS]), "it is over"
    works = accounts.account(account().employer_id, at=at(2, 2))
    assert certificates.refusal(works) == ""
    assert "2026年11月至2027年01月经批准缓缴" in "".join(certificates.says(works, date(2027, 2, 2)))

    wrong = back("arrears", NOVEMBER, DECEMBER, at(2, 2))
    assert "months_deferred" in units.unmet_codes(wrong.unmet)
    found = back("deferred", NOVEMBER, date(2027, 1, 1), at(2, 2))
    assert (found.total_fen, found.unmet) == (3 * 2 * lists.MONTH, ())
    outside = back("deferred", NOVEMBER, date(2027, 2, 1), at(2, 2))
    assert "months_deferred" in units.unmet_codes(outside.unmet)
    sound()


def test_a_deferral_that_is_to_come_begins_on_its_day_and_may_be_given_up_before(company):
    EmployerAccount.objects.update(paid_through=NOVEMBER)
    teller = stop.teller()
    units.approved(DEFERRING, teller, POSTED | {"from_month": "2026-12"}, *SLOTS)
    assert (account().state, remitting.due(company).month) == ("normal", date(2027, 2, 1))
    assert back("deferred", DECEMBER, DECEMBER, AT).unmet, "it has not come"
    assert turned(at(12, 1, 2026)) == 1
    assert (account().state, Deferral.objects.get().state) == ("deferred", "running")
    sound()


def test_a_deferral_given_up_before_it_begins_defers_nothing(company):
    EmployerAccount.objects.update(paid_through=NOVEMBER)
    units.approved(DEFERRING, stop.unit_agent(), POSTED | {"from_month": "2026-12"}, *SLOTS)
    units.approved(RESUMING, stop.teller(), {"from_month": "2026-12"})
    made = Deferral.objects.get()
    assert (made.state, made.last_month, account().state) == ("ended", None, "normal")
    assert account().skipped_through is None, "nothing was"
    assert remitting.due(company).month == DECEMBER
    assert accounts.account(account().employer_id, at=AT).deferred == ()
    sound()


def test_paid_again_sooner(company):
    clerk = stop.unit_agent()
    units.approved(DEFERRING, clerk, POSTED, *SLOTS)
    early = units.enter(RESUMING, clerk, {"from_month": "2026-10"})
    assert units.unmet(early) == {"month_outside"}
    reference = units.approved(RESUMING, clerk, {"from_month": "2027-01"})
    made = Deferral.objects.get()
    assert (made.state, made.last_month, made.resumed_by) == ("running", DECEMBER, reference)
    assert remitting.due(company).month == date(2027, 1, 1)
    assert turned(at(1, 1)) == 1
    assert account().state == "normal"
    assert back("deferred", NOVEMBER, DECEMBER, at(1, 2)).total_fen == 4 * lists.MONTH
    assert back("deferred", NOVEMBER, date(2027, 1, 1), at(1, 2)).unmet
    sound()


def test_what_stands_against_it(company):
    clerk = stop.unit_agent()
    both = units.enter(DEFERRING, clerk, POSTED | {"profit_last": "1.00"})
    assert isinstance(both, Mistakes)
    assert "loss_last" in both.errors
    late = units.enter(DEFERRING, clerk, POSTED | {"from_month": "2026-12"})
    assert isinstance(late, NotOpen)
    assert units.unmet(late) == {"not_the_due_month"}
    made = lists.confirm(company, by=cast.staff().pk)
    assert units.unmet(units.enter(DEFERRING, clerk, POSTED)) == {"list_unpaid"}
    remitting.void(made.number, actor=stop.teller().actor, at=AT)
    units.submitted(DEFERRING, clerk, POSTED, *SLOTS)
    teller = stop.teller("yanhu.third")
    assert units.unmet(units.enter(DEFERRING, teller, POSTED)) == {"another_case_live"}
    early = units.enter(RESUMING, teller, {"from_month": "2026-11"})
    assert "not_deferred" in units.unmet(early)


def test_who_may(company):
    """An employer's agents, and tellers of its branch; nobody names a member here."""
    stranger = parties.agent(7)
    works = parties.appointment(stranger).employer_id
    other = agent(stranger.pk, employer_id=works)
    with pytest.raises(NotYours):
        units.enter(DEFERRING, other, POSTED)
    reference = units.submitted(DEFERRING, stop.unit_agent(), POSTED, *SLOTS)
    with pytest.raises(NotYours):
        stop.page(reference, other)
    with pytest.raises(NotYours):
        units.enter(DEFERRING, stop.teller(), POSTED, person_id=1)
    elsewhere = stop.teller("far.teller", branch_code="hejin")
    refused = units.enter(DEFERRING, elsewhere, POSTED)
    assert isinstance(refused, Mistakes)
    with pytest.raises(NotYours):
        entered_facts.prospect(DEFERRING, by=elsewhere, at=AT, employer_id=cast.employer())


def test_the_database_holds_what_was_approved(company):
    units.approved(DEFERRING, stop.unit_agent(), POSTED, *SLOTS)
    rows = Deferral.objects.all()
    for changed in ({"to_month": DECEMBER}, {"last_month": date(2027, 2, 1)}, {"number": "X"}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            rows.update(**changed)
    with transaction.atomic(), pytest.raises(IntegrityError):
        rows.delete()


@pytest.mark.mutants
def test_a_deferral_that_its_account_does_not_know_is_named(company):
    units.approved(DEFERRING, stop.unit_agent(), POSTED, *SLOTS)
    sound()
    EmployerAccount.objects.update(skipped_through=None, state="normal")
    assert {each.kind for each in remittance_proofs.breaks()} == {"deferral"}
    Deferral.objects.update(state="ended", ended_at=AT)
    EmployerAccount.objects.update(state="deferred")
    assert "no deferral runs" in next(remittance_proofs.breaks()).detail
    assert ledger.business_date() == AT.date()
