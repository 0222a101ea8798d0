"""What an employer's agents see before they pay months that have passed: who has missed which."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear

from anju.business.contributions import paid_months
from anju.business.contributions.backpaying.actions import Reckoned
from anju.business.contributions.models import EmployerAccount, Enrolment
from anju.business.contributions.remittance_lists import unpaid
from anju.domain.calendar import months_of
from anju.domain.contribution import month_span, month_words
from anju.parties import facts as parties
from anju.store.paging import cut

PEOPLE_ON_PAGE: Final = 50
LINES_SHOWN: Final = 100


@dataclass(frozen=True)
class Candidate:
    """One person who may be chosen; `missed` are months that the employer paid, but not for him."""

    account_no: str
    name: str
    base_fen: int
    paid_through: date | None
    missed: tuple[date, ...]

    @property
    def missed_text(self) -> str:
        """As people write it: 2026年09月至2026年10月."""
        return month_span(self.missed[0], self.missed[-1]) if self.missed else ""


@dataclass(frozen=True)
class BackPage:
    """The employer's account, who may be chosen, and what is missing, as far as we know.

    `live` is the number of a list that waits for its money, "" without one. `missing` people have
    `missed` months, from the first of these to the last.
    """

    account_id: int
    first_month: date
    paid_through: date | None
    member_ratio: Fraction
    employer_ratio: Fraction
    live: str
    people: tuple[Candidate, ...]
    page: int
    pages: int
    count: int
    missing: int
    missed_from: date | None

    @property
    def is_possible(self) -> bool:
        """Whether any month has passed, and no list stands in the way."""
        return self.paid_through is not None and not self.live


def page(
    employer_id: int, *, only_missing: bool, number: int = 1, like: str = ""
) -> BackPage | None:
    """Who may be chosen, those alone who miss months if asked for; None without an account.

    `like` is an account number, or the beginning of one.
    """
    accounts = EmployerAccount.objects.live_of(employer_id)
    account = accounts.first()
    if account is None:
        return None
    everybody = Enrolment.objects.filter(employer_id=employer_id)
    missing = _missing(everybody, account.paid_through)
    shown = missing if only_missing else everybody
    if like:
        shown = shown.filter(account_no__startswith=like)
    count = shown.count()
    page = cut(count, size=PEOPLE_ON_PAGE, number=number)
    rows = list(shown.order_by("account_no")[page.rows])
    return BackPage(
        account_id=account.pk,
        first_month=account.first_month,
        paid_through=account.paid_through,
        member_ratio=Fraction(account.member_ratio),
        employer_ratio=Fraction(account.employer_ratio),
        live=unpaid(account),
        people=_candidates(rows, account.paid_through),
        page=page.number,
        pages=page.pages,
        count=count,
        missing=missing.count(),
        missed_from=min(
            (each for row in _candidates(list(missing[:PEOPLE_ON_PAGE]), account.paid_through)
             for each in row.missed), default=None,
        ),
    )  # fmt: skip


def _missing(people: "QuerySet[Enrolment]", paid_through: date | None) -> "QuerySet[Enrolment]":
    """Who contributes and has fewer months on our lists than the employer paid since he began.

    Of accounts that another system kept before, nothing is known to be missing.
    """
    if paid_through is None:
        return people.none()
    on_lists = (
        paid_months.lines()
        .filter(
            account_id=OuterRef("account_id"),
            month__gte=OuterRef("first_month"),
            month__lte=paid_through,
        )
        .order_by()
        .values("account_id")
        .annotate(n=Count("month", distinct=True))
        .values("n")
    )
    last = paid_through.year * 12 + paid_through.month
    return people.filter(sealed_on__isnull=True, first_month__lte=paid_through).annotate(
        owed=last + 1 - ExtractYear("first_month") * 12 - ExtractMonth("first_month"),
        listed=Coalesce(Subquery(on_lists, output_field=IntegerField()), 0),
    ).filter(listed__lt=F("owed"))  # fmt: skip


def _candidates(rows: Sequence[Any], paid_through: date | None) -> tuple[Candidate, ...]:
    known: dict[int, set[date]] = defaultdict(set)
    found = paid_months.lines([row.account_id for row in rows]).values_list("account_id", "month")
    for account, month in found:
        known[account].add(month)
    names = parties.full_names(row.person_id for row in rows)
    return tuple(
        Candidate(
            row.account_no,
            names[row.person_id],
            row.base_fen,
            row.paid_through,
            _missed(row, known[row.account_id], paid_through),
        )
        for row in rows
    )


def _missed(row: Any, known: set[date], paid_through: date | None) -> tuple[date, ...]:
    if row.first_month is None or paid_through is None or row.sealed_on is not None:
        return ()
    return tuple(each for each in months_of(row.first_month, paid_through) if each not in known)


@dataclass(frozen=True)
class ShownLine:
    """A line of what was reckoned, for a page; fen."""

    account_no: str
    name: str
    month_text: str
    base_fen: int
    limit: str
    employer_fen: int
    member_fen: int
    total_fen: int


def shown(found: Reckoned) -> tuple[ShownLine, ...]:
    """The first lines of what was reckoned, with whose they are."""
    some = found.lines[:LINES_SHOWN]
    rows = Enrolment.objects.filter(pk__in={line.enrolment_id for line in some})
    people = {row.pk: row for row in rows}
    names = parties.full_names(row.person_id for row in people.values())
    return tuple(
        ShownLine(
            people[line.enrolment_id].account_no,
            names[people[line.enrolment_id].person_id],
            month_words(line.month),
            line.base_fen,
            line.limit,
            line.employer_fen,
            line.member_fen,
            line.employer_fen + line.member_fen,
        )
        for line in some
    )
