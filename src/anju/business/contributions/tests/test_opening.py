"""An employer opens its account by itself: who vouches, what is written, once, for each code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from threading import Thread

import pytest
from django.db import IntegrityError, connections, transaction

from anju.business.contributions import opening, orders
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.opening import NotOpened, Opened
from anju.business.contributions.opening_rules import Opening
from anju.business.contributions.tests.enterprise import ENTERPRISE
from anju.business.withdrawals.retirement.tests import cast
from anju.domain.employer_account import AccountEvent, AccountState, IllegalEvent, decide
from anju.parties import actions as parties
from anju.parties.models import Employer
from anju.store.audit import Actor
from anju.store.fields import unseal
from anju.store.models import AuditRow

AT, IP = cast.AT, "198.51.100.9"
TYPED = Opening(
    first_month=date(2026, 9, 1),
    member_ratio=Decimal("0.12"),
    employer_ratio=Decimal("0.08"),
    headcount=0,
    wages_fen=0,
    payday=31,
    bank_code="105",
    bank_branch_code="10501",
    affiliation="40",
    agent_name="演示·卫青",
    agent_phone="１５０-0000 0001",
    with_hall=False,
)
OTHER = replace(
    ENTERPRISE, uscc="91149999DEM000011W", name="运城演示果业有限公司", address="演示街 8 号"
)


@pytest.fixture
def books(db, city):
    city("yuncheng")
    cast.open_books()


def open_it(enterprise=ENTERPRISE, key="first", **changes):
    return opening.open_account(enterprise, replace(TYPED, **changes), key=key, at=AT)


# -- what is opened --------------------------------------------------------------------------


def test_an_account_is_opened_at_once_with_all_that_is_known(books) -> None:
    told = open_it()
    assert isinstance(told, Opened)
    assert told.first_due_on == date(2026, 10, 5)
    (account,) = EmployerAccount.objects.all()
    assert (account.number, account.state, account.employer_id) == (
        told.number, "opened", told.employer_id,
    )  # fmt: skip
    assert told.number.startswith("DW2026")
    employer = Employer.objects.get(pk=told.employer_id)
    assert (employer.uscc, employer.name, employer.branch_code) == (
        ENTERPRISE.uscc, ENTERPRISE.name, "yanhu",
    )  # fmt: skip
    assert (account.address, account.founded_on, account.division) == (
        ENTERPRISE.address, ENTERPRISE.founded_on, "140802",
    )  # fmt: skip
    assert (account.member_ratio, account.employer_ratio) == (Decimal("0.12"), Decimal("0.08"))
    assert unseal(account, "legal_representative").expose() == "演示·薛明"
    assert unseal(account, "contact_name").expose() == "演示·卫青"
    assert unseal(account, "contact_phone").expose() == "15000000001"
    row = AuditRow.objects.get(action="contributions.employer_account_opened")
    assert (row.subject_id, row.details["with_hall"]) == (told.number, False)
    assert "薛明" not in str(row.details)


def test_pressing_twice_opens_once(books) -> None:
    first, second = open_it(), open_it()
    assert first == second
    assert EmployerAccount.objects.count() == 1
    again = open_it(key="another page")
    assert isinstance(again, NotOpened)
    assert [each.code for each in again.findings] == ["opening.account_exists"]
    assert again.findings[0].saw == first.number


def test_a_code_the_centre_knows_already_keeps_its_employer(books) -> None:
    known = parties.register_employer(
        name="旧名", uscc=ENTERPRISE.uscc, branch_code="hejin", actor=Actor.system(), at=AT
    )
    told = open_it()
    assert told.employer_id == known.pk
    assert Employer.objects.get(pk=known.pk).branch_code == "hejin"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ENTERPRISE.name}, "opening.name_taken"),
        ({"address": ENTERPRISE.address}, "opening.address_taken"),
    ],
)
def test_name_and_address_belong_to_one_live_employer(changes, code, books) -> None:
    open_it()
    second = open_it(replace(OTHER, **changes), key="second")
    assert [each.code for each in second.findings] == [code]
    account = EmployerAccount.objects.get()
    for event in (AccountEvent.SEALED, AccountEvent.CLOSED):
        account.state = decide(AccountState(account.state), event)
        account.closed_on = AT.date() if event is AccountEvent.CLOSED else None
        account.save()
    assert isinstance(open_it(replace(OTHER, **changes), key="second"), Opened)
    back = open_it(key="once more")
    assert [each.code for each in back.findings] == [code]


def test_nothing_is_written_when_a_rule_does_not_hold(books) -> None:
    told = open_it(payday=0, headcount=3)
    assert [each.code for each in told.findings] == [
        "opening.wages_without_people", "opening.bad_payday",
    ]  # fmt: skip
    assert not Employer.objects.filter(uscc=ENTERPRISE.uscc).exists()
    assert not AuditRow.objects.filter(action__startswith="contributions.employer").exists()


@pytest.mark.parametrize(
    ("wages_fen", "total_fen"),
    [(0, 0), (1_000_000, 200_000), (1_234_567, 246_913), (1_234_563, 246_913), (2, 0), (3, 1)],
)
def test_the_month_total_is_wages_times_both_ratios(wages_fen, total_fen) -> None:
    assert replace(TYPED, wages_fen=wages_fen).month_total_fen == total_fen


def test_a_division_nobody_looks_after_comes_to_the_first_branch(city) -> None:
    city("yuncheng")
    assert [opening.branch_of(code) for code in ("140802", "140882", "999999")] == [
        "yanhu", "hejin", "center",
    ]  # fmt: skip


def test_two_at_once_open_one_account(committing_db, city) -> None:
    city("yuncheng")
    cast.open_books()
    told: list[object] = []

    def press(key: str) -> None:
        try:
            told.append(open_it(key=key))
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(f"page-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(type(one).__name__ for one in told) == ["NotOpened"] * 3 + ["Opened"]
    assert EmployerAccount.objects.count() == 1


# -- what the database holds -----------------------------------------------------------------


def take_on(**changes) -> EmployerAccount:
    given = {
        "member_ratio": Decimal("0.12"), "employer_ratio": Decimal("0.12"), "payday": 10,
        "first_month": date(2020, 1, 1), "paid_through": date(2026, 10, 1), "bank_code": "105",
        "bank_branch_code": "10501", "opened_on": date(2020, 1, 2), "actor": Actor.system(),
        "at": AT,
    }  # fmt: skip
    number = orders.take_on_employer(cast.employer(), **given | changes)
    return EmployerAccount.objects.get(number=number)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("account_ratios_are_lawful", {"member_ratio": Decimal("0.04")}),
        ("account_ratios_are_lawful", {"employer_ratio": Decimal("0.13")}),
        ("account_payday_is_a_day", {"payday": 0}),
        ("account_payday_is_a_day", {"payday": 32}),
        ("account_months_are_months", {"first_month": date(2020, 1, 2)}),
        ("account_months_are_months", {"paid_through": date(2026, 10, 2)}),
        ("account_months_are_months", {"paid_through": date(2019, 12, 1)}),
    ],
)
def test_an_account_that_cannot_be_is_refused(name, changes, books) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        take_on(**changes)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("account_state_is_known", {"state": "gone"}),
        ("account_moves", {"state": "opened"}),
        ("account_moves", {"number": "DW1"}),
        ("account_moves", {"opened_on": date(2020, 1, 3)}),
        ("account_closed_has_a_day", {"closed_on": date(2026, 11, 20)}),
        ("account_closed_has_a_day", {"state": "closed"}),
        ("account_wages_not_negative", {"declared_wages_fen": -1}),
    ],
)
def test_a_change_that_cannot_be_is_refused(name, changes, books) -> None:
    account = take_on()
    # The trigger speaks first; a state nobody knows is no step either.
    name = "account_moves" if "gone" in changes.values() else name
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        EmployerAccount.objects.filter(pk=account.pk).update(**changes)


def test_one_live_account_per_employer_and_none_is_taken_away(books) -> None:
    account = take_on()
    with pytest.raises(IntegrityError, match=r"one_live_account|opening_key"), transaction.atomic():
        take_on()
    with pytest.raises(IntegrityError, match="account_moves"), transaction.atomic():
        account.delete()


def _legal(state: AccountState, after: AccountState) -> bool:
    for event in AccountEvent:
        try:
            if decide(state, event) is after:
                return True
        except IllegalEvent:
            pass
    return state is after and state is not AccountState.CLOSED


def test_the_database_goes_the_steps_of_the_machine_and_no_other(books) -> None:
    paths = {
        AccountState.OPENED: (),
        AccountState.NORMAL: ("normal",),
        AccountState.DEFERRED: ("normal", "deferred"),
        AccountState.SEALED: ("sealed",),
        AccountState.CLOSED: ("sealed", "closed"),
    }
    account = take_on(paid_through=None)
    for state, after in product(AccountState, AccountState):
        with transaction.atomic():
            mine = EmployerAccount.objects.filter(pk=account.pk)
            for step in paths[state]:
                mine.update(state=step, closed_on=AT.date() if step == "closed" else None)
            wish = {"state": after, "closed_on": AT.date() if after == "closed" else None}
            if _legal(state, after):
                assert mine.update(**wish) == 1
            else:
                with pytest.raises(IntegrityError, match="account_moves"), transaction.atomic():
                    mine.update(**wish)
            transaction.set_rollback(True)
