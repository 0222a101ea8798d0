"""催缴: who is late is found for every payday, listed for its branch, and reminded once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from anju.business.contributions.accounts.facts import arrears
from anju.business.contributions.dunning import actions, facts
from anju.business.contributions.models import Dunning, EmployerAccount, Enrolment
from anju.business.contributions.tests.test_remitting import AT, company, confirm, paid
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.records import NotYours
from anju.parties.models import Employer, SmsMessage
from anju.parties.tests import cast as parties
from anju.store.fields import unseal

__all__ = ["company"]  # the fixture of the lists
ON = AT.date()


def late(on: date = ON) -> list[int]:
    return [one.pk for one in facts.overdue(on)]


def texts() -> list[str]:
    rows = SmsMessage.objects.filter(kind="contributions.late").order_by("pk")
    return [unseal(row, "text").expose() for row in rows]


def test_the_list_agrees_with_each_accounts_arrears(company):
    """Asked in one statement for all, or month by month for one: the same are late."""
    Enrolment.objects.update(first_month=date(2026, 8, 1))
    for payday in range(1, 32):
        EmployerAccount.objects.update(payday=payday)
        [account] = EmployerAccount.objects.all()
        for day in (ON, date(2026, 11, 5), date(2026, 11, 6), date(2026, 12, 3)):
            owed = arrears(account, day)
            assert late(day) == ([account.pk] if owed else [])
            if owed:
                assert facts.overdue(day).get().overdue_month == owed[-1].month


@pytest.mark.parametrize(
    "not_late",
    [
        lambda: EmployerAccount.objects.update(state="deferred"),
        lambda: EmployerAccount.objects.update(paid_through=date(2026, 11, 1)),
        lambda: Enrolment.objects.update(sealed_on=ON, seal_reason="left"),
        lambda: Enrolment.objects.update(paid_through=date(2026, 11, 1)),
        lambda: Enrolment.objects.update(first_month=date(2026, 12, 1)),
        lambda: Enrolment.objects.update(member_month_fen=0, employer_month_fen=0),
    ],
    ids=["deferred", "paid", "nobody left", "paid by another", "begins later", "pays nothing"],
)
def test_who_owes_nothing_is_not_late(company, not_late):
    account, _people, _by = company
    assert late() == [account]
    not_late()
    assert late() == []


def test_an_employer_is_reminded_by_itself_once_a_month(company):
    account, _people, _by = company
    parties.agent(1, of=Employer.objects.get(pk=cast.employer()))
    early = AT - timedelta(days=1)
    assert actions.remind_late(early) == 0, "the fifth day after the term has not passed"
    at = AT + timedelta(days=1, hours=48)
    assert actions.remind_late(AT.replace(hour=2) + timedelta(days=3)) == 0, "nobody is woken up"
    assert actions.remind_late(at) == 1
    assert actions.remind_late(at + timedelta(minutes=10)) == 0
    assert actions.remind_late(at + timedelta(days=1)) == 0
    [text] = texts()
    assert "2026年11月起有 1 个月" in text
    made = Dunning.objects.get()
    assert (made.account_id, made.month, made.months, made.told) == (
        account,
        date(2026, 11, 1),
        1,
        1,
    )
    assert made.owed_fen == 2 * 156_000
    december = at + timedelta(days=31)
    assert actions.remind_late(december) == 1
    assert "有 2 个月" in texts()[-1]


def test_the_counter_reminds_once_a_day_and_sees_it(company):
    _account, _people, by = company
    number = EmployerAccount.objects.get().number
    assert "没有可接收短信的经办人" in actions.remind(number, staff_id=by, at=AT)
    assert actions.remind(number, staff_id=by, at=AT) == "今天已催缴过该单位。"
    page = facts.listed(by, on=ON)
    [line] = page.lines
    assert (page.late, line.months, line.people, line.month_fen) == (1, 1, 2, 2 * 156_000)
    assert (line.since_text, line.reminded_on, line.told) == ("2026年11月", ON, 0)
    assert list(facts.taken_out(by, on=ON, at=AT)) == [line]


def test_whoever_pays_is_off_the_list_and_is_not_reminded(company):
    account, _people, by = company
    number = EmployerAccount.objects.get().number
    paid(confirm(account, by=by).number, 2 * 156_000)
    assert facts.listed(by, on=ON).lines == ()
    assert actions.remind(number, staff_id=by, at=AT) == "该单位没有逾期未缴的月份。"
    assert not Dunning.objects.exists()


def test_another_branch_sees_and_reminds_nobody(company):
    number = EmployerAccount.objects.get().number
    elsewhere = cast.staff("ruicheng.teller", branch_code="ruicheng").pk
    assert facts.listed(elsewhere, on=ON).lines == ()
    with pytest.raises(NotYours):
        actions.remind(number, staff_id=elsewhere, at=AT)
    books = cast.staff("center.books", role="accountant").pk
    with pytest.raises(NotYours):
        facts.listed(books, on=ON)
