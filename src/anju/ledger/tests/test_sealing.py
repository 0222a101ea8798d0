"""A closing day is proven, hashed, numbered, signed by two and sealed; in order, once, for good."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.db import transaction

from anju import ledger
from anju.ledger import books, vouchers
from anju.ledger.calls import row, rows
from anju.ledger.tests.books import (
    DAY,
    account,
    post,
    refused,
    remittance,
    sound,
    withdrawal,
)
from anju.ledger.vouchers import Wanted

NEXT = DAY + timedelta(days=1)
DEC = date(2026, 12, 1)


def busy_day(to: date) -> None:
    """A few vouchers on the open day, and the flip to the next."""
    one, two = account(balance=50_000), account(balance=70_000)
    post(withdrawal(one, 10_000), remittance(two, 5))
    ledger.flip_day(to)


def seal(day: date, *, segment: str = "day") -> ledger.DayRow:
    while True:
        hashed, vouchers = ledger.hash_vouchers(day, limit=3, segment=segment)
        if hashed == vouchers:
            break
    root = ledger.root_day(day, segment=segment)
    ledger.sign_day(day, signer="accountant.one", root=root, segment=segment)
    return ledger.seal_day(day, signer="accountant.two", root=root, segment=segment)


def test_days_are_sealed_one_after_the_other(open_books):
    busy_day(NEXT)
    busy_day(DEC)
    assert [each.day for each in ledger.days_to_seal()] == [DAY, NEXT]
    assert ledger.prove_day(DAY) == ()
    first, second = seal(DAY), seal(NEXT)
    assert (first.chain_no, second.chain_no) == (1, 2)
    assert first.prev_root == bytes(32)
    assert second.prev_root == first.root
    assert ledger.days_to_seal() == ()
    assert seal_again(second) == second
    assert sound()


def seal_again(day: ledger.DayRow) -> ledger.DayRow:
    assert day.root
    return ledger.seal_day(day.day, signer="accountant.two", root=day.root)


def test_an_empty_day_has_a_root_of_its_own(open_books):
    ledger.flip_day(NEXT)
    ledger.flip_day(DEC)
    first, second = seal(DAY), seal(NEXT)
    assert first.root != second.root
    assert sound()


def test_numbers_go_on_in_a_month_and_start_again_in_the_next(open_books):
    busy_day(NEXT)
    busy_day(DEC)
    busy_day(DEC + timedelta(days=1))
    for day in [each.day for each in ledger.days_to_seal()]:
        seal(day)
    found = rows(
        "SELECT n.period, n.no FROM ledger_voucher_number n"
        " JOIN ledger_voucher h ON h.id = n.voucher_id ORDER BY h.accounting_date, h.id"
    )
    november, december = (
        [no for p, no in found if p == 202611],
        [no for p, no in found if p == 202612],
    )
    assert november == list(range(1, 9))
    assert december == list(range(1, 5))


def test_a_leaf_and_a_root_are_what_the_paper_says(open_books):
    busy_day(NEXT)
    sealed = seal(DAY)
    leaves = [
        leaf_by_hand(voucher_id)
        for (voucher_id,) in rows(
            "SELECT id FROM ledger_voucher WHERE accounting_date = %s ORDER BY id", [DAY]
        )
    ]
    head = json.dumps(["day", DAY.isoformat(), "day", len(leaves)]) + "\n"
    root = hashlib.sha256(head.encode() + bytes(32) + b"".join(leaves)).digest()
    assert sealed.root == root


def leaf_by_hand(voucher_id: int) -> bytes:
    """A voucher's leaf by the standard library, as an auditor's program would make it."""
    head = row(
        "SELECT id, kind, accounting_date::text, segment, source_type, source_id, seq, gl_lines,"
        " member_lines, loan_lines, suspense_lines, debit_total, credit_total, member_total,"
        " loan_total, suspense_total, reverses, summary, maker, checker,"
        " (extract(epoch FROM occurred_at) * 1000000)::bigint FROM ledger_voucher WHERE id = %s",
        [voucher_id],
    )
    told = [["voucher", *head]]
    for name, columns in (
        ("gl", "line_no, subject, employer_id, bank_account_id, amount"),
        (
            "member",
            "line_no, account_id, kind, amount, carried_delta, value_date::text, balance_after",
        ),
    ):
        told += [
            [name, *line]
            for line in rows(
                f"SELECT {columns} FROM ledger_{name}_line WHERE voucher_id = %s ORDER BY line_no",
                [voucher_id],
            )
        ]
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in told)
    return hashlib.sha256(text.encode()).digest()


def test_no_day_before_its_turn(open_books, transactional_savepoint):
    with refused("ledger.day_open"), transactional_savepoint():
        ledger.hash_vouchers(DAY)
    busy_day(NEXT)
    busy_day(DEC)
    ledger.hash_vouchers(NEXT)
    with refused("ledger.day_order"), transactional_savepoint():
        ledger.root_day(NEXT)
    ledger.hash_vouchers(DAY)
    root = ledger.root_day(DAY)
    with refused("ledger.day_order"), transactional_savepoint():
        ledger.root_day(NEXT)
    assert ledger.root_day(DAY) == root, "asked again it says the same"


def test_a_day_needs_all_its_leaves(open_books, transactional_savepoint):
    busy_day(NEXT)
    ledger.hash_vouchers(DAY, limit=1)
    with refused("ledger.day_unproven"), transactional_savepoint():
        ledger.root_day(DAY)


def test_two_people_sign_what_they_saw(open_books, transactional_savepoint):
    busy_day(NEXT)
    ledger.hash_vouchers(DAY)
    root = ledger.root_day(DAY)
    with refused("ledger.signed_already"), transactional_savepoint():
        ledger.seal_day(DAY, signer="b", root=root)
    with refused("ledger.root_changed"), transactional_savepoint():
        ledger.sign_day(DAY, signer="a", root=bytes(32))
    ledger.sign_day(DAY, signer="a", root=root)
    ledger.sign_day(DAY, signer="a", root=root)
    with refused("ledger.signed_already"), transactional_savepoint():
        ledger.sign_day(DAY, signer="b", root=root)
    with refused("ledger.maker_is_checker"), transactional_savepoint():
        ledger.seal_day(DAY, signer="a", root=root)
    assert ledger.day_row(DAY).state == "closing"
    ledger.seal_day(DAY, signer="b", root=root)
    with refused("ledger.signed_already"), transactional_savepoint():
        ledger.seal_day(DAY, signer="c", root=root)


def test_control_balances_carry_on(open_books):
    busy_day(NEXT)
    busy_day(DEC)
    seal(DAY)
    seal(NEXT)
    found = {
        day: (debit, credit)
        for day, debit, credit in rows(
            "SELECT day, debit, credit FROM ledger_control_balance WHERE subject = '101'"
            " AND bank_account_id = 10101"
        )
    }
    assert found == {DAY: (120_005, 10_000), NEXT: (240_010, 20_000)}


@pytest.mark.parametrize(
    "act",
    [
        "INSERT INTO ledger_voucher_leaf VALUES ('{day}', 'day', 9, sha256('x'))",
        "UPDATE ledger_voucher_leaf SET hash = sha256('x')",
        "DELETE FROM ledger_voucher_leaf",
        "TRUNCATE ledger_voucher_leaf",
        "INSERT INTO ledger_voucher_number SELECT 202611, 999, max(voucher_id)"
        " FROM ledger_voucher_leaf",
        "UPDATE ledger_voucher_number SET no = no + 100",
        "DELETE FROM ledger_voucher_number",
        "INSERT INTO ledger_control_balance VALUES ('{day}', '999', 0, 1, 1)",
        "UPDATE ledger_control_balance SET debit = debit + 1",
        "DELETE FROM ledger_control_balance",
        "UPDATE ledger_business_day SET root = sha256('x') WHERE day = '{day}'",
        "UPDATE ledger_business_day SET signature = 'x' WHERE day = '{day}'",
        "UPDATE ledger_business_day SET state = 'open' WHERE day = '{day}'",
        "INSERT INTO ledger_business_day (day, state) VALUES ('2026-11-01', 'closing')",
        "UPDATE ledger_business_day SET state = 'sealed', root = sha256('x'), chain_no = 7,"
        " prev_root = sha256('x'), signature = 'x', signer1 = 'a', signer2 = 'b'"
        " WHERE state = 'closing'",
    ],
)
def test_even_the_owner_is_refused(committed_books, act):
    busy_day(NEXT)
    busy_day(DEC)
    seal(DAY)
    owner = committed_books.connect("migrate")
    with pytest.raises(Exception, match=r"ledger\.(append_only|day_sealed)|violates"):
        owner.execute(act.format(day=DAY))
    owner.close()


# What an owner with every trigger asleep can spoil before the seal: the day stays closing.
SPOILT = {
    "voucher": "UPDATE ledger_gl_line SET amount = amount + 1 WHERE voucher_id = {voucher}"
    " AND line_no = 1",
    "sub-ledgers of a voucher": "UPDATE ledger_gl_line SET subject = '101'"
    " WHERE voucher_id = {voucher} AND subject = '201'",
    "member lines of a voucher": "DELETE FROM ledger_member_line WHERE voucher_id = {voucher}",
    "trial balance": "UPDATE ledger_gl_line SET amount = amount - 3 WHERE voucher_id = {voucher}"
    " AND line_no = 1",
    "control total": "UPDATE ledger_account SET balance = balance + 1 WHERE balance > 0",
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_day_that_does_not_hold_is_not_sealed(committed_books, kind):
    busy_day(NEXT)
    [voucher] = rows("SELECT max(id) FROM ledger_voucher")[0]
    admin = committed_books.connect("admin")
    admin.execute("SELECT set_config('search_path', %s, false)", [committed_books.databases.center])
    admin.execute("SET session_replication_role = replica")
    admin.execute(SPOILT[kind].format(voucher=voucher))
    admin.commit()
    admin.close()
    assert kind in {each.kind for each in ledger.prove_day(DAY)}
    ledger.hash_vouchers(DAY)
    with refused("ledger.day_unproven"), transaction.atomic():
        ledger.root_day(DAY)
    assert ledger.day_row(DAY).root is None


def test_what_changed_between_the_signatures_stops_the_seal(committed_books):
    busy_day(NEXT)
    ledger.hash_vouchers(DAY)
    root = ledger.root_day(DAY)
    ledger.sign_day(DAY, signer="a", root=root)
    admin = committed_books.connect("admin")
    admin.execute("SELECT set_config('search_path', %s, false)", [committed_books.databases.center])
    admin.execute("SET session_replication_role = replica")
    admin.execute("UPDATE ledger_voucher SET summary = 'another' WHERE accounting_date = %s", [DAY])
    admin.commit()
    admin.close()
    with refused("ledger.day_unproven"), transaction.atomic():
        ledger.seal_day(DAY, signer="b", root=root)
    assert ledger.day_row(DAY).state == "closing"


def test_nothing_is_posted_to_a_sealed_day(committed_books):
    busy_day(NEXT)
    seal(DAY)
    owner = committed_books.connect("migrate")
    with pytest.raises(Exception, match=r"ledger\.day_sealed|ledger\.totals"):
        owner.execute(
            "INSERT INTO ledger_voucher (kind, accounting_date, source_type, source_id, gl_lines,"
            " debit_total, credit_total, occurred_at)"
            f" VALUES ('x', '{DAY}', 't', '1', 2, 1, 1, now())"
        )
    owner.close()


def test_books_read_the_same_before_and_after_a_seal(open_books):
    busy_day(NEXT)
    busy_day(DEC)
    post(remittance(account(), 7))
    spans = [(DAY, DAY), (DAY, DEC), (NEXT, NEXT), (NEXT, DEC), (DEC, DEC)]

    def read():
        return [books.subject_balances(since=since, until=until) for since, until in spans], [
            books.trial_balance(day) for day in (DAY, NEXT, DEC)
        ]

    before = read()
    seal(DAY)
    assert read() == before
    seal(NEXT)
    assert read() == before


def test_a_voucher_has_its_number_once_its_day_is_closed(open_books):
    busy_day(NEXT)
    [head] = vouchers.voucher_heads(since=DAY, until=DAY, limit=1)
    assert head.printed_number == ""
    seal(DAY)
    [head] = vouchers.voucher_heads(since=DAY, until=DAY, limit=1)
    assert head.printed_number == "202611-0004"
    for typed in ("202611-0004", "202611-4"):
        found = vouchers.voucher_heads(since=NEXT, until=NEXT, wanted=Wanted(number=typed))
        assert found == (head,)
