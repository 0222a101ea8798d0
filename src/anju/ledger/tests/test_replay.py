"""The books derived from their first voucher, and one fen changed behind the database's back."""

import ast
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from anju import ledger
from anju.ledger import replay as replay_room
from anju.ledger.calls import rows
from anju.ledger.replay import Replayed, replay, rows_of
from anju.ledger.replay.reckoning import earned, earned_by_terms, lying
from anju.ledger.tests.books import AT, DAY, post, remittance, sound
from anju.ledger.tests.test_sealing import busy_day, seal
from anju.ledger.tests.test_verify import as_owner, furnish

# What a superuser does with every trigger asleep, and the deviation that must name it.
PLANTED = [
    ("balance", "UPDATE ledger_account SET balance = balance + 1 WHERE id = {member}"),
    ("employer", "UPDATE ledger_account SET employer_id = 9 WHERE id = {member}"),
    ("carried", "UPDATE ledger_account SET carried = carried - 1 WHERE id = {settled}"),
    ("N", "UPDATE ledger_account SET v = v + 1 WHERE id = {member}"),
    ("N", "UPDATE ledger_account SET v_carried = v_carried + 1 WHERE id = {settled}"),
    ("N of the last year", "UPDATE ledger_account SET n_prev = n_prev + 1 WHERE id = {member}"),
    ("interest year", "UPDATE ledger_account SET n_prev = NULL, n_prev_carried = NULL"
     " WHERE id = {member}"),
    ("held", "UPDATE ledger_account SET held = held + 1 WHERE id = {member}"),
    ("closing", "UPDATE ledger_account SET state = 'closing' WHERE id = {settled}"),
    ("interest", "UPDATE ledger_interest_single SET interest = interest + 1"
     " WHERE account_id = {settled}"),
    ("interest", "UPDATE ledger_interest_single SET interest = interest + 1"
     " WHERE terms IS NOT NULL"),
    ("interest", "UPDATE ledger_interest_single SET"
     " terms = jsonb_set(terms, '{{stretches,0,3}}', '999') WHERE terms IS NOT NULL"),
    ("interest posted", "UPDATE ledger_interest_sheet SET interest[1] = interest[1] + 1"),
    ("N as settled", "UPDATE ledger_interest_sheet SET n[2] = n[2] + 1"),
    ("N as settled", "UPDATE ledger_interest_single SET n = n + 1 WHERE account_id = {closed}"),
    ("rate", "UPDATE ledger_interest_sheet SET rate = '16/1000'"),
    ("rate", "UPDATE ledger_interest_single SET rate = '16/1000' WHERE account_id = {settled}"),
    ("roll", "UPDATE ledger_interest_sheet SET rolled[1] = rolled[1] - 1"),
    ("interest year", "DELETE FROM ledger_interest_sheet"),
    ("interest year", "UPDATE ledger_interest_sheet SET rolled[1] = NULL"),
    ("order", "UPDATE ledger_hold SET amount = amount + 1 WHERE state = 'settled'"),
    ("order's day", "UPDATE ledger_hold SET interest_until = interest_until - 1"
     " WHERE state = 'settled'"),
    ("came back", "UPDATE ledger_member_line SET value_date = value_date - 1"
     " WHERE kind = 'reinstated'"),
    ("came back", "UPDATE ledger_voucher SET kind = 'payout.again'"
     " WHERE kind = 'payout.reinstated'"),
    ("came back", "UPDATE ledger_account SET state = 'sealed' WHERE id = {closed}"),
    ("came back carried", "UPDATE ledger_member_line SET carried_delta = 1"
     " WHERE kind = 'reinstated'"),
    ("N as settled", "UPDATE ledger_interest_single SET n = n + 1"
     " WHERE account_id = {back} AND revision = 1"),
    ("sub-ledgers", "UPDATE ledger_member_line SET amount = amount + 1"
     " WHERE voucher_id = {voucher}"),
    ("balance after", "UPDATE ledger_member_line SET amount = amount + 1"
     " WHERE voucher_id = {voucher}"),
    ("N of the last year", "UPDATE ledger_member_line SET value_date = value_date - 1"
     " WHERE voucher_id = {voucher}"),
    ("value date", "UPDATE ledger_member_line SET value_date = value_date + 1"
     " WHERE voucher_id = {voucher}"),
    ("line without voucher", "UPDATE ledger_member_line SET accounting_date = accounting_date + 1"
     " WHERE voucher_id = {voucher}"),
    ("sum", "UPDATE ledger_gl_line SET amount = amount + 1"
     " WHERE voucher_id = {voucher} AND line_no = 1"),
    ("control balance", "UPDATE ledger_gl_line SET amount = amount * 2"
     " WHERE voucher_id = {voucher}"),
    ("control total", "UPDATE ledger_gl_line SET subject = '219'"
     " WHERE voucher_id = {voucher} AND subject = '201'"),
    ("lines", "DELETE FROM ledger_gl_line WHERE voucher_id = {voucher} AND line_no = 2"),
    ("balance", "DELETE FROM ledger_member_line WHERE voucher_id = {voucher}"),
    ("line without voucher", "DELETE FROM ledger_voucher_leaf WHERE voucher_id = {voucher};"
     "DELETE FROM ledger_voucher WHERE id = {voucher}"),
    ("leaf", "DELETE FROM ledger_voucher WHERE id = {voucher}"),
    ("number", "DELETE FROM ledger_voucher_leaf WHERE voucher_id = {voucher};"
     "DELETE FROM ledger_voucher WHERE id = {voucher}"),
    ("leaf", "UPDATE ledger_voucher_leaf SET hash = sha256('x') WHERE voucher_id = {voucher}"),
    ("leaf", "UPDATE ledger_voucher SET summary = 'another' WHERE id = {voucher}"),
    ("day", "UPDATE ledger_voucher SET accounting_date = '2020-01-01' WHERE id = {voucher}"),
    ("root", "UPDATE ledger_business_day SET root = sha256('x') WHERE chain_no = 1"),
    ("chain", "UPDATE ledger_business_day SET prev_root = sha256('x') WHERE chain_no = 2"),
    ("number", "ALTER TABLE ledger_voucher_number DROP CONSTRAINT ledger_voucher_number_pkey;"
     " UPDATE ledger_voucher_number SET no = 3 - no WHERE no IN (1, 2)"),
    ("first number", "UPDATE ledger_voucher_number SET no = no + 1000"),
    ("control balance", "UPDATE ledger_control_balance SET debit = debit + 1 WHERE subject = '201'"
     " AND day = '{day}'"),
    ("control balance", "DELETE FROM ledger_control_balance WHERE subject = '101'"),
    ("loan", "UPDATE ledger_loan SET balance = balance + 1"),
    ("loan", "DELETE FROM ledger_loan_line"),
    ("suspense", "UPDATE ledger_suspense SET balance = balance + 1"),
    ("balance after", "UPDATE ledger_suspense_line SET balance_after = balance_after + 1"),
    ("account", "DELETE FROM ledger_hold WHERE account_id = {closed};"
     " DELETE FROM ledger_account WHERE id = {closed}"),
]  # fmt: skip


def terms(day: date) -> tuple[Fraction, int]:
    return Fraction("0.015"), 360


def sealed_books() -> dict[str, object]:
    """Books with one of everything, all of their past days sealed."""
    names = furnish()
    busy_day(date(2027, 7, 2))
    busy_day(date(2027, 7, 5))
    for day in [row.day for row in ledger.days_to_seal()]:
        seal(day)
    ledger.close_interest(2027)
    seal(date(2027, 6, 30), segment="adjustment")
    busy_day(date(2027, 7, 6))
    seal(date(2027, 7, 5))
    return names


def test_the_books_are_what_their_lines_make(open_books):
    names = sealed_books()
    post(remittance(names["member"], 700, value_date=date(2027, 6, 1)))
    post(remittance(names["released"], 800, value_date=date(2027, 6, 1)))
    ledger.restate(names["released"], occurred_at=AT)
    seen = Replayed()
    assert list(replay(rows_of, terms=terms, seen=seen)) == []
    assert sound()
    assert seen.accounts.balance == rows("SELECT sum(balance) FROM ledger_account")[0][0]
    assert seen.vouchers.vouchers == rows("SELECT count(*) FROM ledger_voucher")[0][0]
    [(years,)] = rows("SELECT count(*) FROM ledger_interest_settlement WHERE state = 'posted'")
    assert (seen.vouchers.days, seen.accounts.years) == (5, years)
    assert "5 days" in seen.says()


@pytest.mark.mutants
def test_every_planted_change_is_named(committed_books):
    names = sealed_books() | {"day": DAY}
    names["settled"] = names["member_settled"]
    assert list(replay(rows_of, terms=terms)) == []
    missed = []
    for kind, sql in PLANTED:
        with as_owner(committed_books) as admin:
            admin.execute(sql.format(**names))
            found = list(replay(lambda s, p: admin.execute(s, p), terms=terms))
        if kind not in {each.kind for each in found}:
            missed.append((kind, sql, found))
    assert not missed
    assert list(replay(rows_of, terms=terms)) == [], "each planting was undone"


def test_it_shares_nothing_with_posting():
    allowed = {"anju.ledger.replay", "django.db"}
    for file in Path(replay_room.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name.startswith(("anju", "django"))]
            assert all(name.startswith(tuple(allowed)) for name in ours), (file.name, ours)
        assert "ledger_interest" not in file.read_text().replace("ledger_interest_settlement", "")


def test_two_rates_and_stretches():
    whole = [(date(2014, 6, 1), 100_000), (date(2015, 1, 1), 50_000)]
    carried = [(date(2014, 6, 1), 100_000)]
    kept = (
        '{"per": 10000, "rounding": "%s", "stretches":'
        ' [["2014-07-01", "2015-03-01", 260, 35], ["2015-03-01", "2015-07-01", 50, 50]]}'
    )
    products = (100_000 * 243 * 260, 50_000 * 59 * 35, 150_000 * 122 * 50)
    exact = [Fraction(product, 10_000 * 360) for product in products]
    assert [float(each) for each in exact] == [1755.0, 28.680555555555557, 254.16666666666666]
    assert earned_by_terms(whole, carried, kept % "whole", 360) == 2038
    assert earned_by_terms(whole, carried, kept % "parts", 360) == 1755 + 29 + 254


def test_days_and_halves():
    entries = [(date(2027, 3, 1), -40), (date(2026, 7, 1), 100), (date(2027, 7, 9), 5)]
    assert lying(entries, date(2026, 7, 1), date(2027, 7, 1)) == 100 * 243 + 60 * 122
    assert lying(entries, date(2027, 3, 1), date(2027, 3, 1)) == 0
    assert [earned(n, Fraction(1, 2), 1) for n in (1, 3, -1, -3, 0)] == [1, 2, -1, -2, 0]
