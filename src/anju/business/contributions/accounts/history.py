"""缴存明细: every list of an employer's that was booked, by year; and whom each was for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from anju.business.contributions import remitting_facts
from anju.business.contributions.models import Remittance
from anju.business.contributions.remitting_facts import ListFacts, PersonLine
from anju.store import audit
from anju.store.audit import Actor
from anju.store.paging import cut

ON_PAGE: Final = 50
_SUMS: Final = ("employer_fen", "member_fen", "total_fen")


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of booked lists, the latest first; the sums are of all of them, in fen.

    `years` are those in which something was booked, the latest first; `year` is None for all.
    """

    lines: tuple[ListFacts, ...]
    count: int
    employer_fen: int
    member_fen: int
    total_fen: int
    years: tuple[int, ...]
    year: int | None
    number: int
    pages: int


def history(employer_id: int, *, year: int | None = None, number: int = 1) -> HistoryPage:
    """The employer's lists that were booked in a year, or ever."""
    ever = _booked(employer_id)
    booked_in = ever.order_by().values_list(ExtractYear("allocated_on"), flat=True)
    years = tuple(sorted(set(booked_in), reverse=True))
    rows = ever if year is None else ever.filter(allocated_on__year=year)
    count = rows.count()
    sums = rows.aggregate(**{name: Sum(name, default=0) for name in _SUMS})
    page = cut(count, size=ON_PAGE, number=number)
    lines = tuple(remitting_facts.list_of(row) for row in rows[page.rows])
    return HistoryPage(
        lines, count, **sums, years=years, year=year, number=page.number, pages=page.pages
    )


def _booked(employer_id: int) -> "QuerySet[Remittance]":
    rows = Remittance.objects.filter(account__employer_id=employer_id, allocated_on__isnull=False)
    return rows.order_by("-allocated_on", "-pk")


def every_list(
    employer_id: int, *, year: int | None, actor: Actor, at: datetime
) -> Iterator[ListFacts]:
    """All lists that were booked in a year, or ever, to be taken out as a file: written down."""
    _taken("history", employer_id, actor, at, year=year)
    rows = _booked(employer_id)
    found = rows if year is None else rows.filter(allocated_on__year=year)
    return map(remitting_facts.list_of, found.iterator(1000))


def everybody(
    employer_id: int, number: str, *, actor: Actor, at: datetime
) -> tuple[ListFacts, Iterator[PersonLine]]:
    """A list of this employer's with all its people, to be taken out as a file: written down.

    Raises LookupError.
    """
    found, people = remitting_facts.everybody(employer_id, number)
    _taken("list", employer_id, actor, at, list=number)
    return found, people


def _taken(what: str, employer_id: int, actor: Actor, at: datetime, **details: object) -> None:
    audit.write(
        f"contributions.{what}_taken_out",
        at=at,
        actor=actor,
        subject=audit.Subject("employer", str(employer_id)),
        details=details,
    )
