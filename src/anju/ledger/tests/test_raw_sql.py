"""Attacks by raw SQL, as the halls' role and as the tables' owner: each row must be refused."""

from datetime import date
from fractions import Fraction

import psycopg
import pytest
from django.db import transaction

from anju import ledger
from anju.ledger.tests.books import (
    AT,
    BANK,
    DAY,
    account,
    number,
    post,
    remittance,
    sound,
    withdrawal,
)

HEAD = (
    "INSERT INTO ledger_voucher (kind, accounting_date, source_type, source_id, gl_lines,"
    " member_lines, debit_total, credit_total, member_total, occurred_at)"
)
GL = (
    "INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, amount,"
    " bank_account_id)"
)
MEMBER = "INSERT INTO ledger_member_line"
# A voucher of 5 fen with its general lines; {0} are its promised member lines and their total.
WHOLE = (
    "WITH h AS (" + HEAD + " VALUES ('x', '{day}', 'raw', '{n}', 2, {members}, 5, 5, {total},"
    " '{day}') RETURNING id) " + GL + " SELECT '{day}', id, k, s, a, b FROM h,"
    " (VALUES (1, '101', 5, 10101), (2, '{credit}', -5, NULL)) g(k, s, a, b)"
)


def whole(*, members: int = 0, total: int = 0, credit: str = "40105", day: str = str(DAY)) -> str:
    return WHOLE.format(members=members, total=total, credit=credit, day=day, n=number())


# A sheet of settlements as its proposal stands, and as it is posted.
SHEET = (
    "INSERT INTO ledger_interest_sheet (year, no, state, first_account, last_account, rate,"
    " day_base, accounts, employers, n, interest, balance) VALUES (2020, 1, 'proposed', 1, 1, '1',"
    " 360, '{{1}}', '{{NULL}}', '{{1}}', '{{1}}', '{{1}}'); "
)
POSTED = SHEET + "UPDATE ledger_interest_sheet SET state = 'posted', rolled = '{{0}}'; "

# What an attack may name: an old voucher, an account, its open hold, this month's partitions.
ATTACKS = {
    "app": {
        "insert a voucher": HEAD + " VALUES ('x', '{day}', 'r', '1', 2, 0, 5, 5, 0, '{day}')",
        "insert a general line": GL + " VALUES ('{day}', {voucher}, 3, '101', 5, 10101)",
        "insert a member line": MEMBER
        + " VALUES ({account}, '{day}', {voucher}, 9, 'x', 5, 0, '{day}', 5)",
        "insert into a partition": MEMBER
        + "_{month} VALUES ({account}, '{day}', {voucher}, 9, 'x', 5, 0, '{day}', 5)",
        "raise a balance": "UPDATE ledger_account SET balance = balance + 1 WHERE id = {account}",
        "open an account": "INSERT INTO ledger_account (person_id, opened_on, interest_from)"
        " VALUES (1, '{day}', '2026-07-01')",
        "lock without the ledger": "SELECT * FROM ledger_account FOR UPDATE",
        "forget a key": "DELETE FROM ledger_posting_key",
        "empty the lines": "TRUNCATE ledger_member_line",
        "change a hold": "UPDATE ledger_hold SET amount = 1",
        "reopen a day": "UPDATE ledger_business_day SET state = 'open'",
        "lift a freeze": "UPDATE ledger_freeze SET state = 'lifted'",
        "call what is private": "SELECT _ledger_refuse('ledger.closed', '')",
        "switch a guard off": "ALTER TABLE ledger_voucher DISABLE TRIGGER ALL",
        "play a replica": "SET session_replication_role = replica",
        "become the owner": "SET ROLE yuncheng_owner",
        "make a temporary table": "CREATE TEMP TABLE ledger_account (id bigint)",
        "make a table": "CREATE TABLE mine (id bigint)",
        "take a partition off": "ALTER TABLE ledger_member_line DETACH PARTITION"
        " ledger_member_line_{month}",
    },
    "migrate": {
        "change a general line": "UPDATE ledger_gl_line SET amount = amount + 1",
        "change a member line": "UPDATE ledger_member_line SET amount = amount + 1",
        "change a line in its partition": "UPDATE ledger_member_line_{month} SET amount = 1",
        "delete a line": "DELETE FROM ledger_gl_line WHERE voucher_id = {voucher}",
        "delete a line in its partition": "DELETE FROM ledger_gl_line_{month}",
        "empty a partition": "TRUNCATE ledger_member_line_{month}",
        "empty the general lines": "TRUNCATE ledger_gl_line",
        "empty the loan lines": "TRUNCATE ledger_loan_line",
        "change a suspense line": "UPDATE ledger_suspense_line SET amount = 1",
        "change a voucher": "UPDATE ledger_voucher SET summary = 'x'",
        "delete a voucher": "DELETE FROM ledger_voucher WHERE id = {voucher}",
        "empty the vouchers": "TRUNCATE ledger_voucher CASCADE",
        "change a key's answer": "UPDATE ledger_posting_key SET result = '{{}}'",
        "forget a key": "DELETE FROM ledger_posting_key",
        "use a key twice": "INSERT INTO ledger_posting_key SELECT scope, key,"
        " sha256('other'), result FROM ledger_posting_key LIMIT 1",
        "remove an account": "DELETE FROM ledger_account WHERE id = {account}",
        "remove a hold": "DELETE FROM ledger_hold",
        "remove a settlement": "DELETE FROM ledger_interest_single",
        "remove a day": "DELETE FROM ledger_business_day",
        "a negative balance": "UPDATE ledger_account SET balance = -1, carried = 0"
        " WHERE id = {account}",
        "hold more than there is": "UPDATE ledger_account SET held = balance + 1"
        " WHERE id = {account}",
        "wake a closed account": "UPDATE ledger_account SET state = 'open' WHERE id = {closed}",
        "give an account away": "UPDATE ledger_account SET person_id = 1 WHERE id = {account}",
        "change an order": "UPDATE ledger_hold SET interest = 1 WHERE state = 'ordered'",
        "settle twice": "UPDATE ledger_hold SET voucher_id = 1 WHERE state = 'settled'",
        "change what was settled": "UPDATE ledger_interest_single SET interest = 1",
        "change a posted sheet": POSTED + "UPDATE ledger_interest_sheet SET interest = '{{2}}'",
        "change what it rolled": POSTED + "UPDATE ledger_interest_sheet SET rolled = '{{1}}'",
        "take its posting back": POSTED
        + "UPDATE ledger_interest_sheet SET state = 'proposed', rolled = NULL",
        "remove a posted sheet": POSTED + "DELETE FROM ledger_interest_sheet",
        "empty the sheets": SHEET + "TRUNCATE ledger_interest_sheet",
        "post what was not proposed": SHEET
        + "UPDATE ledger_interest_sheet SET state = 'posted', rolled = '{{0}}', n = '{{2}}'",
        "lists of two lengths": SHEET
        + "UPDATE ledger_interest_sheet SET state = 'posted', rolled = '{{0,0}}'",
        "reopen a day": "UPDATE ledger_business_day SET state = 'open' WHERE state = 'closing'",
        "open a second day": "INSERT INTO ledger_business_day (day, state)"
        " VALUES ('2027-01-01', 'open')",
        "seal alone": "UPDATE ledger_business_day SET state = 'sealed', root = 'x',"
        " signer1 = 'a', signer2 = 'a' WHERE state = 'closing'",
        "a header without lines": HEAD
        + " VALUES ('x', '{day}', 'r', '1', 2, 0, 5, 5, 0, '{day}')",
        "a header of no lines": HEAD + " VALUES ('x', '{day}', 'r', '1', 0, 0, 0, 0, 0, '{day}')",
        "an unbalanced voucher": whole().replace("-5, N", "-4, N"),
        "a header of other totals": whole().replace("5, 5, 0", "6, 6, 0"),
        "debit and credit differ": whole().replace("5, 5, 0", "5, 6, 0"),
        "201 without members": whole(credit="201"),
        "a voucher of yesterday": whole(day="2026-11-19"),
        "a voucher of a closing day": whole(day="2026-11-20"),
        "a line of nothing": whole().replace(
            ", -5, NULL)", ", -5, NULL), (3, '101', 0, 10101)"
        ),
        "a line on 101 without its bank account": whole().replace("10101", "NULL"),
        "a line on 101 at an account of 102": whole().replace("10101", "10201"),
        "another line at a bank account": whole().replace("-5, NULL", "-5, 10101"),
        "maker is checker": whole().replace(
            "occurred_at)", "occurred_at, maker, checker)"
        ).replace(f"'{DAY}') RETURNING", f"'{DAY}', 'a', 'a') RETURNING"),
        "a header of another transaction": whole().replace(
            "occurred_at)", "occurred_at, tx)"
        ).replace(
            f"'{DAY}') RETURNING",
            f"'{DAY}', (pg_current_xact_id()::text::bigint + 1)::text::xid8) RETURNING",
        ),
        "a general line for an old voucher": GL + " VALUES"
        " ('{old}', {voucher}, 3, '101', 5, 10101),"
        " ('{old}', {voucher}, 4, '40105', -5, NULL)",
        "the same in its partition": GL.replace("ledger_gl_line", "ledger_gl_line_{month}")
        + " VALUES ('{old}', {voucher}, 3, '101', 5, 10101),"
        " ('{old}', {voucher}, 4, '40105', -5, NULL)",
        "a member line for an old voucher": MEMBER
        + " VALUES ({account}, '{old}', {voucher}, 9, 'x', 5, 0, '{old}', 5)",
        "the same in its partition, too": MEMBER
        + "_{month} VALUES ({account}, '{old}', {voucher}, 9, 'x', 5, 0, '{old}', 5)",
        "a line without any voucher": MEMBER
        + " VALUES ({account}, '{day}', 987654321, 9, 'x', 5, 0, '{day}', 5)",
        "a loan line without any voucher": "INSERT INTO ledger_loan_line VALUES"
        " (1, '{day}', 987654321, 1, 'x', 5, '{day}', 5)",
        "more general lines in the same transaction": whole() + "; " + GL
        + " SELECT '{day}', currval('ledger_voucher_id_seq'), k, s, a, b FROM"
        " (VALUES (3, '101', 5, 10101), (4, '40105', -5, NULL)) g(k, s, a, b)",
        "the same after a savepoint": "SAVEPOINT s; " + whole() + "; RELEASE s; SAVEPOINT s; " + GL
        + " SELECT '{day}', currval('ledger_voucher_id_seq'), k, s, a, b FROM"
        " (VALUES (3, '101', 5, 10101), (4, '40105', -5, NULL)) g(k, s, a, b)",
        "member lines short of the promise": whole(members=1, total=5, credit="201") + "; "
        + MEMBER + " SELECT {account}, '{day}', currval('ledger_voucher_id_seq'), 1, 'x', 4, 0,"
        " '{day}', 5",
        "a month that is not there": whole(day="2099-01-01"),
    },
}  # fmt: skip


@pytest.fixture
def ground(committed_books):
    """An old voucher of a closing day, an open account, an ordered one, a closed one."""
    member, ordered, closed = (account(balance=100) for _ in range(3))
    [voucher] = post(remittance(member, 50)).voucher_ids
    for each in (ordered, closed):
        hold = ledger.place_hold(each, case_id=number(), purpose=ledger.CLOSING, amount=100)
        ledger.order_hold(
            hold, order_no=f"O{number()}", principal=100, interest=0, interest_until=DAY
        )
    ledger.settle_closing(hold, [withdrawal(closed, 100)], key="s")
    ledger.post(
        [ledger.return_to_suspense("O-r", bank_account_id=BANK, amount=5, occurred_at=AT)],
        key="r",
        scope="test",
    )
    today = ledger.flip_day(DAY.replace(day=23))
    assert sound()
    return {
        "account": member, "closed": closed, "voucher": voucher, "old": DAY, "day": today,
        "month": f"{DAY:%Y%m}",
    }  # fmt: skip


@pytest.mark.parametrize("role", ATTACKS)
def test_raw_sql_is_refused(committed_books, ground, role):
    connection = committed_books.connect(role)
    table = []
    for name, sql in ATTACKS[role].items():
        # The table was written for the first day; its own day is the attack where it says so.
        if "yesterday" not in name and "closing day" not in name and "not there" not in name:
            sql = sql.replace(str(DAY), str(ground["day"]))
        try:
            connection.execute(sql.format(**ground))
            table.append((name, "NOT REFUSED"))
        except psycopg.Error as error:
            table.append((name, f"{error.sqlstate} {error.diag.message_primary}"))
        connection.rollback()
    for name, answer in table:
        print(f"{role:8} {name:45} {answer}")  # noqa: T201 (the table is what this test shows)
    through = [name for name, answer in table if answer == "NOT REFUSED"]
    blind = [row for row in table if row[1][:5] in ("42601", "42703", "42P01", "42883", "22P02")]
    assert not through
    assert not blind, "an attack that does not even parse proves nothing"
    assert sound()


def test_lines_by_copy_are_refused(committed_books, ground):
    connection = committed_books.connect("migrate")
    for table in ("ledger_member_line", f"ledger_member_line_{ground['month']}"):
        row = (ground["account"], DAY, ground["voucher"], 9, "x", 5, 0, DAY, 5)
        with (
            pytest.raises(psycopg.Error, match=r"ledger\.totals"),
            connection.cursor().copy(f"COPY {table} FROM STDIN") as copy,
        ):
            copy.write_row(row)
        connection.rollback()


def test_a_voucher_within_savepoints_is_one_of_this_transaction(committed_books, ground):
    connection = committed_books.connect("migrate")
    connection.execute("SAVEPOINT a")
    connection.execute(whole().replace(str(DAY), str(ground["day"])))
    connection.execute("RELEASE a")
    connection.commit()
    assert sound()


def test_a_callers_search_path_and_temporary_tables_change_nothing(committed_books, ground):
    admin = committed_books.connect("admin", autocommit=True)
    admin.execute(f'GRANT TEMP ON DATABASE "{committed_books.name}" TO yuncheng_app')
    app = committed_books.connect("app")
    app.execute("CREATE TEMP TABLE ledger_account (LIKE ledger_account INCLUDING ALL)")
    app.execute("CREATE TEMP TABLE ledger_posting_key (LIKE ledger_posting_key INCLUDING ALL)")
    app.execute("CREATE TEMP TABLE ledger_business_day (LIKE ledger_business_day INCLUDING ALL)")
    app.execute(
        "CREATE FUNCTION pg_temp.seen() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$"
    )
    for table in ("ledger_account", "ledger_posting_key"):
        app.execute(
            f"CREATE TRIGGER seen BEFORE INSERT OR UPDATE ON pg_temp.{table}"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.seen()"
        )
    app.execute("SET search_path = pg_temp, yuncheng")
    app.execute(
        "SELECT yuncheng.ledger_post('test', 'path', sha256('x'), ARRAY[%s]::bigint[], %s)",
        [ground["account"], _payload(ground["account"])],
    )
    app.commit()
    assert ledger.account(ground["account"]).balance == 157
    assert sound()


def test_a_sheet_leaves_out_who_has_a_settlement_of_that_year(committed_books, ground):
    """As an account that closed in this very year and came back."""
    ledger.flip_day(date(2027, 7, 5))
    with committed_books.connect("migrate") as owner:
        owner.execute(
            "INSERT INTO ledger_interest_single (account_id, year, n, interest)"
            " VALUES (%s, 2027, 0, 0)",
            [ground["account"]],
        )
    with transaction.atomic():
        ledger.lock_accounts([ground["account"]])
    last, proposed = ledger.propose_interest(after=0, span=9, rate=Fraction("0.015"), day_base=360)
    assert (last, proposed) == (ground["account"] + 8, 0)
    assert ledger.interest_totals(2027).accounts == 0
    assert ledger.unsettled_accounts(limit=9) == (ground["account"],)


def _payload(member: int) -> str:
    from anju.ledger.posting import as_json, payload

    return as_json(payload([remittance(member, 7)]))


def test_an_account_not_named_for_locking_is_not_posted(committed_books, ground):
    app = committed_books.connect("app")
    with pytest.raises(psycopg.Error, match=r"ledger\.totals"):
        app.execute(
            "SELECT ledger_post('test', 'locks', sha256('x'), '{}', %s)",
            [_payload(ground["account"])],
        )


def test_posting_needs_read_committed(committed_books, ground):
    app = committed_books.connect("app")
    app.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with pytest.raises(psycopg.Error, match=r"ledger\.isolation"):
        app.execute("SELECT ledger_enter_day()")
