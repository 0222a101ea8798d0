"""内部转移: offered by one employer, taken by the other; by neither alone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.contributions import freeze_proofs, freezes
from anju.business.contributions.models import Enrolment, Move
from anju.business.contributions.people import facts, moving, sealing
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.tests import office
from anju.business.contributions.rosters.tests import company
from anju.ledger.verify import verify
from anju.parties import facts as parties
from anju.parties.models import SmsMessage

BY = {"actor": office.AGENT, "at": office.AT}
SEALED = ("90000011", "90000012")


@pytest.fixture
def both(db, city):
    """Two employers; the first has two people sealed and one that pays."""
    city("yuncheng")
    office.books()
    office.account(2)
    office.enrolled(1)
    office.enrolled(2, first=11, sealed="left")
    return company.employer(1), company.employer(2)


def offered(both, *numbers) -> list[str]:
    """Offers of the first employer to the second; their numbers."""
    uscc = parties.employer(both[1]).uscc
    assert moving.offer(both[0], numbers or SEALED, uscc=uscc.lower(), **BY) == ()
    return [each.number for each in moving.page(both[1]).coming]


def test_who_is_offered_is_taken_with_his_account(both):
    numbers = offered(both)
    assert [each.name for each in moving.page(both[0]).going] == [
        company.name(11), company.name(12),
    ]  # fmt: skip
    assert moving.take(both[1], numbers, month="2026-11", **BY) == ()
    rows = Enrolment.objects.filter(account_no__in=SEALED)
    assert {(each.employer_id, each.sealed_on, each.first_month) for each in rows} == {
        (both[1], None, office.NOVEMBER)
    }
    assert {ledger.account(each.account_id).employer_id for each in rows} == {both[1]}
    assert [each.what for each in facts.member(both[1], SEALED[0]).changes] == ["转入"]
    page = moving.page(both[0])
    assert (page.going, [each.state_text for each in page.ended]) == ((), ["已转入", "已转入"])
    assert {each.base_fen for each in page.ended} == {0}, "no longer the first employer's to see"
    assert SmsMessage.objects.filter(kind="contributions.moved").count() == 2
    assert [*verify()] == []


@pytest.mark.parametrize("amount", [None, 1])
def test_a_freeze_goes_with_the_account_and_neither_employer_learns_of_it(both, amount):
    account_id = Enrolment.objects.get(account_no=SEALED[0]).account_id
    with transaction.atomic():
        freezes.place(
            account_id, authority="演示人民法院", doc_no="演示1号", amount=amount, until=None,
            number="", approved_by=None, at=office.AT,
        )  # fmt: skip
    before = ledger.account(account_id)
    numbers = offered(both, SEALED[0])
    seen = moving.look(both[0], SEALED[:1], at=office.AT), moving.page(both[1])
    assert moving.take(both[1], numbers, month="2026-11", **BY) == ()
    after = ledger.account(account_id)
    assert (before.employer_id, after.employer_id) == both
    assert (after.frozen_whole, after.frozen) == (amount is None, amount or 0)
    assert (after.balance, after.available) == (before.balance, before.available)
    assert [each.doc_no for each in freezes.live(account_id, on=office.AT.date())] == ["演示1号"]
    told = [str(seen), str(moving.page(both[0])), str(facts.member(both[1], SEALED[0]))]
    assert not any("冻结" in each or "法院" in each for each in told)
    assert list(freeze_proofs.breaks()) == []
    assert [*verify()] == []


@pytest.mark.parametrize(
    ("chosen", "code"),
    [("90000001", "account.open"), (SEALED[0], "move.offered"), (SEALED[1], "stop.retired")],
)
def test_whom_one_cannot_offer(both, chosen, code):
    offered(both, SEALED[0])
    Enrolment.objects.filter(account_no=SEALED[1]).update(
        seal_reason="retired", stop_approved_on=office.AT.date(), stop_approved_by="staff:1"
    )
    uscc = parties.employer(both[1]).uscc
    (wrong,) = moving.offer(both[0], [chosen], uscc=uscc, **BY)
    assert [each.code for each in wrong.problems] == [code]
    assert moving.look(both[0], [chosen], at=office.AT)[0].problems == wrong.problems
    assert Move.objects.count() == 1


def test_one_problem_and_nobody_is_offered(both):
    uscc = parties.employer(both[1]).uscc
    assert len(moving.offer(both[0], ["90000001", *SEALED], uscc=uscc, **BY)) == 3
    assert not Move.objects.exists()


@pytest.mark.parametrize("uscc", ["", "91149999DEM000010R", "own"])
def test_to_whom_one_cannot_offer(both, uscc):
    uscc = parties.employer(both[0]).uscc if uscc == "own" else uscc
    with pytest.raises(PeopleBroken):
        moving.offer(both[0], SEALED, uscc=uscc, **BY)


def test_nobody_acts_for_the_other_side(both):
    (number,) = offered(both, SEALED[0])
    for act in (
        lambda: moving.take(both[0], [number], month="2026-11", **BY),
        lambda: moving.give_up(both[0], [number], decline=True, **BY),
        lambda: moving.give_up(both[1], [number], decline=False, **BY),
        lambda: moving.offer(both[1], SEALED, uscc="", **BY),
        lambda: moving.take(both[1], ["NZ"], month="2026-11", **BY),
    ):
        with pytest.raises(NotOurs):
            act()
    with pytest.raises(PeopleBroken):
        moving.take(both[1], [], month="2026-11", **BY)


@pytest.mark.parametrize("decline", [True, False])
def test_what_is_declined_or_withdrawn_may_be_offered_again(both, decline):
    (number,) = offered(both, SEALED[0])
    assert moving.give_up(both[1] if decline else both[0], [number], decline=decline, **BY) == 1
    with pytest.raises(PeopleBroken):
        moving.take(both[1], [number], month="2026-11", **BY)
    assert Enrolment.objects.get(account_no=SEALED[0]).employer_id == both[0]
    (again,) = offered(both, SEALED[0])
    assert again != number


@pytest.mark.parametrize(
    ("month", "code"),
    [("2026-10", "month.paid"), ("2026-06", "month.before_employer"), ("2027-03", "month.ahead")],
)
def test_from_a_month_that_is_paid_or_far_nobody_comes(both, month, code):
    numbers = offered(both)
    wrong = moving.take(both[1], numbers, month=month, **BY)
    assert {each.problems[0].code for each in wrong} == {code}
    assert len(moving.page(both[1]).coming) == 2


def test_who_was_unsealed_meanwhile_stays(both):
    numbers = offered(both)
    sealing.unseal_people(both[0], [SEALED[0]], month="2026-11", **BY)
    wrong = moving.take(both[1], numbers, month="2026-11", **BY)
    assert [[p.code for p in each.problems] for each in wrong] == [["account.open"], []]


def test_an_offer_stays_as_it_was_made(both):
    offered(both, SEALED[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.update(target_id=both[1], state="offered")
