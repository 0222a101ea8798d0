"""Sealed and unsealed together or not at all, enrolled one by one by the rules of rosters."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import IntegrityError, connections, transaction

from anju import ledger
from anju.business.contributions import remitting
from anju.business.contributions.models import Enrolment, EnrolmentEvent, Remittance
from anju.business.contributions.people import enrolling, facts, sealing
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.tests import office
from anju.business.contributions.rosters.tests import company
from anju.ledger.verify import verify
from anju.parties.models import SmsMessage
from anju.store.models import AuditRow

BY = {"actor": office.AGENT, "at": office.AT}


def _built(city) -> int:
    city("yuncheng")
    office.books()
    office.enrolled(3)
    office.enrolled(1, first=11, sealed="unpaid_leave")
    return company.employer(1)


@pytest.fixture
def works(db, city):
    """Three people that pay and one on leave, paid through October."""
    return _built(city)


def confirmed(works) -> Remittance:
    account = office.account()
    owed = remitting.due(account.pk)
    remitting.confirm(
        account.pk, month=owed.month, seen_headcount=owed.headcount,
        seen_total_fen=owed.total_fen, key="k", actor=office.actor(), at=office.AT,
    )  # fmt: skip
    return Remittance.objects.get(state="confirmed")


def seal(works, *numbers, month="2026-11", reason="left"):
    return sealing.seal_people(works, numbers, month=month, reason=reason, **BY)


def unseal(works, *numbers, month="2026-11"):
    return sealing.unseal_people(works, numbers, month=month, **BY)


def states(*numbers) -> list[str]:
    rows = Enrolment.objects.in_bulk(numbers, field_name="account_no")
    return [ledger.account(rows[number].account_id).state for number in numbers]


def test_several_are_sealed_and_told_and_the_month_is_without_them(works):
    assert seal(works, "90000001", "90000002", reason="unpaid_leave") == ()
    assert states("90000001", "90000002", "90000003") == ["sealed", "sealed", "open"]
    assert remitting.due(office.account().pk).headcount == 1
    row = Enrolment.objects.get(account_no="90000001")
    assert (row.seal_reason, row.sealed_on, row.stop_approved_on) == (
        "unpaid_leave", office.AT.date(), None,
    )  # fmt: skip
    (change,) = facts.member(works, "90000001").changes
    assert (change.what, change.month, change.why) == (
        "封存", office.NOVEMBER, "停薪留职等暂停发薪",
    )  # fmt: skip
    assert SmsMessage.objects.filter(kind="contributions.sealed").count() == 2
    assert AuditRow.objects.filter(action="contributions.sealed").count() == 2


def test_one_problem_and_nobody_is_sealed(works):
    wrong = seal(works, "90000001", "90000011")
    assert [[p.code for p in each.problems] for each in wrong] == [[], ["account.sealed"]]
    assert states("90000001") == ["open"]
    assert not EnrolmentEvent.objects.exists()
    assert seal(works, "90000001", month="2026-10")[0].problems[0].code == "month.paid"


def test_who_stands_in_a_list_that_waits_stays(works):
    made = confirmed(works)
    (one,) = seal(works, "90000001")
    assert one.problems[0].code == "list.waiting"
    assert made.number in one.problems[0].says
    assert unseal(works, "90000011") == (), "what is missed is paid back"


def test_who_is_unsealed_is_paid_for_again(works):
    Enrolment.objects.filter(account_no="90000011").update(base_fen=1)
    assert unseal(works, "90000011") == ()
    row = Enrolment.objects.get(account_no="90000011")
    assert states("90000011") == ["open"]
    assert row.base_fen > 1, "lifted to the floor of the month"
    assert (row.first_month, row.sealed_on, row.seal_reason) == (office.NOVEMBER, None, "")
    assert remitting.due(office.account().pk).headcount == 4
    assert [each.what for each in facts.member(works, "90000011").changes] == ["启封"]
    assert SmsMessage.objects.filter(kind="contributions.unsealed").count() == 1


@pytest.mark.parametrize(
    ("chosen", "error"),
    [((), PeopleBroken), (("90000001", "90000201"), NotOurs), (("nobody",), NotOurs),
     (tuple(f"x{n}" for n in range(201)), PeopleBroken)],
)  # fmt: skip
def test_whom_one_cannot_choose(works, chosen, error):
    office.account(2)
    office.enrolled(1, of=2, first=201)
    with pytest.raises(error):
        seal(works, *chosen)
    with pytest.raises(error):
        sealing.look(works, chosen, deed="unseal", month="2026-11", reason="", at=office.AT)


def test_what_happened_stays_as_it_was_written(works):
    seal(works, "90000001")
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentEvent.objects.update(reason="retired")


TYPED = {"name": "演示·新人", "id_number": company.id_number(77), "phone": "15000000077",
         "base": "6,500.00", "first_month": "2026-11"}  # fmt: skip


def test_one_person_is_enrolled_as_shown(works):
    shown = enrolling.check(works, TYPED, at=office.AT)
    assert (shown.line.way, shown.line.problems) == ("新开户", ())
    assert (shown.employer_fen, shown.member_fen) == (78_000, 78_000)
    assert Enrolment.objects.count() == 4
    done = enrolling.enrol(works, TYPED, seen=shown.seen, **BY)
    assert done.number.startswith("KH")
    row = Enrolment.objects.latest("pk")
    assert (row.first_month, row.base_fen, row.opened_on) == (
        office.NOVEMBER, 650_000, office.AT.date(),
    )  # fmt: skip
    again = enrolling.enrol(works, TYPED, seen=shown.seen, **BY)
    assert [code for _, code, _ in codes(again)] == ["account.here"]


def codes(outcome) -> list[tuple[str, str, str]]:
    return [(each.column, each.code, each.says) for each in outcome.line.problems]


def test_what_changed_since_it_was_shown_is_shown_again(works):
    before = enrolling.enrol(works, TYPED, seen="新开户:1:1:1", **BY)
    assert (before.number, before.line.problems) == ("", ())
    assert Enrolment.objects.count() == 4


def test_somebody_sealed_elsewhere_comes_with_the_account(works):
    office.account(2)
    (moving,) = office.enrolled(1, of=2, first=301, sealed="left")
    (staying,) = office.enrolled(1, of=2, first=302)
    typed = {**TYPED, "name": company.name(301), "id_number": company.id_number(301)}
    shown = enrolling.check(works, typed, at=office.AT)
    assert (shown.line.way, shown.line.problems) == ("转入", ())
    assert enrolling.enrol(works, typed, seen=shown.seen, **BY).number
    moving.refresh_from_db()
    assert (moving.employer_id, moving.sealed_on) == (works, None)
    assert ledger.account(moving.account_id).employer_id == works
    assert [each.what for each in facts.member(works, moving.account_no).changes] == ["转入"]
    kinds = EnrolmentEvent.objects.order_by("pk").values_list("kind", "employer_id")
    assert [*kinds] == [("moved_out", company.employer(2)), ("moved_in", works)]
    typed |= {"name": company.name(302), "id_number": company.id_number(302)}
    found = enrolling.check(works, typed, at=office.AT)
    assert [code for _, code, _ in codes(found)] == ["account.elsewhere"]
    assert staying.employer_id == company.employer(2)
    assert [*verify()] == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"name": "演"}, "name.shape"), ({"id_number": "149999196008150011"}, "id_number.wrong"),
     ({"first_month": "2026-06"}, "first_month.before_employer"),
     ({"base": "many"}, "base.money_shape"),
     ({"first_month": "2027-03"}, "first_month.ahead"), ({"phone": ""}, "phone.missing")],
)  # fmt: skip
def test_the_rules_are_those_of_rosters(works, changed, code):
    found = enrolling.check(works, {**TYPED, **changed}, at=office.AT)
    assert code in [each for _, each, _ in codes(found)]
    assert not enrolling.enrol(works, {**TYPED, **changed}, seen=found.seen, **BY).number


def test_two_seal_the_same_person_at_once(committing_db, city):
    works, found = _built(city), []

    def act() -> None:
        try:
            found.append(seal(works, "90000001", "90000002"))
        finally:
            connections.close_all()

    both = [Thread(target=act) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(len(each) for each in found) == [0, 2]
    assert EnrolmentEvent.objects.count() == 2
