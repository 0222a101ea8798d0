"""W5: what reading a city's books costs, next to a parallel scan of its lines."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import psycopg

from anju.ledger.proofs import PROOFS
from anju.ledger.turnover import BOOKED, SUBJECT
from bench.costs import Cost, seconds_of
from bench.sizes import Size
from bench.town import STAFF, Town, next_month

_SCAN = "SELECT sum(amount), count(*) FROM ledger_member_line"
_FROM_LINES = """
SELECT subject, sum(amount) FILTER (WHERE amount > 0), sum(amount) FILTER (WHERE amount < 0)
FROM ledger_gl_line GROUP BY subject
"""
# A month of everybody as W1 leaves it, without the posting: what is read is the same.
_FILL_LINES = """
INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind, amount,
                                carried_delta, value_date, balance_after)
SELECT id, %(day)s, %(voucher)s + (id - %(first)s) / %(staff)s, (id - %(first)s) %% %(staff)s + 1,
       'remittance', 100000, 0, %(day)s, balance + 100000
FROM ledger_account WHERE id >= %(first)s ORDER BY id
"""
_FILL_GENERAL = """
INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                            bank_account_id, amount)
SELECT %(day)s, %(voucher)s + n, g.line_no, g.subject, n + 1, g.bank, g.amount * %(staff)s
FROM generate_series(0, %(lists)s - 1) n
CROSS JOIN (VALUES (1, '101', 10101, 100000), (2, '201', NULL, -100000))
    AS g(line_no, subject, bank, amount)
"""
_FILL_HEADS = """
INSERT INTO ledger_voucher (id, kind, accounting_date, source_type, source_id, gl_lines,
                            member_lines, debit_total, credit_total, member_total, occurred_at)
SELECT %(voucher)s + n, 'remittance', %(day)s, 'filled', %(day)s || '/' || n, 2, %(staff)s,
       %(staff)s * 100000, %(staff)s * 100000, %(staff)s * 100000, %(day)s
FROM generate_series(0, %(lists)s - 1) n
"""
# What the seals of all days but the open one would have left for whoever reads.
_AS_IF_SEALED = """
INSERT INTO ledger_control_balance (day, subject, bank_account_id, debit, credit)
SELECT %(day)s, subject, coalesce(bank_account_id, 0), sum(greatest(amount, 0)),
       -sum(least(amount, 0))
FROM ledger_gl_line WHERE accounting_date <= %(day)s AND voucher_id NOT IN (
    SELECT id FROM ledger_voucher WHERE segment = 'adjustment')
GROUP BY 2, 3
"""


def reading(town: Town, size: Size) -> list[Cost]:
    """Trial balance and the proof of every account, each in turns with the scan."""
    with town.admin() as admin:
        _fill(admin, town, size.lines_to_read)
        sealed = _as_if_sealed(admin, town)
        admin.execute("VACUUM (ANALYZE)")
        admin.execute("SET work_mem = '64MB'")  # as `anju verify` has it
        today = town.day()
        pages = [sealed, "%", sealed, today, "%", sealed, "%"]
        sides: dict[str, Any] = {
            "scan": partial(admin.execute, _SCAN),
            "pages": partial(admin.execute, BOOKED.format(by=SUBJECT, end="<="), pages),
            "lines": partial(admin.execute, _FROM_LINES),
            "proof": partial(admin.execute, PROOFS["balance"]),
        }  # fmt: skip
        taken: dict[str, list[float]] = {name: [] for name in sides}
        sides["scan"]()
        for number in range(size.nights):
            for name in list(sides) if number % 2 == 0 else reversed(sides):
                taken[name].append(seconds_of(sides[name]))
    lines = town.one("SELECT count(*) FROM ledger_member_line")
    scan = "parallel scan of the lines"
    note = f"{lines:,} member lines, {town.count:,} accounts"
    return [
        Cost("W5 trial balance, as the pages have it", scan, "lines", lines, taken["pages"],
             taken["scan"], goal=0.2, note="control balances of the last seal, lines since"),
        Cost("  from all general lines", scan, "lines", lines, taken["lines"], taken["scan"],
             note="what nobody asks for"),
        Cost("W5 proof of every account", scan, "lines", lines, taken["proof"], taken["scan"],
             goal=6.0, note=note),
    ]  # fmt: skip


def _fill(admin: psycopg.Connection[Any], town: Town, lines: int) -> None:
    """Months of everybody until there are as many lines to read."""
    admin.execute("SET session_replication_role = replica")
    there = town.one("SELECT count(*) FROM ledger_member_line")
    months = max(0, -((there - lines) // town.count))
    for _month in range(months):
        town.flip(next_month(town.day()))
        values = {
            "day": town.day(), "first": town.first, "staff": STAFF, "lists": town.lists,
            "voucher": town.one("SELECT max(id) + 1 FROM ledger_voucher"),
        }  # fmt: skip
        for text in (_FILL_LINES, _FILL_GENERAL, _FILL_HEADS):
            admin.execute(text, values)
        admin.execute("SELECT setval('ledger_voucher_id_seq', max(id)) FROM ledger_voucher")
    admin.execute(
        "UPDATE ledger_account SET balance = balance + 100000 * %s WHERE id >= %s",
        [months, town.first],
    )
    admin.execute("RESET session_replication_role")


def _as_if_sealed(admin: psycopg.Connection[Any], town: Town) -> date:
    """The last day but the open one, with the control balances of its seal; nothing is hashed."""
    sealed: date = town.one(
        "SELECT max(day) FROM ledger_business_day WHERE segment = 'day' AND state <> 'open'"
    )
    admin.execute("SET session_replication_role = replica")
    admin.execute(_AS_IF_SEALED, {"day": sealed})
    admin.execute("RESET session_replication_role")
    return sealed
