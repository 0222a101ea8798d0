"""补缴: what was chosen is reckoned, confirmed as seen, paid like any list, and proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from anju import ledger
from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.backpaying import actions
from anju.business.contributions.backpaying.actions import Asked
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.remitting import Confirmed, NotConfirmed
from anju.business.contributions.tests import test_remitting as lists
from anju.store.audit import Actor

AT, MONTH = lists.AT, lists.MONTH
AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
TWELVE = Decimal("0.12")
ASKED = Asked(
    reason="opening", from_month=SEPTEMBER, month=OCTOBER, member_ratio=TWELVE,
    employer_ratio=TWELVE, bases=None,
)  # fmt: skip


def _company(city):
    account, people, by = lists._company(city)
    Enrolment.objects.filter(account_id=people[0].account_id).update(paid_through=OCTOBER)
    Enrolment.objects.filter(account_id=people[1].account_id).update(first_month=SEPTEMBER)
    return account, people, by


@pytest.fixture
def company(db, city):
    """An employer that has paid through October, for the first since ever, and not for the second,
    who began in September; the third is sealed."""
    return _company(city)


def confirm(account: int, asked: Asked = ASKED, *, by: int, key: str = "once", **seen):
    found = actions.reckon(account, asked, at=AT)
    now = {"seen_headcount": found.headcount, "seen_total_fen": found.total_fen}
    return actions.confirm(
        account, asked, **now | seen, key=key, actor=Actor.staff(by), at=AT
    )  # fmt: skip


def sound() -> None:
    lists.sound()
    assert list(remittance_proofs.breaks()) == []


def codes(answer) -> list[str]:
    assert isinstance(answer, NotConfirmed)
    return [each.code.removeprefix("back_payment.") for each in answer.findings]


def test_what_was_missed_is_found_confirmed_paid_and_booked_month_by_month(company):
    account, people, by = company
    made = confirm(account, by=by)
    assert isinstance(made, Confirmed)
    assert (made.total_fen, made.due_on) == (2 * MONTH, AT.date())
    listed = Remittance.objects.get()
    assert (listed.kind, listed.reason, listed.from_month, listed.month, listed.headcount) == (
        "back", "opening", SEPTEMBER, OCTOBER, 1,
    )  # fmt: skip
    months = RemittanceLine.objects.order_by("month").values_list("account_id", "month")
    assert list(months) == [(people[1].account_id, SEPTEMBER), (people[1].account_id, OCTOBER)]
    sound()
    lists.paid(made.number, 2 * MONTH)
    assert lists.balances(people) == [0, 2 * MONTH, 0]
    assert Remittance.objects.get().state == "done"
    account = EmployerAccount.objects.get()
    assert (account.paid_through, account.state) == (OCTOBER, "normal"), "not the employer's month"
    assert Enrolment.objects.get(account_id=people[1].account_id).paid_through == OCTOBER
    kinds = {each.kind for each in ledger.movements(people[1].account_id, year=2026, limit=9)}
    assert kinds == {"opening", "back_payment"}
    sound()


def test_the_month_whose_turn_it_is_goes_on_beside_it(company):
    account, people, by = company
    lists.paid(confirm(account, by=by).number, 2 * MONTH)
    lists.paid(lists.confirm(account, key="november", by=by).number, 2 * MONTH)
    assert lists.balances(people) == [MONTH, 3 * MONTH, 0]
    again = confirm(account, by=by, key="again")
    assert codes(again) == ["nothing_to_pay"], "everything was paid"
    sound()


def test_a_difference_is_paid_up_to_the_months_limit(company):
    account, people, by = company
    one = Enrolment.objects.get(account_id=people[0].account_id)
    asked = replace(ASKED, reason="short", bases={one.account_no: 10**8})
    found = actions.reckon(account, asked, at=AT)
    assert (found.headcount, found.problems, found.unmet) == (1, {}, ())
    assert {line.limit for line in found.lines} == {"缴存基数上限"}
    lists.paid(confirm(account, asked, by=by).number, found.total_fen)
    paid = lists.balances(people)[0]
    assert paid == found.total_fen
    assert codes(confirm(account, asked, by=by, key="more")) == ["people_wrong", "nothing_to_pay"]
    sound()


def test_every_wrong_row_is_told_and_nothing_is_written(company):
    account, _people, by = company
    first, second, third = Enrolment.objects.order_by("account_no")
    Enrolment.objects.filter(pk=third.pk).update(sealed_on=date(2026, 8, 9))
    asked = replace(
        ASKED, reason="arrears",
        bases={first.account_no: 1, second.account_no: 0, third.account_no: 1, "none": 1},
    )  # fmt: skip
    found = actions.reckon(account, asked, at=AT)
    assert {number: text.partition("，")[0] for number, text in found.problems.items()} == {
        first.account_no: "2026年09月 已缴",
        second.account_no: "请填写缴存基数",
        third.account_no: "2026年09月 在账户封存之后",
        "none": "本单位没有这个个人账号",
    }
    assert codes(confirm(account, asked, by=by)) == ["people_wrong", "nothing_to_pay"]
    assert not Remittance.objects.exists()


def test_who_closes_is_told_and_a_stranger_is_nobody(company):
    account, people, _by = company
    leaves = people[1]
    held = leaves.account.balance
    hold = ledger.place_hold(leaves.account_id, case_id=1, purpose="closing", amount=held)
    ledger.order_hold(hold, order_no="O1", principal=held, interest=0, interest_until=AT.date())
    number = Enrolment.objects.get(account_id=leaves.account_id).account_no
    found = actions.reckon(account, replace(ASKED, bases={number: 650_000}), at=AT)
    assert "正在销户" in found.problems[number]


def test_seen_twice_and_sent_twice(company):
    account, _people, by = company
    assert codes(confirm(account, by=by, seen_total_fen=1)) == ["list_changed"]
    made = confirm(account, by=by)
    assert confirm(account, by=by) == made, "the same act again"
    assert "list_unpaid" in codes(confirm(account, by=by, key="other"))
    assert lists.refusals(lists.confirm(account, key="third", by=by)) == ["list_unpaid"]
    remitting.void(made.number, actor=Actor.staff(by), at=AT)
    assert isinstance(confirm(account, by=by, key="fourth"), Confirmed)
    sound()


def test_months_before_ours_count_as_paid_by_what_came_along(company):
    """The first was taken on with October as the last month; August is no arrears of his."""
    account, people, _by = company
    one = Enrolment.objects.get(account_id=people[0].account_id)
    asked = replace(ASKED, reason="arrears", from_month=AUGUST, bases={one.account_no: 650_000})
    assert "2026年08月 已缴" in actions.reckon(account, asked, at=AT).problems[one.account_no]
    more = replace(asked, reason="short", bases={one.account_no: 750_000})
    assert actions.reckon(account, more, at=AT).total_fen == 3 * 24_000


PLANTED = {
    "list, its lines": (
        "UPDATE contributions_remittanceline SET member_fen = member_fen {} 100",
        ("+", "-"),
    ),
    "list, its head": ("UPDATE contributions_remittance SET headcount = headcount {} 1", "+-"),
    "list, whose it is": (
        "UPDATE contributions_remittanceline SET account_id = account_id {} 1000", "+-",
    ),
    "list, that it is done": (
        "UPDATE contributions_remittance SET state = {}",
        ("'void', allocated_on = NULL, voided_by_id = confirmed_by_id",
         "'done', allocated_on = '2026-11-20', voided_by_id = NULL"),
    ),
    "list, the employer's month": (
        "UPDATE contributions_employeraccount SET paid_through = {}",
        ("'2026-10-01'", "'2026-11-01'"),
    ),
    "guard trigger": (
        "ALTER TABLE contributions_remittanceline {} TRIGGER append_only", ("DISABLE", "ENABLE"),
    ),
}  # fmt: skip


@pytest.mark.mutants
def test_every_planted_error_is_found(committing_db, city):
    account, _people, by = _company(city)
    lists.paid(confirm(account, by=by).number, 2 * MONTH)
    lists.paid(lists.confirm(account, key="november", by=by).number, 2 * MONTH)
    sound()
    admin = committing_db.connect("admin", autocommit=True)
    admin.execute("SELECT set_config('search_path', %s, false)", [committing_db.databases.center])
    admin.execute("SET session_replication_role = replica")
    for name, (sql, (planted, undone)) in PLANTED.items():
        admin.execute(sql.format(planted))
        found = {each.kind for each in remittance_proofs.breaks()}
        admin.execute(sql.format(undone))
        assert found == {name.partition(",")[0]}, name
    admin.close()
    sound()
