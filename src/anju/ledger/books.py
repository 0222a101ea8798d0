"""Reading the books the accountant's way: subjects, their balances and their lines.

Amounts are fen. A balance stands on its subject's own side: above zero is the usual state of a
debit subject with more debits, and of a credit subject with more credits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from anju.ledger.calls import row, rows
from anju.ledger.places import Place, place_of, text_of
from anju.ledger.turnover import Turnover, turnover, turnover_without

_TOP_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of the chart of accounts."""

    code: str
    name: str
    side: str

    @property
    def is_top(self) -> bool:
        """Whether it is of the first level: every other one is inside one of these."""
        return len(self.code) == _TOP_DIGITS

    def own_side(self, amount: int) -> int:
        """A sum of signed lines (debit above zero) as this subject's balance."""
        return amount if self.side == "debit" else -amount


def printed_number(period: int | None, number: int | None) -> str:
    """凭证号 as it is printed, 202611-0007; empty until the voucher's day has been closed."""
    return "" if number is None else f"{period}-{number:04d}"


@dataclass(frozen=True, slots=True)
class SubjectTotal:
    """One row of the trial balance, in fen; `balance` is on the subject's own side."""

    subject: str
    name: str
    side: str
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True)
class SubjectBalance:
    """A subject over a span of days, those below it included."""

    subject: Subject
    opening: int
    debit: int
    credit: int
    closing: int

    @classmethod
    def over(cls, subject: Subject, opening: int, debit: int, credit: int) -> Self:
        """From what was booked: `opening` is a sum of signed lines, a debit above zero."""
        closing = subject.own_side(opening + debit - credit)
        return cls(subject, subject.own_side(opening), debit, credit, closing)


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """A subject over one month, those below it included; `month` is its first day."""

    month: date
    debit: int
    credit: int
    closing: int


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One line of a subject's ledger, with the balance after it."""

    accounting_date: date
    voucher_id: int
    line_no: int
    subject: str
    summary: str
    source_type: str
    source_id: str
    debit: int
    credit: int
    balance: int
    number: str
    """凭证号 as it is printed, empty until the day has been closed."""

    @property
    def cursor(self) -> str:
        """The place of this line in the books, as text."""
        return text_of((self.accounting_date, self.voucher_id, self.line_no))


_BROUGHT = (
    "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_gl_line l WHERE subject LIKE %s"
    " AND accounting_date >= %s AND (accounting_date, voucher_id, line_no) <= (%s, %s, %s)"
    "{narrowed}"
)
_TURNED = (
    "SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint,"
    " coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint"
    " FROM ledger_gl_line l WHERE subject LIKE %s AND accounting_date >= %s"
    " AND (accounting_date, voucher_id, line_no) <= (%s, %s, %s){narrowed}"
)
_MONTHS = (
    "SELECT m.month::date, coalesce(t.debit, 0), coalesce(t.credit, 0)"
    " FROM generate_series(%s::date, %s::date, interval '1 month') AS m(month)"
    " LEFT JOIN (SELECT date_trunc('month', l.accounting_date) AS month,"
    " coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0)::bigint AS debit,"
    " coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)::bigint AS credit"
    " FROM ledger_gl_line l WHERE l.subject LIKE %s AND l.accounting_date BETWEEN %s AND %s"
    "{narrowed} GROUP BY 1) t ON t.month = m.month ORDER BY m.month"
)
_LINES = (
    "SELECT l.accounting_date, l.voucher_id, l.line_no, l.subject, h.summary, h.source_type,"
    " h.source_id, l.amount, n.period, n.no"
    " FROM ledger_gl_line l JOIN ledger_voucher h ON h.id = l.voucher_id"
    " LEFT JOIN ledger_voucher_number n ON n.voucher_id = l.voucher_id"
    " WHERE l.subject LIKE %s AND l.accounting_date BETWEEN %s AND %s"
    " AND (l.accounting_date, l.voucher_id, l.line_no) > (%s, %s, %s){narrowed}"
    " ORDER BY l.accounting_date, l.voucher_id, l.line_no LIMIT %s"
)


def subjects() -> tuple[Subject, ...]:
    """The chart of accounts, by code."""
    return tuple(
        Subject(*each) for each in rows("SELECT code, name, side FROM ledger_subject ORDER BY code")
    )


def subject(code: str) -> Subject:
    """A subject of the chart of accounts. Raises LookupError."""
    found = rows("SELECT code, name, side FROM ledger_subject WHERE code = %s", [code])
    if not found:
        raise LookupError(code)
    return Subject(*found[0])


def trial_balance(on: date) -> Sequence[SubjectTotal]:
    """Debits, credits and balance of every subject with lines of its own up to `on`, inclusive."""
    sums = turnover("", since=date.min, until=on)
    return [
        SubjectTotal(
            subject.code,
            subject.name,
            subject.side,
            debit,
            credit,
            subject.own_side(debit - credit),
        )
        for subject in subjects()
        if subject.code in sums
        for _opening, debit, credit in [sums[subject.code]]
    ]


def subject_balances(
    *, since: date, until: date, without: Sequence[str] = ()
) -> tuple[SubjectBalance, ...]:
    """Every subject that ever moved, over [since, until]: the sum of it and of all below it.

    Vouchers that close a period (source_type `period`) and are of the kinds in `without` are left
    out, as if they had not been posted.
    """
    if without:
        sums = turnover_without(without, since=since, until=until)
    else:
        sums = turnover("", since=since, until=until)
    return tuple(
        _over(subject, sums)
        for subject in subjects()
        if any(code.startswith(subject.code) for code in sums)
    )


def subject_balance(code: str, *, since: date, until: date) -> SubjectBalance:
    """One subject over [since, until], whether it moved or not. Raises LookupError."""
    return _over(subject(code), turnover(code, since=since, until=until))


def moved_by(kind: str, code: str) -> Sequence[tuple[str, date, int]]:
    """What closings of one kind moved on a subject and below it: source_id, day, fen.

    Fen are signed as the books are, a debit above zero; one row per voucher, by day.
    """
    return rows(
        "SELECT h.source_id, h.accounting_date, sum(l.amount)::bigint"
        " FROM ledger_voucher h JOIN ledger_gl_line l"
        " ON l.accounting_date = h.accounting_date AND l.voucher_id = h.id"
        " WHERE h.source_type = 'period' AND h.kind = %s AND l.subject LIKE %s"
        " GROUP BY h.id, h.source_id, h.accounting_date ORDER BY h.accounting_date, h.id",
        [kind, f"{code}%"],
    )


def _over(subject: Subject, sums: Turnover[str]) -> SubjectBalance:
    """The subject with all below it."""
    below = [each for code, each in sums.items() if code.startswith(subject.code)]
    opening, debit, credit = (sum(column) for column in zip((0, 0, 0), *below, strict=True))
    return SubjectBalance.over(subject, opening, debit, credit)


def _narrowed(detail: tuple[str, int] | None) -> tuple[str, tuple[int, ...]]:
    """The condition for lines of one bank account or employer, and what it is given."""
    if detail is None:
        return "", ()
    column, which = detail
    return (f" AND l.{column} = %s", (which,)) if which else (f" AND l.{column} IS NULL", ())


def month_totals(
    balance: SubjectBalance, *, since: date, until: date, detail: tuple[str, int] | None = None
) -> tuple[MonthTotal, ...]:
    """A subject month by month over [since, until], the quiet months too.

    `balance` is the subject's over the same span, and `since` is the first of a month; both are
    narrowed by `detail` as lines are.
    """
    subject, closing = balance.subject, balance.opening
    narrowed, which = _narrowed(detail)
    given = [since, until, f"{subject.code}%", since, until, *which]
    found = rows(_MONTHS.format(narrowed=narrowed), given)
    months = []
    for month, debit, credit in found:
        closing += subject.own_side(debit - credit)
        months.append(MonthTotal(month, debit, credit, closing))
    return tuple(months)


def subject_lines(
    subject: Subject,
    *,
    since: date,
    until: date,
    after: str | None = None,
    limit: int = 50,
    detail: tuple[str, int] | None = None,
    opening: int | None = None,
) -> tuple[SubjectLine, ...]:
    """Lines of a subject and those below it over [since, until], oldest first, after a cursor.

    `detail` narrows them to one bank account or employer (details.BANK_ACCOUNT, EMPLOYER), 0 to
    those that name none.

    The running balance begins with everything booked before the first line that is given.
    `opening` is what stood before `since` in fen on the subject's own side: whoever knows it saves
    that all lines before `since` are added up. Raises ValueError for a cursor that is none.
    """
    place = place_of(after) if after else (since, 0, 0)
    narrowed, which = _narrowed(detail)
    first, standing = (date.min, 0) if opening is None else (since, subject.own_side(opening))
    given = [f"{subject.code}%", first, *place, *which]
    standing += row(_BROUGHT.format(narrowed=narrowed), given)[0]
    return _lines(subject, since, until, place, standing, limit, detail)


def line_batches(
    subject: Subject,
    *,
    since: date,
    until: date,
    opening: int,
    at_once: int,
    after: str | None = None,
    detail: tuple[str, int] | None = None,
) -> Iterator[tuple[SubjectLine, ...]]:
    """All those lines, `at_once` of them at a time, each looked up once; as `subject_lines`.

    `opening` is what stood before the first of them. Raises ValueError for a cursor that is none.
    """
    place = place_of(after) if after else (since, 0, 0)
    standing = subject.own_side(opening)
    while found := _lines(subject, since, until, place, standing, at_once, detail):
        yield found
        place, standing = place_of(found[-1].cursor), subject.own_side(found[-1].balance)


def turnover_before(
    subject: Subject, *, since: date, after: str, detail: tuple[str, int] | None = None
) -> tuple[int, int]:
    """Debits and credits from `since` up to the line that a cursor names, that line included."""
    narrowed, which = _narrowed(detail)
    given = [f"{subject.code}%", since, *place_of(after), *which]
    debit, credit = row(_TURNED.format(narrowed=narrowed), given)
    return debit, credit


def _lines(
    subject: Subject,
    since: date,
    until: date,
    place: Place,
    standing: int,
    limit: int,
    detail: tuple[str, int] | None,
) -> tuple[SubjectLine, ...]:
    """The lines after a place; `standing` is the signed sum (debit above zero) up to it."""
    narrowed, which = _narrowed(detail)
    given = [f"{subject.code}%", since, until, *place, *which, limit]
    lines = []
    for (
        day, voucher_id, line_no, code, summary, source_type, source_id, amount, period, no,
    ) in rows(_LINES.format(narrowed=narrowed), given):  # fmt: skip
        standing += amount
        lines.append(
            SubjectLine(
                accounting_date=day,
                voucher_id=voucher_id,
                line_no=line_no,
                subject=code,
                summary=summary,
                source_type=source_type,
                source_id=source_id,
                debit=max(amount, 0),
                credit=max(-amount, 0),
                balance=subject.own_side(standing),
                number=printed_number(period, no),
            )
        )
    return tuple(lines)
