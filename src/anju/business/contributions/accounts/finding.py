"""The employers of a branch, as its staff look for one."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from anju.business.contributions.models import EmployerAccount, Enrolment
from anju.cases.ownership import case_worker
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.domain.identifiers import normalise_uscc
from anju.store.paging import cut

ON_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class EmployerLine:
    """An employer's account; `people` counts those who are paid for."""

    uscc: str
    name: str
    number: str
    state: str
    state_text: str
    paid_through: date | None
    people: int


@dataclass(frozen=True, slots=True)
class EmployersPage:
    """A page of the accounts that were found, the first opened first."""

    lines: tuple[EmployerLine, ...]
    count: int
    number: int
    pages: int


def employers(staff_id: int, *, like: str = "", number: int = 1) -> EmployersPage:
    """The accounts of this person's branch whose employer's name has `like` in it, whose code
    begins with it, or whose number it is; all of them without one. Raises NotYours.
    """
    branch = case_worker(staff_id).branch_code
    rows = EmployerAccount.objects.employers().filter(employer__branch_code=branch)
    if text := like.strip():
        code = normalise_uscc(text)
        rows = rows.filter(
            Q(employer__name__icontains=text) | Q(employer__uscc__startswith=code) | Q(number=code)
        )
    count = rows.count()
    page = cut(count, size=ON_PAGE, number=number)
    found = rows.annotate(people=_people()).select_related("employer").order_by("number")
    return EmployersPage(
        tuple(_line(row) for row in found[page.rows]), count, page.number, page.pages
    )


def _people() -> Coalesce:
    paid_for = Enrolment.objects.filter(
        employer_id=OuterRef("employer_id"), sealed_on__isnull=True
    ).order_by()
    heads = paid_for.values("employer_id").annotate(heads=Count("pk")).values("heads")
    return Coalesce(Subquery(heads), 0)


def _line(row: EmployerAccount) -> EmployerLine:
    return EmployerLine(
        uscc=row.employer.uscc,
        name=row.employer.name,
        number=row.number,
        state=row.state,
        state_text=STATE_WORDS[AccountState(row.state)],
        paid_through=row.paid_through,
        people=row.people,
    )
