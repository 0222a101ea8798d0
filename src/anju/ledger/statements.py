"""Reading the books: a member's movements, the balance path, totals by subject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anju.domain.interest import Segment, balance_segments
from anju.ledger.calls import row, rows

# Figures that fit the columns; a longer one would be the database's complaint.
_CURSOR = re.compile(r"(\d{8})-(\d{1,18})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a member's account, in fen. `cursor` asks for what came before it."""

    accounting_date: date
    voucher_id: int
    line_no: int
    kind: str
    amount: int
    carried_delta: int
    value_date: date
    balance_after: int
    summary: str

    @property
    def cursor(self) -> str:
        """The place of this line in the account's history, as text."""
        return f"{self.accounting_date:%Y%m%d}-{self.voucher_id}-{self.line_no}"


@dataclass(frozen=True, slots=True)
class SubjectTotal:
    """One row of the trial balance, in fen; `balance` is on the subject's own side."""

    subject: str
    name: str
    side: str
    debit: int
    credit: int
    balance: int


def movements(
    account_id: int, *, year: int, before: str | None = None, limit: int = 20
) -> list[Movement]:
    """The account's lines booked in a calendar year, newest first, from a cursor backwards.

    Raises ValueError for a cursor that is none.
    """
    day, voucher_id, line_no = _place(before) if before else (date(year + 1, 1, 1), 0, 0)
    found = rows(
        "SELECT l.accounting_date, l.voucher_id, l.line_no, l.kind, l.amount, l.carried_delta,"
        " l.value_date, l.balance_after, h.summary"
        " FROM ledger_member_line l JOIN ledger_voucher h ON h.id = l.voucher_id"
        " WHERE l.account_id = %s AND l.accounting_date BETWEEN %s AND %s"
        " AND (l.accounting_date, l.voucher_id, l.line_no) < (%s, %s, %s)"
        " ORDER BY l.accounting_date DESC, l.voucher_id DESC, l.line_no DESC LIMIT %s",
        [account_id, date(year, 1, 1), date(year, 12, 31), day, voucher_id, line_no, limit],
    )
    return [Movement(*each) for each in found]


def _place(cursor: str) -> tuple[date, int, int]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise ValueError(f"{cursor!r} is no place in an account's history")
    day, voucher_id, line_no = found.groups()
    return date(int(day[:4]), int(day[4:6]), int(day[6:])), int(voucher_id), int(line_no)


def movement_totals(account_id: int, *, year: int) -> tuple[int, int]:
    """What came in and what went out in a calendar year, in fen, both positive."""
    came, went = row(
        "SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint,"
        " coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint"
        " FROM ledger_member_line WHERE account_id = %s AND accounting_date BETWEEN %s AND %s",
        [account_id, date(year, 1, 1), date(year, 12, 31)],
    )
    return came, went


def movement_sums(account_id: int, *, since: date) -> tuple[int, tuple[tuple[str, int, int], ...]]:
    """What makes up the balance: fen booked before `since`, then (kind, lines, fen) from it on."""
    found = rows(
        "SELECT kind, count(*) FILTER (WHERE accounting_date >= %s),"
        " coalesce(sum(amount) FILTER (WHERE accounting_date >= %s), 0)::bigint,"
        " coalesce(sum(amount) FILTER (WHERE accounting_date < %s), 0)::bigint"
        " FROM ledger_member_line WHERE account_id = %s GROUP BY kind ORDER BY min(voucher_id)",
        [since, since, since, account_id],
    )
    before = sum(each[3] for each in found)
    return before, tuple((kind, lines, fen) for kind, lines, fen, _ in found if lines)


def years_with_movements(account_id: int) -> tuple[int, ...]:
    """Calendar years in which the account has lines, newest first."""
    found = rows(
        "SELECT DISTINCT extract(year FROM accounting_date)::int FROM ledger_member_line"
        " WHERE account_id = %s ORDER BY 1 DESC",
        [account_id],
    )
    return tuple(each[0] for each in found)


def segments(account_id: int, *, since: date, until: date) -> tuple[Segment, ...]:
    """The balance by value date over [since, until), as pieces that stood still: the trace's path.

    Lines valued before `since` make the opening; lines valued at `until` or later are not in it.
    """
    lines = rows(
        "SELECT value_date, amount FROM ledger_member_line"
        " WHERE account_id = %s AND value_date < %s",
        [account_id, until],
    )
    opening = sum(amount for day, amount in lines if day < since)
    entries = [(day, amount) for day, amount in lines if day >= since]
    return balance_segments(opening, since=since, entries=entries, until=until)


def control_total(subject: str) -> int:
    """Everything ever booked on a subject and those below it: fen, debit above zero."""
    total: int = row(
        "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_gl_line WHERE subject LIKE %s",
        [f"{subject}%"],
    )[0]
    return total


def trial_balance(on: date) -> Sequence[SubjectTotal]:
    """Debits, credits and balance of every subject with lines up to and including `on`."""
    found = rows(
        "SELECT s.code, s.name, s.side, g.debit, g.credit,"
        " CASE s.side WHEN 'debit' THEN g.debit - g.credit ELSE g.credit - g.debit END"
        " FROM ledger_subject s JOIN ("
        "   SELECT subject, coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS debit,"
        "          coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint AS credit"
        "   FROM ledger_gl_line WHERE accounting_date <= %s GROUP BY subject) g"
        " ON g.subject = s.code ORDER BY s.code",
        [on],
    )
    return [SubjectTotal(*each) for each in found]
