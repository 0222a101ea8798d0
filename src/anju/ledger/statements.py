"""Reading the books: a member's movements, the balance path, totals by subject."""

from dataclasses import dataclass
from datetime import date

from anju.domain.interest import Segment, balance_segments
from anju.ledger.calls import row, rows
from anju.ledger.places import place_of, text_of


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
        return text_of((self.accounting_date, self.voucher_id, self.line_no))


def movements(
    account_id: int, *, year: int, before: str | None = None, limit: int = 20
) -> list[Movement]:
    """The account's lines booked in a calendar year, newest first, from a cursor backwards.

    Raises ValueError for a cursor that is none.
    """
    day, voucher_id, line_no = place_of(before) if before else (date(year + 1, 1, 1), 0, 0)
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


def year_of_interest(
    account_id: int, *, since: date, until: date
) -> tuple[int, tuple[tuple[date, int], ...]]:
    """An interest year by value date: the fen it began with, and (value date, fen) from then on.

    The interest that the year before brought on `since` is part of the beginning.
    """
    lines = rows(
        "SELECT value_date, amount, value_date < %s OR kind = 'interest' FROM ledger_member_line"
        " WHERE account_id = %s AND value_date < %s ORDER BY value_date, voucher_id, line_no",
        [since, account_id, until],
    )
    opening = sum(amount for _day, amount, was_there in lines if was_there)
    return opening, tuple((day, amount) for day, amount, was_there in lines if not was_there)


def control_total(subject: str) -> int:
    """Everything ever booked on a subject and those below it: fen, debit above zero."""
    total: int = row(
        "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_gl_line WHERE subject LIKE %s",
        [f"{subject}%"],
    )[0]
    return total
