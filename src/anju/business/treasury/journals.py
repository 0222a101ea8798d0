"""日记账 and 明细账: a subject's lines with what stands against each, the side, and sums.

A deposit (101, 102) has a journal, summed up by day; every other subject a ledger, by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from anju.ledger import books, vouchers
from anju.ledger.books import Subject, SubjectBalance, SubjectLine
from anju.ledger.details import DEPOSITS

OPENING = "期初余额"
AGAINST_MAX = 2
"""So many subjects are named against a line; what is more is 等."""


@dataclass(frozen=True)
class JournalRow:
    """One row: a line, or a sum when `line` is None. Amounts in fen.

    `side` is where the balance stands (借, 贷, 平) and `standing` how much, above zero.
    """

    line: SubjectLine | None
    label: str
    against: str
    debit: int
    credit: int
    side: str
    standing: int


@dataclass(frozen=True)
class Sums:
    """Debits and credits of the day or month a page begins in, before its first line."""

    debit: int = 0
    credit: int = 0


@dataclass(frozen=True)
class Part:
    """Rows of a page, none where there are no lines; `next_after` asks for what follows."""

    rows: tuple[JournalRow, ...]
    next_after: str | None


def is_journal(code: str) -> bool:
    """Whether a subject or a bank account of ours has a journal, summed up by day.

    All subjects together (no code) have one too: the daybook.
    """
    return not code or code.startswith(DEPOSITS)


def title(code: str) -> str:
    """What the account book of a subject is called."""
    return "日记账" if is_journal(code) else "明细账"


def _stretch_of(code: str, day: date) -> date:
    """The first day of what a line of this day is summed up with: itself, or its month."""
    return day if is_journal(code) else day.replace(day=1)


def side_of(subject: Subject, balance: int) -> tuple[str, int]:
    """借, 贷 or 平, and the amount above zero, of a balance on the subject's own side."""
    if balance == 0:
        return "平", 0
    return ("借" if (balance > 0) == (subject.side == "debit") else "贷"), abs(balance)


def opening_row(subject: Subject, balance: int) -> JournalRow:
    """期初余额: what stood before the first line."""
    return JournalRow(None, OPENING, "", 0, 0, *side_of(subject, balance))


def span_row(subject: Subject, over: SubjectBalance) -> JournalRow:
    """本期合计: the whole span."""
    standing = side_of(subject, over.closing)
    return JournalRow(None, "本期合计", "", over.debit, over.credit, *standing)


def year_row(subject: Subject, over: SubjectBalance) -> JournalRow:
    """本年累计: from the first of January to the last line."""
    standing = side_of(subject, over.closing)
    return JournalRow(None, "本年累计", "", over.debit, over.credit, *standing)


def part(
    lines: Sequence[SubjectLine],
    subject: Subject,
    *,
    size: int,
    since: date,
    after: str | None,
    detail: tuple[str, int] | None = None,
) -> Part:
    """The first `size` of the lines as rows; one line more says that others follow.

    They are a subject's from `since` on, behind the cursor `after`, narrowed by `detail` as in
    `ledger.books`.
    """
    shown, following = lines[:size], lines[size] if len(lines) > size else None
    begun = Sums()
    if after and shown:
        first = max(since, _stretch_of(subject.code, shown[0].accounting_date))
        begun = Sums(*books.turnover_before(subject, since=first, after=after, detail=detail))
    rows = tuple(told([shown], subject, begun=begun, following=following))
    return Part(rows, shown[-1].cursor if following else None)


def told(
    batches: Iterable[Sequence[SubjectLine]],
    subject: Subject,
    *,
    begun: Sums = Sums(),
    following: SubjectLine | None = None,
) -> Iterator[JournalRow]:
    """The lines as rows, each day or month summed up behind its last one.

    `begun` is what the first line's day or month had before it, `following` the line after the
    last one: what it belongs to is not summed up yet.
    """
    label = "本日合计" if is_journal(subject.code) else "本月合计"
    last, debit, credit = None, begun.debit, begun.credit
    for batch in batches:
        against = vouchers.other_sides(batch)
        for line in batch:
            if last is not None and _ends(subject.code, last, line):
                yield _sum(label, subject, last, debit, credit)
                debit = credit = 0
            yield _row(line, subject, against[line.voucher_id, line.line_no])
            last, debit, credit = line, debit + line.debit, credit + line.credit
    if last is not None and (following is None or _ends(subject.code, last, following)):
        yield _sum(label, subject, last, debit, credit)


def _ends(code: str, one: SubjectLine, other: SubjectLine) -> bool:
    days = (one.accounting_date, other.accounting_date)
    first, second = (_stretch_of(code, day) for day in days)
    return first != second


def _sum(label: str, subject: Subject, last: SubjectLine, debit: int, credit: int) -> JournalRow:
    return JournalRow(None, label, "", debit, credit, *side_of(subject, last.balance))


def _row(line: SubjectLine, subject: Subject, codes: tuple[str, ...]) -> JournalRow:
    against = "、".join(codes[:AGAINST_MAX]) + (" 等" if len(codes) > AGAINST_MAX else "")
    side, standing = side_of(subject, line.balance)
    return JournalRow(line, line.summary, against, line.debit, line.credit, side, standing)
