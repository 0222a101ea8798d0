"""`verify` names what was done to the tables behind the database's back: one fen is enough."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction

import pytest
from psycopg import Connection

from anju import ledger
from anju.domain.interest_terms import Rates, Stretch
from anju.domain.vouchers import GlLine, LoanLine, Voucher
from anju.ledger.tests.books import (
    AT,
    BANK,
    DAY,
    account,
    at_bank,
    listed,
    number,
    post,
    remittance,
    sound,
    withdrawal,
)
from anju.ledger.verify import Break, breaks_in

# What a superuser can do with every trigger asleep, and the proof that must name it.
PLANTED = {
    "balance": "UPDATE ledger_account SET balance = balance + 1 WHERE id = {member}",
    "control total": "UPDATE ledger_account SET balance = balance - 1 WHERE id = {member}",
    "employer": "UPDATE ledger_account SET employer_id = 9 WHERE id = {member}",
    "carried": "UPDATE ledger_account SET carried = carried + 1 WHERE id = {member}",
    "v": "UPDATE ledger_account SET v = v + 1 WHERE id = {member}",
    "N of the last year": "UPDATE ledger_account SET n_prev = n_prev + 1 WHERE id = {member}",
    "interest year": "UPDATE ledger_account SET interest_from = '2027-07-02' WHERE id = {member}",
    "held": "UPDATE ledger_account SET held = held + 1 WHERE id = {member}",
    "freezes": "UPDATE ledger_account SET freezes = 1 WHERE id = {member}",
    "closing": "UPDATE ledger_account SET state = 'closing' WHERE id = {member}",
    "voucher's member lines": "UPDATE ledger_member_line SET amount = amount + 1"
    " WHERE account_id = {member}",
    "running balance": "UPDATE ledger_member_line SET balance_after = balance_after + 1"
    " WHERE account_id = {member}",
    "voucher": "UPDATE ledger_gl_line SET amount = amount + 1"
    " WHERE voucher_id = {voucher} AND line_no = 1",
    "voucher's sub-ledgers": "UPDATE ledger_gl_line SET subject = '101'"
    " WHERE voucher_id = {voucher} AND subject = '201'",
    "bank account": "UPDATE ledger_gl_line SET bank_account_id = 10201 WHERE subject = '101'",
    "subject": "UPDATE ledger_gl_line SET subject = '999' WHERE voucher_id = {voucher}",
    "line without voucher": "DELETE FROM ledger_voucher WHERE id = {voucher}",
    "key": "DELETE FROM ledger_voucher WHERE id = {voucher}",
    "two people": "ALTER TABLE ledger_voucher DROP CONSTRAINT ledger_voucher_two_people;"
    " UPDATE ledger_voucher SET maker = 'a', checker = 'a' WHERE id = {voucher}",
    "batch": "UPDATE ledger_batch SET done_total = done_total - 1, total = total - 1",
    "reversal": "UPDATE ledger_voucher SET reverses = 987654321 WHERE id = {voucher}",
    "business day": "UPDATE ledger_voucher SET accounting_date = '2020-01-01' WHERE id = {voucher}",
    "settled order": "UPDATE ledger_hold SET amount = amount + 1 WHERE state = 'settled'",
    "N as settled": "UPDATE ledger_interest_single SET n = n + 1 WHERE account_id = {closed}",
    "interest": "UPDATE ledger_interest_single SET interest = interest + 1"
    " WHERE account_id = {member_settled}",
    "interest as posted": "UPDATE ledger_interest_single SET interest = interest + 1"
    " WHERE account_id = {closed}",
    "interest sheet": "INSERT INTO ledger_interest_single (account_id, year, n, interest)"
    " VALUES ({released}, 2027, 0, 0)",
    "reinstated order": "UPDATE ledger_member_line SET value_date = value_date - 1"
    " WHERE kind = 'reinstated'",
    # One day's money came from another: the account's own figures still add up on the whole.
    "merged": "UPDATE ledger_member_line SET value_date = value_date - 1"
    " WHERE kind = 'merged' AND account_id = {member_settled}",
    "loan": "UPDATE ledger_loan SET balance = balance + 1",
    "voucher's loan lines": "DELETE FROM ledger_loan_line",
    "suspense": "UPDATE ledger_suspense SET balance = balance + 1",
    "voucher's suspense lines": "DELETE FROM ledger_suspense_line",
    "one account per person": "DROP INDEX ledger_account_one_per_person;"
    " UPDATE ledger_account SET person_id = 1 WHERE state <> 'closed'",
    "bounds": "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_amounts;"
    " UPDATE ledger_account SET carried = balance + 1 WHERE id = {member}",
    "guard trigger": "ALTER TABLE ledger_member_line_{month} DISABLE TRIGGER append_only",
    "guard constraint": "ALTER TABLE ledger_loan DROP CONSTRAINT ledger_loan_balance",
    "guard index": "DROP INDEX ledger_hold_one_closing",
    "partition": "ALTER TABLE ledger_loan_line DETACH PARTITION ledger_loan_line_{month}",
    "right": "GRANT INSERT ON ledger_gl_line TO yuncheng_app",
    "function": "GRANT EXECUTE ON FUNCTION _ledger_refuse TO yuncheng_app",
}
PLANTED_AGAIN = {
    "reinstated order": "UPDATE ledger_voucher SET kind = 'payout.again'"
    " WHERE kind = 'payout.reinstated'",
    "merged": "DELETE FROM ledger_account_merge",
    "N as settled": "UPDATE ledger_interest_single SET n = n + 1"
    " WHERE account_id = {back} AND revision = 1",
    "interest": "UPDATE ledger_interest_single SET interest = interest + 1 WHERE terms IS NOT NULL",
    "batch": "UPDATE ledger_batch_slice SET total = total + 1, waiting = waiting + 1",
    "N of the last year": "UPDATE ledger_account SET n_prev_carried = n_prev_carried + 1"
    " WHERE id = {member}",
    # One member's fen on another's line: the voucher still adds up.
    "interest as posted": "UPDATE ledger_interest_sheet"
    " SET interest[1] = interest[1] + 1, interest[2] = interest[2] - 1",
    "interest sheet": "UPDATE ledger_interest_sheet SET rolled[1] = NULL",
    "function": "ALTER FUNCTION ledger_enter_day RESET search_path",
    "partition": "CREATE TABLE ledger_gl_line_rest PARTITION OF ledger_gl_line DEFAULT",
    "voucher's member lines": "INSERT INTO ledger_member_line SELECT account_id, accounting_date,"
    " voucher_id, line_no + 1, kind, amount, carried_delta, value_date, balance_after"
    " FROM ledger_member_line WHERE account_id = {member}",
    "balance": "DELETE FROM ledger_member_line WHERE account_id = {member}",
}


def furnish() -> dict[str, object]:
    """Books with one of everything that a proof looks at."""
    member, settled, closed, by_terms, back = (account(balance=1_000_000) for _ in range(5))
    released = [account(balance=2_000_000) for _ in range(2)]
    [voucher] = post(remittance(member, 50)).voucher_ids
    for each in (closed, back):
        hold = ledger.place_hold(each, case_id=number(), purpose=ledger.CLOSING, amount=1_000_000)
        ledger.order_hold(
            hold, order_no=f"O-{each}", principal=1_000_000, interest=3, interest_until=DAY
        )
        ledger.settle_closing(hold, [withdrawal(each, 1_000_000, interest=3)], key=f"s{each}")
    post(ledger.return_to_suspense("O-r", bank_account_id=BANK, amount=5, occurred_at=AT))
    post(
        ledger.return_to_suspense(
            f"O-{back}", bank_account_id=BANK, amount=1_000_003, occurred_at=AT
        )
    )
    ledger.reinstate(
        hold, waits_under=f"O-{back}", value_date=DAY, years=(), maker="a", checker="b",
        occurred_at=AT,
    )  # fmt: skip
    goes = account(balance=800)
    ledger.seal(goes)
    ledger.merge_accounts(goes, settled, key="m", maker="a", checker="b", occurred_at=AT)
    loan = ledger.open_loan(77, contract_no="C", on=DAY, key="l")
    post(
        Voucher(
            "loan", source_type="test", source_id=number(), occurred_at=AT,
            gl=(GlLine("12101", 900), at_bank(-900)),
            loans=(LoanLine(loan, 900, "disbursement", DAY),),
        )
    )  # fmt: skip
    batch = ledger.open_batch(ledger.Announced(1, 1, 70), key="b", scope="test")
    ledger.stage(batch, [listed([(member, 70, DAY)])])
    ledger.post_batch(batch)
    ledger.flip_day(date(2027, 7, 1))
    ledger.settle_year(settled, rate=Fraction("0.015"), day_base=360, occurred_at=AT)
    two_rates = Stretch(
        date(2026, 7, 1), date(2027, 7, 1), Rates(Fraction("0.02"), Fraction("0.01"))
    )
    ledger.settle_year(
        by_terms, rate=Fraction(1), day_base=360, occurred_at=AT,
        terms=ledger.YearTerms((two_rates,), "whole"),
    )  # fmt: skip
    ledger.propose_interest(after=released[0] - 1, span=2, rate=Fraction("0.015"), day_base=360)
    ledger.open_interest(2027)
    ledger.release_interest(2027, maker="a", checker="b", occurred_at=AT)
    return {
        "member": member, "member_settled": settled, "closed": closed, "voucher": voucher,
        "month": f"{DAY:%Y%m}", "released": released[0], "back": back,
    }  # fmt: skip


@pytest.mark.mutants
def test_every_planted_error_is_named(committed_books):
    names = furnish()
    assert sound()
    missed = []
    for kind, sql in (*PLANTED.items(), *PLANTED_AGAIN.items()):
        found = planted(committed_books, sql.format(**names))
        if kind not in {each.kind for each in found}:
            missed.append((kind, sql, found))
    assert not missed
    assert sound(), "each planting was undone"


def planted(database, sql: str) -> list[Break]:
    """The breaks seen with this done, by the one who did it, before it is undone."""
    with as_owner(database) as admin:
        admin.execute(sql)
        return list(breaks_in(lambda sql, params: admin.execute(sql, params).fetchall()))


@contextmanager
def as_owner(database) -> Iterator[Connection]:
    """Somebody for whom every trigger sleeps; what he did is undone."""
    admin = database.connect("admin")
    admin.execute("SELECT set_config('search_path', %s, false)", [f"{database.databases.center}"])
    admin.execute("SET session_replication_role = replica")
    try:
        yield admin
    finally:
        admin.rollback()
        admin.close()
