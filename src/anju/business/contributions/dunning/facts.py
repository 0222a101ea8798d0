"""Which employers are late, and when they were reminded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Sum, When

from anju import policy
from anju.business.contributions import deferrals, remitting
from anju.business.contributions.deferrals import Span
from anju.business.contributions.models import Dunning, EmployerAccount, Enrolment
from anju.cases.ownership import case_worker
from anju.cases.records import NotYours
from anju.domain.calendar import months_of
from anju.domain.contribution import month_words
from anju.domain.employer_account import AccountState
from anju.store import audit
from anju.store.paging import cut

PAGE: Final = 50
READ_AT_ONCE: Final = 500
_OWES: Final = (AccountState.OPENED, AccountState.NORMAL)


@dataclass(frozen=True, slots=True)
class LateLine:
    """An employer whose term has passed; `month_fen` is a month by today's people and bases."""

    account_id: int
    number: str
    employer: str
    since: date
    months: int
    people: int
    month_fen: int
    reminded_on: date | None
    told: int
    deferred: tuple[Span, ...] = ()

    @property
    def deferred_text(self) -> str:
        """The months that were deferred and are not counted as late, "" where none were."""
        return "、".join(each.text for each in self.deferred)

    @property
    def since_text(self) -> str:
        """The first month that is not paid, as people write it."""
        return month_words(self.since)


@dataclass(frozen=True, slots=True)
class LatePage:
    """A page of those who are late, the longest first; `late` counts all of them."""

    lines: tuple[LateLine, ...]
    late: int
    page: int
    pages: int


def overdue(on: date) -> "QuerySet[EmployerAccount]":
    """The accounts with a month whose term had passed before a day, for somebody.

    Each has that last month as `overdue_month`. An account that is deferred, sealed or closed
    owes none, and no account owes a month that was deferred.
    """
    terms = policy.contribution_terms(policy.current())
    last = Case(
        *(
            When(payday=payday, then=terms.last_overdue(on, payday=payday))
            for payday in range(1, 32)
        ),
        output_field=DateField(),
    )
    somebody = Enrolment.objects.filter(
        remitting.is_paid_for(OuterRef("overdue_month")), employer_id=OuterRef("employer_id")
    )
    late = EmployerAccount.objects.employers().filter(state__in=_OWES).annotate(overdue_month=last)
    return late.filter(
        Q(paid_through__lt=F("overdue_month"))
        | Q(paid_through__isnull=True, first_month__lte=F("overdue_month")),
        Q(skipped_through__isnull=True) | Q(skipped_through__lt=F("overdue_month")),
        Exists(somebody),
    )


def never_reminded(on: date) -> "QuerySet[EmployerAccount]":
    """The accounts that are late for longer than the city waits, and were not reminded of that."""
    grace = policy.current().params.dunning_grace_days.on(on).value
    told = Dunning.objects.filter(account=OuterRef("pk"), month__gte=OuterRef("overdue_month"))
    return overdue(on - timedelta(days=grace)).exclude(Exists(told)).order_by("pk")


def listed(staff_id: int, *, on: date, page: int = 1) -> LatePage:
    """A page of the late employers of this person's branch. Raises NotYours."""
    late = _of_branch(staff_id, on)
    count = late.count()
    found = cut(count, size=PAGE, number=page)
    return LatePage(_lines(late[found.rows]), count, found.number, found.pages)


def taken_out(staff_id: int, *, on: date, at: datetime) -> Iterator[LateLine]:
    """All late employers of this person's branch, the longest first, for a file; that they were
    taken out is written down. Raises NotYours.
    """
    late = _of_branch(staff_id, on)
    audit.write(
        "contributions.late_taken_out",
        at=at,
        actor=audit.Actor.staff(staff_id),
        subject=audit.Subject("branch", case_worker(staff_id).branch_code),
    )

    def lines() -> Iterator[LateLine]:
        start = 0
        while found := _lines(late[start : start + READ_AT_ONCE]):
            yield from found
            start += READ_AT_ONCE

    return lines()


def one_of_branch(staff_id: int, number: str) -> int:
    """The key of an employer's account of this person's branch. Raises NotYours."""
    branch = case_worker(staff_id).branch_code
    found = EmployerAccount.objects.filter(number=number, employer__branch_code=branch).first()
    if found is None:
        raise NotYours(number)
    return int(found.pk)


def _of_branch(staff_id: int, on: date) -> "QuerySet[EmployerAccount]":
    rows = overdue(on).filter(employer__branch_code=case_worker(staff_id).branch_code)
    return rows.order_by(F("paid_through").asc(nulls_first=True), "pk")


def _lines(rows: "QuerySet[EmployerAccount]") -> tuple[LateLine, ...]:
    accounts = list(rows.select_related("employer"))
    month = Q(sealed_on__isnull=True) & (Q(member_month_fen__gt=0) | Q(employer_month_fen__gt=0))
    people = Enrolment.objects.filter(month, employer__in=[one.employer_id for one in accounts])
    sums = {
        employer: (heads, member + own)
        for employer, heads, member, own in people.order_by()
        .values_list("employer_id")
        .annotate(Count("pk"), Sum("member_month_fen"), Sum("employer_month_fen"))
    }
    last = {one.account_id: one for one in _last_reminders(accounts)}
    deferred = deferrals.spans_of(one.pk for one in accounts)
    return tuple(
        _line(one, sums.get(one.employer_id, (0, 0)), last.get(one.pk), deferred.get(one.pk, ()))
        for one in accounts
    )


def _last_reminders(accounts: list[EmployerAccount]) -> "QuerySet[Dunning]":
    found = Dunning.objects.filter(account__in=accounts).order_by("account_id", "-on")
    return found.distinct("account_id")


def _line(
    row: EmployerAccount, sums: tuple[int, int], last: Dunning | None, deferred: tuple[Span, ...]
) -> LateLine:
    since = remitting.due_month(row)
    return LateLine(
        account_id=row.pk,
        number=row.number,
        employer=row.employer.name,
        since=since,
        months=len(months_of(since, row.overdue_month)),
        people=sums[0],
        month_fen=sums[1],
        reminded_on=last and last.on,
        told=last.told if last else 0,
        deferred=deferred,
    )
