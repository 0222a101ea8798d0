"""What an employer owes and has paid, and what the centre certifies of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from anju.business.contributions import remitting
from anju.business.contributions.accounts import certificates, facts
from anju.business.contributions.accounts.certificates import NotCertified
from anju.business.contributions.models import Certificate, EmployerAccount, Enrolment
from anju.business.contributions.people.tests import office
from anju.business.contributions.rosters.tests import company
from anju.business.contributions.tests.test_remitting import came
from anju.store.models import AuditRow

AT = office.AT
MONTH = 2 * 60_000
"""Of one person: 5,000 yuan and one, two … more × 12 %, each part to the yuan, twice."""


@pytest.fixture
def works(db, city):
    """Three people that pay and one that is sealed, paid through October; payday the tenth."""
    city("yuncheng")
    office.books()
    office.enrolled(3)
    office.enrolled(1, first=11, sealed="left")
    return company.employer(1)


@pytest.mark.parametrize(
    ("paid_through", "on", "state", "months"),
    [
        (date(2026, 10, 1), date(2026, 11, 15), "normal", []),
        (date(2026, 10, 1), date(2026, 11, 16), "normal", [11]),
        (date(2026, 9, 1), date(2026, 11, 15), "normal", [10]),
        (date(2026, 8, 1), date(2026, 11, 16), "normal", [9, 10, 11]),
        (None, date(2026, 9, 16), "opened", [7, 8, 9]),
        (date(2026, 8, 1), date(2026, 11, 16), "deferred", []),
        (date(2026, 8, 1), date(2026, 11, 16), "sealed", []),
    ],
)
def test_a_month_is_owed_from_the_day_after_its_term_on(works, paid_through, on, state, months):
    account = office.account()
    account.paid_through, account.state = paid_through, state
    Enrolment.objects.update(paid_through=paid_through)
    owed = facts.arrears(account, on)
    assert [each.month.month for each in owed] == months
    assert {(each.people, each.fen) for each in owed} <= {(3, 3 * MONTH)}


def test_a_month_in_which_nobody_was_to_be_paid_for_is_not_owed(works):
    account = office.account()
    Enrolment.objects.update(first_month=date(2026, 12, 1))
    assert facts.arrears(account, date(2026, 11, 30)) == ()


def test_an_account_tells_its_people_its_money_and_its_receipts(works):
    account = office.account()
    owed = remitting.due(account.pk)
    made = remitting.confirm(
        account.pk, month=owed.month, seen_headcount=3, seen_total_fen=3 * MONTH, key="k",
        actor=office.actor(), at=AT,
    )  # fmt: skip
    found = facts.account(works, at=AT)
    assert (found.contributing, found.sealed, found.live.number) == (3, 1, made.number)
    assert (found.movements, found.receipts, found.unallocated_fen) == ((), (), 0)
    came(3 * MONTH + 500, remark=made.number)
    remitting.allocate(made.number, at=AT)
    found = facts.account(works, at=AT)
    assert [each.amount_fen for each in found.movements] == [-3 * MONTH, 3 * MONTH + 500]
    assert [each.title for each in found.movements] == ["汇缴入账", "来款"]
    assert found.movements[0].balance_fen == found.unallocated_fen == 500
    assert [each.number for each in found.receipts] == [made.number]
    assert (found.live, found.arrears) == (None, ())
    assert facts.receipt(works, made.number).total_fen == 3 * MONTH
    with pytest.raises(LookupError):
        facts.receipt(company.employer(2), made.number)


def test_who_owes_nothing_is_certified_under_a_number(works):
    made = certificates.issue(works, actor=office.AGENT, at=AT - timedelta(days=5))
    assert made.number.startswith("ZM")
    assert "2026年10月" in made.paragraphs[1]
    assert "3 人" in made.paragraphs[1]
    row = AuditRow.objects.get(action="contributions.certificate_issued")
    assert made.code not in str(row.details)
    assert (row.subject_id, row.details["people"]) == (made.number, 3)


def look(number: str, code: str, address: str = "192.0.2.1"):
    return certificates.looked_up(number, code, address=address, at=AT)


def test_who_holds_a_certificate_looks_it_up(works):
    made = certificates.issue(works, actor=office.AGENT, at=AT - timedelta(days=5))
    other = certificates.issue(works, actor=office.AGENT, at=AT - timedelta(days=5))
    assert len(made.code) == 14
    typed = made.code.replace("-", " ").lower()
    found = look(f" {made.number.lower()}", typed)
    assert (found.number, found.people, found.paid_through) == (made.number, 3, date(2026, 10, 1))
    employer = facts.account(works, at=AT).employer
    assert employer.name not in str(found)
    assert employer.uscc not in str(found)
    assert found.uscc.endswith(employer.uscc[-4:])
    wrong = ("", "0" * 12, other.code, made.code[:-1], made.code + "0")
    assert [look(made.number, code) for code in wrong] == [None] * len(wrong)
    assert look("ZM000000000000", made.code) is None
    looked = AuditRow.objects.filter(action="contributions.certificate_looked_up")
    assert [each.subject_id for each in looked] == [made.number]
    assert not Certificate.objects.filter(code_digest=made.code.encode()).exists()


def test_from_one_address_not_without_end(works, monkeypatch):
    made = certificates.issue(works, actor=office.AGENT, at=AT - timedelta(days=5))
    monkeypatch.setattr(certificates, "looks_allowed", lambda on: 2)
    assert look(made.number, "guess") is None
    assert look(made.number, made.code) is not None
    with pytest.raises(certificates.TooOften) as refused:
        look(made.number, made.code)
    assert refused.value.until == AT + timedelta(hours=1)
    assert look(made.number, made.code, "192.0.2.2") is not None


def test_what_was_certified_stays(works):
    certificates.issue(works, actor=office.AGENT, at=AT - timedelta(days=5))
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(people=4)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"paid_through": date(2026, 8, 1)}, "2026年09月、2026年10月"),
        ({"state": "sealed"}, "封存"),
        ({"paid_through": None, "state": "opened"}, "还没有汇缴"),
    ],
)
def test_who_owes_or_never_paid_is_not(works, changed, says):
    with pytest.raises(NotCertified) as refused:
        certificates.issue(_changed(works, changed), actor=office.AGENT, at=AT)
    assert says in str(refused.value)
    assert not AuditRow.objects.filter(action="contributions.certificate_issued").exists()
    with pytest.raises(LookupError):
        certificates.issue(works + 1000, actor=office.AGENT, at=AT)


def _changed(works: int, changed: dict) -> int:
    """The first employer with another state; the second where the first can have none."""
    office.account(2)
    employer_id = works if changed.get("state") != "opened" else company.employer(2)
    account = EmployerAccount.objects.get(employer_id=employer_id)
    if changed.get("state") == "opened":
        EmployerAccount.objects.filter(pk=account.pk).update(paid_through=None)
    else:
        EmployerAccount.objects.filter(pk=account.pk).update(**changed)
    if "paid_through" in changed:
        Enrolment.objects.filter(employer_id=employer_id).update(
            paid_through=changed["paid_through"]
        )
    return employer_id
