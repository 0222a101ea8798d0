"""What was booked up to a day, without adding up sealed days again.

The control balances of the last sealed day before either end of a span are taken, the lines since,
and the adjustments of days before, which control balances leave out. A seal is never undone, so
both ends may be read apart.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from anju.ledger.calls import row, rows

Key = TypeVar("Key", str, int)
Turnover = Mapping[Key, tuple[int, int, int]]
"""By key: signed sum before the span (debit above zero), debits and credits in it; fen."""

SUBJECT, BANK_ACCOUNT = "subject", "bank_account_id"
# {by} is one of the two above, {end} is < or <=.
BOOKED = """
    SELECT c.{by}, c.debit, c.credit FROM ledger_control_balance c
    WHERE c.day = %s::date AND c.subject LIKE %s
    UNION ALL
    SELECT l.{by}, sum(greatest(l.amount, 0))::bigint, -sum(least(l.amount, 0))::bigint
    FROM ledger_gl_line l
    WHERE l.accounting_date > coalesce(%s::date, '-infinity') AND l.accounting_date {end} %s
      AND l.subject LIKE %s
    GROUP BY l.{by}
    UNION ALL
    SELECT l.{by}, sum(greatest(l.amount, 0))::bigint, -sum(least(l.amount, 0))::bigint
    FROM ledger_gl_line l
    -- By their few days, not by their vouchers: those were joined with all the lines there are.
    WHERE l.accounting_date = ANY (ARRAY(SELECT d.day FROM ledger_business_day d
                                         WHERE d.segment = 'adjustment' AND d.day <= %s::date))
      AND l.subject LIKE %s
      AND l.voucher_id IN (SELECT h.id FROM ledger_voucher h WHERE h.segment = 'adjustment')
    GROUP BY l.{by}
"""
# Of the lines l up to a span's end; its first day is given three times.
OPENING_DEBIT_CREDIT = """
    coalesce(sum(l.amount) FILTER (WHERE l.accounting_date < %s), 0)::bigint AS opening,
    coalesce(sum(l.amount) FILTER (
        WHERE l.accounting_date >= %s AND l.amount > 0), 0)::bigint AS debit,
    coalesce(-sum(l.amount) FILTER (
        WHERE l.accounting_date >= %s AND l.amount < 0), 0)::bigint AS credit
"""
# What closed a month or a year: few vouchers, found by an index of their own.
_OF_CLOSINGS = """
    SELECT l.subject, {sums}
    FROM ledger_voucher h
    JOIN ledger_gl_line l ON l.accounting_date = h.accounting_date AND l.voucher_id = h.id
    WHERE h.source_type = 'period' AND h.kind = ANY (%s) AND h.accounting_date <= %s
    GROUP BY l.subject
"""


def turnover(code: str, *, since: date, until: date) -> Turnover[str]:
    """What was booked on this subject and on each below it, by subject."""
    return _between(SUBJECT, code, since=since, until=until)


def turnover_at_banks(code: str, *, since: date, until: date) -> Turnover[int]:
    """What was booked on this subject of deposits, by the centre's bank account."""
    return _between(BANK_ACCOUNT, code, since=since, until=until)


def turnover_without(kinds: Sequence[str], *, since: date, until: date) -> Turnover[str]:
    """What was booked on every subject but by vouchers of these kinds that close a period."""
    sums = dict(turnover("", since=since, until=until))
    given = [since, since, since, list(kinds), until]
    closings = _OF_CLOSINGS.format(sums=OPENING_DEBIT_CREDIT)
    for subject, opening, debit, credit in rows(closings, given):
        before, debits, credits = sums[subject]
        sums[subject] = (before - opening, debits - debit, credits - credit)
    return sums


def _between(by: str, code: str, *, since: date, until: date) -> dict[Key, tuple[int, int, int]]:
    before, to = row(
        "SELECT max(day) FILTER (WHERE day < %s), max(day) FILTER (WHERE day <= %s)"
        " FROM ledger_business_day WHERE state = 'sealed' AND segment = 'day'",
        [since, until],
    )
    brought: dict[Key, tuple[int, int]] = _booked(by, code, sealed=before, end="<", day=since)
    carried: dict[Key, tuple[int, int]] = _booked(by, code, sealed=to, end="<=", day=until)
    sums = {}
    for key, (debit, credit) in carried.items():
        debit_before, credit_before = brought.get(key, (0, 0))
        sums[key] = (debit_before - credit_before, debit - debit_before, credit - credit_before)
    return sums


def _booked(
    by: str, code: str, *, sealed: date | None, end: str, day: date
) -> dict[Key, tuple[int, int]]:
    """Debits and credits of each key up to `day`, from the control balances of `sealed` on."""
    below = f"{code}%"
    sums: dict[Key, tuple[int, int]] = {}
    for key, debit, credit in rows(
        BOOKED.format(by=by, end=end), [sealed, below, sealed, day, below, sealed, below]
    ):
        one, other = sums.get(key, (0, 0))
        sums[key] = (one + debit, other + credit)
    return sums
