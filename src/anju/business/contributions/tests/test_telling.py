"""Everybody in a list is told that it is paid, once; amounts stand in the inbox alone."""

from __future__ import annotations

from anju.business.contributions import telling
from anju.business.contributions.models import Remittance
from anju.business.contributions.tests.test_remitting import AT, MONTH, company, confirm, paid
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.models import Message
from anju.domain.money import yuan
from anju.parties.models import Employer, SmsMessage
from anju.parties.tests import cast as parties
from anju.store.fields import unseal

__all__ = ["company"]  # the fixture of the lists


def texts() -> list[str]:
    """The messages to phones about lists that were paid."""
    rows = SmsMessage.objects.filter(kind="contributions.remitted").order_by("pk")
    return [unseal(row, "text").expose() for row in rows]


def test_everybody_in_a_paid_list_is_told_once(company):
    account, people, by = company
    number = confirm(account, by=by).number
    before = Message.objects.count()
    paid(number, MONTH)
    assert (Message.objects.count(), texts()) == (before, []), "nothing is paid yet"
    paid(number, MONTH)
    paid(number, 2 * MONTH)
    told = Message.objects.filter(title="2026年11月住房公积金汇缴已入账").order_by("person_id")
    assert [each.person_id for each in told] == sorted(one.person_id for one in people[:2])
    assert all(
        f"{yuan(MONTH)} 元" in each.body and f"单位部分 {yuan(MONTH // 2)} 元" in each.body
        for each in told
    )
    assert len(texts()) == 2
    assert all("2026年11月" in text and yuan(MONTH) not in text for text in texts())


def test_whose_account_did_not_take_the_money_is_told_nothing(company):
    account, people, by = company
    paid(confirm(account, by=by).number, 2 * MONTH)
    Message.objects.all().delete()
    telling.tell(Remittance.objects.get(), aside=[people[0].account_id], at=AT)
    assert [each.person_id for each in Message.objects.all()] == [people[1].person_id]


def test_a_city_may_tell_by_the_inbox_alone(company, city, monkeypatch):
    account, _people, by = company
    monkeypatch.setattr(telling, "by_sms", lambda _on: False)
    paid(confirm(account, by=by).number, 2 * MONTH)
    assert Message.objects.count() == 2
    assert texts() == []


def test_the_agents_are_told_which_list(company):
    account, _people, by = company
    parties.agent(1, of=Employer.objects.get(pk=cast.employer()))
    number = confirm(account, by=by).number
    paid(number, 2 * MONTH)
    [told] = [text for text in texts() if "贵单位" in text]
    assert number in told
    assert yuan(2 * MONTH) not in told
