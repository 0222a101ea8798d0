"""post(): what it writes, what it refuses, and what it answers the second time."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from anju import ledger
from anju.domain.vouchers import GlLine, LoanLine, MemberLine, SuspenseLine, Voucher
from anju.ledger.models import GlLine as WrittenGlLine
from anju.ledger.models import MemberLine as WrittenLine
from anju.ledger.models import Suspense
from anju.ledger.models import Voucher as Header
from anju.ledger.tests.books import (
    AT,
    DAY,
    account,
    at_bank,
    number,
    post,
    refused,
    remittance,
    sound,
    withdrawal,
)

pytestmark = pytest.mark.usefixtures("open_books")


def general(*gl: GlLine, **rest) -> Voucher:
    return Voucher("test", source_type="test", source_id=number(), gl=gl, occurred_at=AT, **rest)


def test_a_remittance_of_many_members_is_one_voucher():
    members = [account(employer=9) for _ in range(20)]
    total = sum(100 + i for i in range(20))
    voucher = general(
        at_bank(total),
        GlLine("201", -total, employer_id=9),
        members=tuple(
            MemberLine(each, 100 + i, "remittance", DAY) for i, each in enumerate(members)
        ),
        summary="汇缴",
    )
    posted = post(voucher)
    header = Header.objects.get(id=posted.voucher_ids[0])
    assert (header.gl_lines, header.member_lines, header.member_total) == (2, 20, total)
    assert posted.accounting_date == header.accounting_date == DAY
    assert [ledger.account(each).balance for each in members] == [100 + i for i in range(20)]
    assert sound()


def on_201(posted: ledger.Posted) -> dict[int | None, int]:
    """What one voucher brought to 201, by employer."""
    lines = WrittenGlLine.objects.filter(
        voucher_id=posted.voucher_ids[0], subject__startswith="201"
    )
    brought = Counter[int | None]()
    for employer, amount in lines.values_list("employer_id", "amount"):
        brought[employer] -= amount
    return {employer: amount for employer, amount in brought.items() if amount}


def test_money_stands_on_201_of_the_members_employer_whoever_paid():
    stayed, went = account(balance=500), account(balance=700)
    taken = post(withdrawal(went, 200))
    ledger.transfer_accounts([(went, 8)], key="went", scope="test", occurred_at=AT)
    paid = post(
        general(
            at_bank(100), GlLine("201", -100, employer_id=7),
            members=(MemberLine(stayed, 60, "x", DAY), MemberLine(went, 40, "x", DAY)),
        )
    )  # fmt: skip
    assert on_201(paid) == {7: 60, 8: 40}
    assert sound()
    back = post(
        general(
            at_bank(200), GlLine("201", -200, employer_id=7), reverses=taken.voucher_ids[0],
            members=(MemberLine(went, 200, "withdrawal", DAY),),
        )
    )  # fmt: skip
    assert on_201(back) == {8: 200}, "it comes back to where the account is now"
    assert sound()


UNBALANCED = {
    "debits and credits differ": lambda a: general(
        at_bank(100), GlLine("201", -99, employer_id=7),
        members=(MemberLine(a, 99, "x", DAY),),
    ),
    "one line": lambda a: general(at_bank(100)),
    "no line": lambda a: general(),
    "a line of nothing": lambda a: general(at_bank(0), GlLine("40105", 0)),
    "member line without 201": lambda a: general(
        at_bank(100), GlLine("40105", -100), members=(MemberLine(a, 100, "x", DAY),)
    ),
    "201 without member line": lambda a: general(at_bank(100), GlLine("201", -100)),
    "member lines short of 201": lambda a: general(
        at_bank(100), GlLine("201", -100), members=(MemberLine(a, 99, "x", DAY),)
    ),
    "member line of nothing": lambda a: general(
        at_bank(100), GlLine("40105", -100), members=(MemberLine(a, 0, "x", DAY),)
    ),
    "219 without suspense line": lambda a: general(at_bank(100), GlLine("21901", -100)),
    "121 without loan line": lambda a: general(GlLine("12101", 100), at_bank(-100)),
    "a subject that is not in the chart": lambda a: general(
        at_bank(100), GlLine("99901", -100)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNBALANCED)
def test_what_does_not_add_up_is_refused(name):
    voucher = UNBALANCED[name](account())
    with refused("ledger.totals"):
        post(voucher)


def test_maker_and_checker_are_two_people():
    voucher = replace(remittance(account(), 100), maker="staff:1", checker="staff:1")
    with refused("ledger.maker_is_checker"):
        post(voucher)


def test_a_posting_of_nothing_is_refused():
    with refused("ledger.totals"):
        ledger.post([], key="none", scope="test")


def test_more_than_there_is_is_refused():
    member = account(balance=100)
    with refused("ledger.insufficient"):
        post(withdrawal(member, 101))


def test_an_account_that_is_not_there():
    with refused("ledger.no_account"):
        post(remittance(987_654_321, 100))


def test_the_retry_of_a_full_withdrawal_gets_the_first_answer():
    member = account(balance=100)
    voucher = withdrawal(member, 100)
    first = post(voucher, key="full")
    later = replace(voucher, occurred_at=AT + timedelta(hours=1))
    again = post(later, key="full")
    assert (again.voucher_ids, again.repeated, first.repeated) == (first.voucher_ids, True, False)
    assert ledger.account(member).balance == 0
    assert sound()


def test_a_key_used_for_something_else_is_refused():
    member = account(balance=100)
    voucher = withdrawal(member, 60)
    post(voucher, key="same")
    with refused("ledger.key_reused"):
        post(replace(voucher, gl=voucher.gl[::-1]), key="same")


def test_a_source_is_posted_once_whatever_the_key():
    voucher = remittance(account(), 100)
    post(voucher)
    with refused("ledger.source_reused"):
        post(voucher)


def test_a_refused_posting_leaves_its_key_free(transactional_savepoint):
    member = account(balance=100)
    too_much = withdrawal(member, 101)
    with refused("ledger.insufficient"), transactional_savepoint():
        post(too_much, key="again")
    post(remittance(member, 1))
    assert not post(too_much, key="again").repeated


def test_what_was_announced_is_compared():
    member = account()
    said = ledger.Expect(vouchers=1, member_lines=1, member_total=100, debit_total=100)
    ledger.post([remittance(member, 100)], key="e1", scope="test", expect=said)
    with refused("ledger.totals"):
        ledger.post([remittance(member, 101)], key="e2", scope="test", expect=said)


def test_withdrawals_take_carried_money_first():
    member = account()
    post(remittance(member, 100, carried=100))
    post(remittance(member, 50))
    post(withdrawal(member, 70))
    assert (ledger.account(member).carried, ledger.account(member).current) == (30, 50)
    post(withdrawal(member, 70))
    assert (ledger.account(member).carried, ledger.account(member).current) == (0, 10)
    assert sound()


@pytest.mark.parametrize(
    ("value_date", "code"),
    [
        (DAY + timedelta(days=1), "ledger.value_date"),
        (date(2020, 1, 1), "ledger.value_date"),
        (date(2026, 6, 30), "ledger.restatement"),
    ],
)
def test_value_dates_outside_the_account_or_its_open_year(value_date, code):
    member = account()
    with refused(code):
        post(remittance(member, 100, value_date=value_date))


def test_loans_and_suspense_have_their_lines():
    loan = ledger.open_loan(
        5_000 + number(), contract_no=f"C{number()}", on=DAY, key=f"l{number()}"
    )
    person = ledger_person(loan)
    post(
        general(
            GlLine("12101", 900), at_bank(-900),
            loans=(LoanLine(loan, 900, "disbursement", DAY),),
        )
    )  # fmt: skip
    assert ledger.loan_of_person(person).balance == 900
    post(
        general(
            at_bank(500), GlLine("21901", -500),
            suspense=(SuspenseLine("21901", "employer", "44", 500, "received"),),
        )
    )  # fmt: skip
    assert Suspense.objects.get(subject="21901", source_id="44").balance == 500
    assert sound()


def ledger_person(loan_id: int) -> int:
    from anju.ledger.models import Loan

    return Loan.objects.get(id=loan_id).person_id


def test_more_repaid_than_owed_is_refused():
    loan = ledger.open_loan(
        5_000 + number(), contract_no=f"C{number()}", on=DAY, key=f"l{number()}"
    )
    with refused("ledger.insufficient"):
        post(
            general(
                at_bank(100), GlLine("12101", -100),
                loans=(LoanLine(loan, -100, "repayment", DAY),),
            )
        )  # fmt: skip


def test_a_return_waits_in_suspense_once():
    voucher = ledger.return_to_suspense(
        "YC0120261120000001", bank_account_id=10101, amount=700, occurred_at=AT
    )
    post(voucher)
    assert ledger.control_total("21902") == -700
    with refused("ledger.source_reused"):
        post(voucher)


def test_general_lines_are_as_said():
    posted = post(remittance(account(), 100))
    lines = WrittenGlLine.objects.filter(voucher_id=posted.voucher_ids[0]).order_by("line_no")
    assert [
        (line.subject, line.amount, line.employer_id, line.bank_account_id) for line in lines
    ] == [
        ("101", 100, None, 10101),
        ("201", -100, 7, None),
    ]


def test_several_vouchers_are_all_or_none(transactional_savepoint):
    rich, poor = account(balance=100), account()
    with refused("ledger.insufficient"), transactional_savepoint():
        post(withdrawal(rich, 100), withdrawal(poor, 1))
    assert ledger.account(rich).balance == 100
    posted = post(withdrawal(rich, 100), remittance(poor, 1))
    assert posted.voucher_ids == tuple(sorted(posted.voucher_ids))
    assert WrittenLine.objects.filter(voucher_id__in=posted.voucher_ids).count() == 2
    assert sound()
