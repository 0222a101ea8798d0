"""汇缴: a list is confirmed once, paid when its money suffices, and given to everybody once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction

from anju import ledger
from anju.business.contributions import orders, remitting
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.remitting import Confirmed, NotConfirmed, NotVoidable
from anju.business.treasury import receipt_proofs
from anju.business.treasury.models import Break, Receipt
from anju.business.treasury.tests import test_receipts
from anju.business.withdrawals.retirement.tests import cast
from anju.ledger.verify import verify
from anju.store.audit import Actor

AT = cast.AT
NOVEMBER = date(2026, 11, 1)
MONTH = 156_000
"""Of one member: 6,500 yuan × 12 %, twice."""


def opened(paid_through: date | None = date(2026, 10, 1), *, of: int | None = None) -> int:
    """An employer's account; its key."""
    number = orders.take_on_employer(
        of or cast.employer(), member_ratio=Decimal("0.12"), employer_ratio=Decimal("0.12"),
        payday=10, first_month=date(2020, 1, 1), paid_through=paid_through,
        bank_code="105", bank_branch_code="10501", opened_on=date(2020, 1, 2),
        actor=Actor.system(), at=AT,
    )  # fmt: skip
    return int(EmployerAccount.objects.get(number=number).pk)


def confirm(account: int, *, key: str = "once", by: int, **changed):
    """The month whose turn it is, as it stands."""
    owed = remitting.due(account)
    given = {
        "month": owed.month, "seen_headcount": owed.headcount, "seen_total_fen": owed.total_fen,
    }  # fmt: skip
    return remitting.confirm(account, **given | changed, key=key, actor=Actor.staff(by), at=AT)


def came(amount: int, **more) -> Receipt:
    """Money arrives."""
    with transaction.atomic():
        return test_receipts.came(amount, **more)


def paid(number: str, amount: int, **more) -> Receipt:
    """The employer pays, the list's number in the remark; the job that follows runs."""
    receipt = came(amount, remark=f"{number} 十一月公积金", **more)
    if receipt.state == "matched":
        remitting.allocate(number, at=AT)
    return receipt


def refusals(answer) -> list[str]:
    assert isinstance(answer, NotConfirmed)
    return [each.code.removeprefix("remittance.") for each in answer.findings]


def sound() -> None:
    assert [*verify(), *receipt_proofs.breaks()] == []


def _company(city):
    city("yuncheng")
    cast.open_books()
    people = [cast.member(order, sealed="") for order in (1, 2)]
    people.append(cast.member(3))
    cast.turn_to()
    return opened(), people, cast.staff().pk


@pytest.fixture
def company(db, city):
    """An employer with two people that pay and one that is sealed, and who acts for it."""
    return _company(city)


@pytest.fixture
def committed(committing_db, city):
    """The same in a database of its own."""
    return _company(city)


def balances(people) -> list[int]:
    return [each.account.balance - cast.BALANCE for each in people]


def test_a_month_goes_from_the_list_to_everybodys_account(company):
    account, people, by = company
    made = confirm(account, by=by)
    assert isinstance(made, Confirmed)
    assert (made.total_fen, made.due_on) == (2 * MONTH, date(2026, 11, 15))
    assert remitting.allocate(made.number, at=AT) is False
    receipt = paid(made.number, 2 * MONTH)
    assert (receipt.state, receipt.kind, receipt.number) == ("matched", "remittance", made.number)
    done = Remittance.objects.get()
    assert (done.state, done.allocated_on) == ("done", AT.date())
    assert balances(people) == [MONTH, MONTH, 0]
    assert ledger.unallocated(cast.employer()) == 0
    after = EmployerAccount.objects.get()
    assert (after.paid_through, after.state) == (NOVEMBER, "normal")
    by_account = dict(Enrolment.objects.values_list("account_id", "paid_through"))
    assert [by_account[each.account_id] for each in people] == [NOVEMBER, NOVEMBER, None]
    sound()


def test_too_little_waits_and_is_topped_up_and_too_much_stays(company):
    account, people, by = company
    number = confirm(account, by=by).number
    paid(number, MONTH)
    assert (balances(people), ledger.unallocated(cast.employer())) == ([0, 0, 0], MONTH)
    assert Remittance.objects.get().state == "confirmed"
    paid(number, MONTH + 7)
    assert (balances(people), ledger.unallocated(cast.employer())) == ([MONTH, MONTH, 0], 7)
    paid(number, 2 * MONTH)
    assert balances(people) == [MONTH, MONTH, 0], "paid a second time"
    assert ledger.unallocated(cast.employer()) == 2 * MONTH + 7
    sound()


def test_what_is_left_pays_the_next_month_when_the_employer_asks(company):
    account, people, by = company
    first = confirm(account, by=by).number
    paid(first, 5 * MONTH)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_flip_day('2026-12-01')")
    owed = remitting.due(account)
    later = AT + timedelta(days=11)
    second = remitting.confirm(
        account, month=owed.month, seen_headcount=owed.headcount, seen_total_fen=owed.total_fen,
        key="second", actor=Actor.staff(by), at=later,
    )  # fmt: skip
    assert Remittance.objects.get(number=second.number).state == "confirmed"
    remitting.pay_from_unallocated(second.number, actor=Actor.staff(by), at=later)
    assert remitting.allocate(second.number, at=later)
    assert balances(people) == [2 * MONTH, 2 * MONTH, 0]
    assert ledger.unallocated(cast.employer()) == MONTH
    sound()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"month": date(2026, 12, 1)}, ["not_the_next_month", "month_ahead"]),
        ({"month": date(2026, 10, 1)}, ["not_the_next_month"]),
        ({"seen_headcount": 3}, ["list_changed"]),
        ({"seen_total_fen": 1}, ["list_changed"]),
    ],
)
def test_every_wrong_confirmation_is_refused_with_all_its_reasons(company, changed, code):
    account, _people, by = company
    assert refusals(confirm(account, by=by, **changed)) == code
    assert Remittance.objects.count() == 0


def test_a_second_list_and_a_sealed_account_are_refused(company):
    account, _people, by = company
    made = confirm(account, by=by)
    assert confirm(account, by=by) == made, "the same act again"
    assert refusals(confirm(account, key="other", by=by)) == ["list_unpaid"]
    remitting.void(made.number, actor=Actor.staff(by), at=AT)
    EmployerAccount.objects.update(state="sealed")
    assert refusals(confirm(account, key="third", by=by)) == ["account_does_not_remit"]


def test_nobody_to_pay_for(company):
    account, _people, by = company
    Enrolment.objects.update(paid_through=NOVEMBER)
    assert refusals(confirm(account, by=by)) == ["nobody_to_pay_for"]


def test_who_begins_later_is_not_in_the_list(company):
    account, people, by = company
    Enrolment.objects.filter(account_id=people[0].account_id).update(first_month=date(2026, 12, 1))
    made = confirm(account, by=by)
    assert made.total_fen == MONTH
    assert [line.account_id for line in RemittanceLine.objects.all()] == [people[1].account_id]


def test_a_void_list_is_not_paid_and_its_money_waits(company):
    account, people, by = company
    number = confirm(account, by=by).number
    remitting.void(number, actor=Actor.staff(by), at=AT)
    paid(number, 2 * MONTH)
    assert (balances(people), ledger.unallocated(cast.employer())) == ([0, 0, 0], 2 * MONTH)
    with pytest.raises(NotVoidable):
        remitting.void(number, actor=Actor.staff(by), at=AT)
    again = confirm(account, key="again", by=by).number
    assert remitting.allocate(again, at=AT)
    assert balances(people) == [MONTH, MONTH, 0]
    with pytest.raises(NotVoidable):
        remitting.void(again, actor=Actor.staff(by), at=AT)
    sound()


def test_who_closes_meanwhile_is_not_paid_for_and_his_money_waits(company):
    account, people, by = company
    number = confirm(account, by=by).number
    leaves = people[0]
    held = leaves.account.balance
    hold = ledger.place_hold(leaves.account_id, case_id=1, purpose="closing", amount=held)
    ledger.order_hold(hold, order_no="O1", principal=held, interest=0, interest_until=AT.date())
    paid(number, 2 * MONTH)
    assert balances(people[1:]) == [MONTH, 0]
    assert ledger.unallocated(cast.employer()) == MONTH
    by_account = dict(Enrolment.objects.values_list("account_id", "paid_through"))
    assert by_account[leaves.account_id] is None
    assert by_account[people[1].account_id] == NOVEMBER
    sound()


def test_a_reversal_between_match_and_allocation_leaves_the_list_waiting(company):
    account, _people, by = company
    number = confirm(account, by=by).number
    receipt = came(2 * MONTH, remark=number)
    assert receipt.state == "matched"
    batch = remitting._begun(number, at=AT)
    assert batch is not None
    test_receipts.taken_back(receipt)
    assert (ledger.unallocated(cast.employer()), test_receipts.books()["101"]) == (
        0, 3 * cast.BALANCE,
    )  # fmt: skip
    assert not Break.objects.exists(), "nobody owes anything"
    sound()


def test_a_reversal_after_the_allocation_is_owed_and_a_part_that_is_left_does_not_hide_it(company):
    account, people, by = company
    number = confirm(account, by=by).number
    receipt = paid(number, 2 * MONTH + 5)
    test_receipts.taken_back(receipt)
    assert balances(people) == [MONTH, MONTH, 0]
    assert ledger.unallocated(cast.employer()) == 5
    assert test_receipts.books()["11902"] == 2 * MONTH + 5
    assert [each.kind for each in Break.objects.all()] == ["receipt_reversed"]
    sound()


def test_another_employers_money_pays_nothing_here(company):
    account, people, by = company
    number = confirm(account, by=by).number
    came(2 * MONTH, remark="没有编号")
    assert remitting.allocate(number, at=AT) is False
    assert balances(people) == [0, 0, 0]


def test_a_worker_that_was_lost_is_followed(company):
    """He had posted, and died before he said so."""
    account, people, by = company
    number = confirm(account, by=by).number
    came(2 * MONTH, remark=number)
    batch = remitting._begun(number, at=AT)
    ledger.post_batch(batch)
    assert Remittance.objects.get().state == "allocating"
    assert remitting.go_on(AT) == 1
    assert Remittance.objects.get().state == "done"
    assert balances(people) == [MONTH, MONTH, 0]
    assert remitting.go_on(AT) == 0
    assert remitting.allocate(number, at=AT), "it is paid"
    assert balances(people) == [MONTH, MONTH, 0]
    sound()


def test_money_that_somebody_else_took_meanwhile_sends_the_list_back(committed):
    account, people, by = committed
    number = confirm(account, by=by).number
    came(2 * MONTH, remark=number)
    batch = remitting._begun(number, at=AT)
    other = ledger.open_batch(ledger.Announced(1, 1, MONTH), key="other", scope="test")
    ledger.stage(
        other,
        [replace(remitting._voucher(Remittance.objects.get(), at=AT), source_id="other",
                 members=[(people[2].account_id, MONTH, AT.date())])],
    )  # fmt: skip
    ledger.post_batch(other)
    assert remitting.allocate(number, at=AT) is False
    assert (Remittance.objects.get().state, Remittance.objects.get().batch_id) == (
        "confirmed", batch,
    )  # fmt: skip
    paid(number, MONTH)
    assert Remittance.objects.get().state == "done"
    assert balances(people) == [MONTH, MONTH, MONTH]
    sound()


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE contributions_remittance SET total_fen = total_fen + 1",
        "UPDATE contributions_remittance SET state = 'done'",
        "DELETE FROM contributions_remittance",
        "UPDATE contributions_remittanceline SET member_fen = 1",
        "DELETE FROM contributions_remittanceline",
    ],
)
def test_the_database_keeps_what_was_confirmed(company, wrong):
    account, _people, by = company
    confirm(account, by=by)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)


def test_two_agents_confirm_and_two_workers_allocate_at_once(committed):
    account, people, by = committed
    answers: list[object] = []

    def at_once(*acts) -> None:
        def run(act) -> None:
            try:
                answers.append(act())
            finally:
                connections.close_all()

        threads = [Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once(*(lambda key=key: confirm(account, key=key, by=by) for key in "abcd"))
    made = [each for each in answers if isinstance(each, Confirmed)]
    assert len(made) == 1
    assert len(answers) == 4
    number = made[0].number
    came(2 * MONTH, remark=number)
    answers.clear()
    at_once(*([lambda: remitting.allocate(number, at=AT)] * 4))
    assert answers == [True] * 4
    assert balances(people) == [MONTH, MONTH, 0]
    assert verify() == []
