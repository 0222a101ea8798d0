"""序时账: every line of every voucher in the order in which it was booked, each day summed up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from anju.business.treasury import journals
from anju.business.treasury.books import PAGE, READ_AT_ONCE, reader, trial
from anju.business.treasury.journals import JournalRow, Sums
from anju.ledger import books
from anju.ledger.books import Subject

_EVERY = Subject("", "全部科目", "debit")
"""What holds all subjects; a balance of it means nothing."""


@dataclass(frozen=True)
class Daybook:
    """Rows over a span; `names` are the subjects' by code, the sums those of the whole span."""

    since: date
    until: date
    rows: Iterator[JournalRow]
    names: Mapping[str, str]
    debit: int
    credit: int
    next_after: str | None = None


def page(staff_id: int, *, since: date, until: date, after: str | None = None) -> Daybook:
    """A part of the daybook, from a cursor on. Raises NotYours, ValueError for a wrong cursor."""
    reader(staff_id)
    found = books.line_batches(
        _EVERY, since=since, until=until, opening=0, at_once=PAGE + 1, after=after
    )
    lines = next(found, ())
    shown, following = lines[:PAGE], lines[PAGE] if len(lines) > PAGE else None
    begun = Sums()
    if after and shown:
        day = max(since, shown[0].accounting_date)
        begun = Sums(*books.turnover_before(_EVERY, since=day, after=after))
    rows = journals.told([shown], _EVERY, begun=begun, following=following)
    return _book(staff_id, since, until, rows, shown[-1].cursor if following else None)


def whole(staff_id: int, *, since: date, until: date) -> Daybook:
    """All of it, read as one goes. Raises NotYours."""
    reader(staff_id)
    found = books.line_batches(_EVERY, since=since, until=until, opening=0, at_once=READ_AT_ONCE)
    return _book(staff_id, since, until, journals.told(found, _EVERY), None)


def _book(
    staff_id: int, since: date, until: date, rows: Iterator[JournalRow], more: str | None
) -> Daybook:
    sums = trial(staff_id, since=since, until=until)
    names = {subject.code: subject.name for subject in books.subjects()}
    return Daybook(since, until, rows, names, sums.debit, sums.credit, more)
