"""Which tables leave for the auditor, with which columns, in which order.

Persons leave as account keys only. An absent value is an empty cell; a text that is there and empty
is written as two quotation marks, because a leaf tells the two apart.
"""

from typing import NamedTuple


class Table(NamedTuple):
    """One file: its name, its header, and the statement that makes its rows."""

    name: str
    columns: tuple[str, ...]
    sql: str
    bounded: bool = False
    """Whether the statement takes the first and the last day."""


def _columns(words: str) -> tuple[str, ...]:
    return tuple(words.split())


TABLES = (
    Table(
        "subjects.csv", _columns("code name side"),
        "SELECT code, name, side FROM ledger_subject ORDER BY code",
    ),
    Table(
        "accounts.csv", _columns("account_id employer_id state opened_on"),
        "SELECT id, employer_id, state, opened_on FROM ledger_account ORDER BY id",
    ),
    Table(
        "seals.csv",
        _columns("day segment state chain_no prev_root root signature signer1 signer2"),
        "SELECT day, segment, state, chain_no, encode(prev_root, 'hex'), encode(root, 'hex'),"
        " signature, signer1, signer2 FROM ledger_business_day ORDER BY chain_no, day, segment",
    ),
    Table(
        "vouchers.csv",
        _columns(
            "day voucher_id kind segment source_type source_id seq gl_lines member_lines loan_lines"
            " suspense_lines debit_total credit_total member_total loan_total suspense_total"
            " reverses summary maker checker occurred_us period no"
        ),
        "SELECT h.accounting_date, h.id, h.kind, h.segment, h.source_type, h.source_id, h.seq,"
        " h.gl_lines, h.member_lines, h.loan_lines, h.suspense_lines, h.debit_total,"
        " h.credit_total, h.member_total, h.loan_total, h.suspense_total, h.reverses, h.summary,"
        " h.maker, h.checker, (extract(epoch FROM h.occurred_at) * 1000000)::bigint, n.period, n.no"
        " FROM ledger_voucher h LEFT JOIN ledger_voucher_number n ON n.voucher_id = h.id"
        " WHERE h.accounting_date BETWEEN %s AND %s ORDER BY h.accounting_date, h.id",
        bounded=True,
    ),
    Table(
        "gl_lines.csv",
        _columns("day voucher_id line_no subject employer_id bank_account_id amount"),
        "SELECT accounting_date, voucher_id, line_no, subject, employer_id, bank_account_id, amount"
        " FROM ledger_gl_line WHERE accounting_date BETWEEN %s AND %s"
        " ORDER BY accounting_date, voucher_id, line_no",
        bounded=True,
    ),
    Table(
        "member_lines.csv",
        _columns(
            "day voucher_id line_no account_id kind amount carried_delta value_date balance_after"
        ),
        "SELECT accounting_date, voucher_id, line_no, account_id, kind, amount, carried_delta,"
        " value_date, balance_after FROM ledger_member_line WHERE accounting_date BETWEEN %s AND %s"
        " ORDER BY accounting_date, voucher_id, line_no, account_id",
        bounded=True,
    ),
    Table(
        "loan_lines.csv",
        _columns("day voucher_id line_no loan_id kind amount value_date balance_after"),
        "SELECT accounting_date, voucher_id, line_no, loan_id, kind, amount, value_date,"
        " balance_after FROM ledger_loan_line WHERE accounting_date BETWEEN %s AND %s"
        " ORDER BY accounting_date, voucher_id, line_no, loan_id",
        bounded=True,
    ),
    Table(
        "suspense_lines.csv",
        _columns("day voucher_id line_no suspense_id kind amount account_id balance_after"),
        "SELECT accounting_date, voucher_id, line_no, suspense_id, kind, amount, account_id,"
        " balance_after FROM ledger_suspense_line WHERE accounting_date BETWEEN %s AND %s"
        " ORDER BY accounting_date, voucher_id, line_no, suspense_id",
        bounded=True,
    ),
    Table(
        "leaves.csv", _columns("day voucher_id segment hash"),
        "SELECT day, voucher_id, segment, encode(hash, 'hex') FROM ledger_voucher_leaf"
        " WHERE day BETWEEN %s AND %s ORDER BY day, voucher_id",
        bounded=True,
    ),
    # The sealed day before the first is what the first day's turnover is added to.
    Table(
        "control_balances.csv", _columns("day subject bank_account_id debit credit"),
        "SELECT day, subject, bank_account_id, debit, credit FROM ledger_control_balance"
        " WHERE day >= coalesce((SELECT max(day) FROM ledger_business_day WHERE segment = 'day'"
        " AND state = 'sealed' AND day < %s), '-infinity') AND day <= %s"
        " ORDER BY day, subject, bank_account_id",
        bounded=True,
    ),
)  # fmt: skip
