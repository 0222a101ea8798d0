"""序时账: every line of every voucher in the order in which it was booked, each day summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from anju.business.treasury import journals
from anju.business.treasury.books import PAGE, READ_AT_ONCE, reader, sums_of
from anju.business.treasury.journals import JournalRow
from anju.ledger import books
from anju.ledger.books import Subject

_EVERY = Subject("", "全部科目", "debit")
"""What holds all subjects; a balance of it means nothing."""


@dataclass(frozen=True)
class Daybook:
    """Rows over a span; `names` are the subjects' by code, the sums those of the whole span."""

    since: date
    until: date
    rows: Iterable[JournalRow]
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
    part = journals.part(next(found, ()), _EVERY, size=PAGE, since=since, after=after)
    return _book(since, until, part.rows, part.next_after)


def whole(staff_id: int, *, since: date, until: date) -> Daybook:
    """All of it, read as one goes. Raises NotYours."""
    reader(staff_id)
    found = books.line_batches(_EVERY, since=since, until=until, opening=0, at_once=READ_AT_ONCE)
    return _book(since, until, journals.told(found, _EVERY), None)


def _book(since: date, until: date, rows: Iterable[JournalRow], more: str | None) -> Daybook:
    moved = books.subject_balances(since=since, until=until)
    names = {each.subject.code: each.subject.name for each in moved}
    return Daybook(since, until, rows, names, *sums_of(moved), more)
