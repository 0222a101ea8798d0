"""A subject by employer: what each one's part of it is. The lines behind a part are in `books`.

Members' money (201) and what is owed to others (219) stand under employers. What stands under none
is one part of its own, so that the parts together are the subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from anju.business.treasury.books import BY_EMPLOYER, PAGE, READ_AT_ONCE, reader
from anju.ledger import books, details
from anju.ledger.books import Subject, SubjectBalance
from anju.parties import facts as parties

NOBODY = 0
"""The part that stands under no employer, as addresses name it."""
_NOBODYS = "未记单位"
_EVERY = 2**31
_PAGES_MAX = 1_000_000
_KEY_MAX = 2**63 - 1


@dataclass(frozen=True)
class Who:
    """An employer as the books name it; no `uscc` for what stands under none."""

    employer_id: int
    name: str
    uscc: str


@dataclass(frozen=True)
class EmployerPart:
    """One employer's part of a subject."""

    who: Who
    balance: SubjectBalance


@dataclass(frozen=True)
class EmployersPage:
    """单位余额表: a page of a subject by employer, the largest first; the sum of all of them."""

    since: date
    until: date
    subject: Subject
    parts: tuple[EmployerPart, ...]
    total: SubjectBalance
    count: int
    page: int
    pages: int


def by_employer(code: str) -> bool:
    """Whether a subject has parts by employer."""
    return code.startswith(BY_EMPLOYER)


def who(employer_id: int) -> Who:
    """Whose part of a subject this is. Raises LookupError."""
    if employer_id == NOBODY:
        return Who(NOBODY, _NOBODYS, "")
    if employer_id > _KEY_MAX:
        raise LookupError(employer_id)
    found = parties.employers([employer_id])[employer_id]
    return Who(employer_id, found.name, found.uscc)


def employers(
    staff_id: int, code: str, *, since: date, until: date, text: str = "", page: int = 1
) -> EmployersPage:
    """A page of a subject's employers; `text` is in their name or begins their code.

    Raises NotYours; LookupError for another subject or a page that is not there.
    """
    reader(staff_id)
    subject = _subject(code)
    if not 1 <= page <= _PAGES_MAX:
        raise LookupError(page)
    found = details.employer_balances(
        subject,
        since=since,
        until=until,
        employers=_like(text),
        skip=(page - 1) * PAGE,
        limit=PAGE,
    )
    if page > 1 and not found.parts:
        raise LookupError(page)
    return EmployersPage(
        since=since,
        until=until,
        subject=subject,
        parts=tuple(_named(found.parts)),
        total=found.total,
        count=found.count,
        page=page,
        pages=max(1, -(-found.count // PAGE)),
    )


def every_employer(
    staff_id: int, code: str, *, since: date, until: date, text: str = ""
) -> tuple[SubjectBalance, Iterator[EmployerPart]]:
    """All employers' sum, and each of them, named as one goes. Raises NotYours, LookupError."""
    reader(staff_id)
    found = details.employer_balances(
        _subject(code), since=since, until=until, employers=_like(text), limit=_EVERY
    )

    def parts() -> Iterator[EmployerPart]:
        for first in range(0, len(found.parts), READ_AT_ONCE):
            yield from _named(found.parts[first : first + READ_AT_ONCE])

    return found.total, parts()


def _like(text: str) -> Sequence[int] | None:
    return parties.employers_like(text) if text.strip() else None


def _subject(code: str) -> Subject:
    if not by_employer(code):
        raise LookupError(code)
    return books.subject(code)


def _named(parts: Sequence[tuple[int, SubjectBalance]]) -> Iterator[EmployerPart]:
    known = parties.employers(number for number, _balance in parts)
    for number, balance in parts:
        found = known.get(number)
        name = _NOBODYS if number == NOBODY else f"单位 {number}"
        named = Who(number, found.name, found.uscc) if found else Who(number, name, "")
        yield EmployerPart(named, balance)
