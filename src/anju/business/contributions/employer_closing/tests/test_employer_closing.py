"""单位销户: an employer that nothing binds any more ends, with whoever acted for it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from anju.business.contributions.lowering import actions as lowering
from anju.business.contributions.models import (
    CollectionAgreement,
    EmployerAccount,
    Enrolment,
    Lowering,
)
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.contributions.tests import units
from anju.business.contributions.tests.units import AT
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts as cases
from anju.cases.records import NotYours
from anju.parties import agent_facts
from anju.parties.models import Appointment, SmsMessage, User
from anju.store.fields import next_pk, seal, unseal

CLOSING = "contributions.employer_closing"
POSTED = {"reason": "merged", "account": "演示：并入另一所学校"}
SLOTS = ("ending_papers",)


@pytest.fixture
def company(books, both_cities):
    """An employer that has paid, and for whose last person the account is to go elsewhere."""
    who = cast.member(1, sealed="")
    cast.turn_to()
    Enrolment.objects.update(paid_through=date(2026, 10, 1))
    return lists.opened(), who


def gone() -> None:
    """Its people went to another employer."""
    Enrolment.objects.update(employer_id=stop.parties.employer(9).pk)


def agreed_and_lowered() -> None:
    """Its bank may be asked for money, and for some months it pays by lower ratios."""
    account = EmployerAccount.objects.get()
    agreement = CollectionAgreement(
        pk=next_pk(CollectionAgreement), number="XY1", account=account, agreement_no="A1",
        bank_code="105", signed_on=AT.date(), approved_on=AT.date(),
    )  # fmt: skip
    seal(agreement, "payer_account", "6210000000000000017")
    agreement.save(force_insert=True)
    Lowering.objects.create(
        number="JB1", account=account, from_month="2026-10-01", to_month="2026-10-01",
        old_member_ratio="0.12", old_employer_ratio="0.12", member_ratio="0.08",
        employer_ratio="0.12", approved_by_id=cast.staff("yanhu.lowers").pk, approved_at=AT,
    )  # fmt: skip


def test_it_ends_with_its_agents(company):
    clerk = stop.unit_agent()
    assert units.unmet(units.enter(CLOSING, clerk, POSTED)) == {"people_left", "balance_left"}
    gone()
    agreed_and_lowered()
    works = Appointment.objects.get().employer
    invited = stop.parties.agent(3, of=works, role="clerk", by=User.objects.get(pk=clerk.user_id))
    reference = units.approved(CLOSING, clerk, POSTED, *SLOTS)
    account = EmployerAccount.objects.get()
    assert (account.state, account.closed_on) == ("closed", AT.date())
    assert account.closing_reason == "merged"
    assert CollectionAgreement.objects.get().ended_on == AT.date()
    assert (Lowering.objects.get().state, lowering.turn(AT)) == ("ended", 0)
    rows = Appointment.objects.filter(employer_id=account.employer_id)
    assert set(rows.values_list("ended_why", flat=True)) == {"closed"}
    for user in (clerk.user_id, invited.pk):
        appointment = rows.get(user_id=user).pk
        assert agent_facts.acting(user, appointment) is None
    texts = [unseal(row, "text").expose() for row in SmsMessage.objects.all()]
    assert sum("已销户" in text for text in texts) == 2
    page = cases.review_page(reference, staff_id=cast.staff().pk, at=AT)
    assert page.state_text == "已办结"
    assert {each.code: each.text for each in page.member}["account_state"] == "销户"
    with pytest.raises(NotYours):
        units.enter(CLOSING, stop.teller(), POSTED)
    with transaction.atomic(), pytest.raises(IntegrityError):
        EmployerAccount.objects.update(state="normal", closed_on=None)
    lists.sound()


def test_another_case_of_its_people_stands_against_it(company):
    _account, who = company
    reference = stop.submitted(stop.unit_agent(), who)
    teller = stop.teller()
    assert "other_cases_live" in units.unmet(units.enter(CLOSING, teller, POSTED))
    prospect = stop.entered_facts.prospect(CLOSING, by=teller, at=AT, employer_id=cast.employer())
    assert any(reference in each.saw for each in prospect.findings)


def test_an_account_that_was_opened_by_mistake_may_end(books, city):
    city("yuncheng")
    cast.open_books()
    cast.turn_to()
    lists.opened(None)
    assert EmployerAccount.objects.get().state == "opened"
    units.approved(CLOSING, stop.teller(), POSTED | {"reason": "other"}, *SLOTS)
    assert EmployerAccount.objects.get().state == "closed"
