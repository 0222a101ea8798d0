"""The books as rows for exchange with others, streamed in one snapshot; money in fen.

Each takes the first and the last accounting date. Whoever reads calls them inside
`anju.ledger.replay.streaming()`.
"""

from collections.abc import Iterator
from datetime import date

from anju.ledger.replay import Row, rows_of

_MOVEMENTS = """
    SELECT l.account_id, l.accounting_date, l.kind, l.amount, l.carried_delta, h.id, h.kind,
           h.reverses IS NOT NULL, coalesce(o.interest, 0)
    FROM ledger_member_line l
    JOIN ledger_voucher h ON h.id = l.voucher_id
    LEFT JOIN ledger_hold o
           ON o.voucher_id = l.voucher_id AND o.account_id = l.account_id AND o.state = 'settled'
    WHERE l.accounting_date BETWEEN %s AND %s
    ORDER BY l.account_id, l.accounting_date, l.voucher_id, l.line_no
"""
_OF_EMPLOYERS = """
    WITH settled AS (
        -- A sheet of settlements is one voucher for members of many employers.
        SELECT s.voucher_id, e.employer_id, count(*) AS people
        FROM ledger_interest_sheet s
        CROSS JOIN unnest(s.employers, s.interest, s.rolled) AS e(employer_id, interest, rolled)
        WHERE s.voucher_id IS NOT NULL AND e.interest <> 0 AND e.rolled IS NOT NULL
        GROUP BY s.voucher_id, e.employer_id
    )
    SELECT g.employer_id, h.accounting_date, h.id, h.kind, -sum(g.amount)::bigint,
           max(coalesce(i.people, h.member_lines)), bool_or(h.reverses IS NOT NULL)
    FROM ledger_gl_line g
    JOIN ledger_voucher h ON h.id = g.voucher_id
    LEFT JOIN settled i ON i.voucher_id = h.id AND i.employer_id = g.employer_id
    WHERE g.accounting_date BETWEEN %s AND %s AND g.subject LIKE '201%%'
      AND g.employer_id IS NOT NULL
    GROUP BY h.accounting_date, h.id, g.employer_id HAVING sum(g.amount) <> 0
    ORDER BY h.accounting_date, h.id, g.employer_id
"""
_VOUCHER_LINES = """
    SELECT h.accounting_date, n.period, n.no, h.id, h.summary, g.subject, g.amount,
           g.bank_account_id, h.reverses IS NOT NULL, g.line_no, h.source_type, h.source_id
    FROM ledger_gl_line g
    JOIN ledger_voucher h ON h.id = g.voucher_id
    LEFT JOIN ledger_voucher_number n ON n.voucher_id = h.id
    WHERE g.accounting_date BETWEEN %s AND %s
    ORDER BY h.accounting_date, h.id, g.line_no
"""
_GENERAL = """
    SELECT subject, accounting_date, debit, credit,
           sum(debit - credit) OVER (PARTITION BY subject ORDER BY accounting_date)
    FROM (
        SELECT subject, greatest(accounting_date, %s) AS accounting_date,
               sum(greatest(amount, 0))::bigint AS debit, -sum(least(amount, 0))::bigint AS credit
        FROM ledger_gl_line WHERE accounting_date <= %s GROUP BY 1, 2
    ) t
    ORDER BY subject, accounting_date
"""
_LOANS = "SELECT id, contract_no, opened_on, balance FROM ledger_loan ORDER BY id"
_LOAN_LINES = """
    SELECT b.contract_no, l.accounting_date, l.voucher_id, l.kind, l.amount, l.value_date
    FROM ledger_loan_line l JOIN ledger_loan b ON b.id = l.loan_id
    WHERE l.accounting_date BETWEEN %s AND %s ORDER BY l.loan_id, l.accounting_date, l.voucher_id
"""
_LAST_LINES = """
    SELECT account_id, max(accounting_date) FROM ledger_member_line
    WHERE account_id = ANY (%s) GROUP BY account_id
"""


def member_movements(first: date, last: date) -> Iterator[Row]:
    """Account, day, kind, fen, carried fen, voucher, its kind, reverses, interest of its order."""
    return rows_of(_MOVEMENTS, [first, last])


def employer_movements(first: date, last: date) -> Iterator[Row]:
    """Employer, day, voucher, its kind, fen credited to 201, member lines, reverses."""
    return rows_of(_OF_EMPLOYERS, [first, last])


def voucher_lines(first: date, last: date) -> Iterator[Row]:
    """Day, month, number, voucher, summary, subject, fen, bank account, reverses, line, source.

    The source is two columns, its type and its id.
    """
    return rows_of(_VOUCHER_LINES, [first, last])


def general_ledger(first: date, last: date) -> Iterator[Row]:
    """Subject, day, opening, debit, credit and closing fen of every day on which it moved."""
    before = date.fromordinal(first.toordinal() - 1)
    for subject, on, debit, credit, closing in rows_of(_GENERAL, [before, last]):
        if on >= first:
            yield subject, on, int(closing) - debit + credit, debit, credit, int(closing)


def loans() -> Iterator[Row]:
    """Loan, contract, day of opening, principal outstanding."""
    return rows_of(_LOANS, None)


def loan_movements(first: date, last: date) -> Iterator[Row]:
    """Contract, day, voucher, kind, fen, value date."""
    return rows_of(_LOAN_LINES, [first, last])


def last_lines(account_ids: list[int]) -> dict[int, date]:
    """The day of each account's newest line."""
    return dict(rows_of(_LAST_LINES, [account_ids]))
