"""职工名单: an employer's people as its agents see them: found, sorted, added up, page by page.

An agent sees what the employer pays and for whom; never a balance, nor what anybody took out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from anju import ledger
from anju.business.contributions.facts import account_state_text
from anju.business.contributions.models import Enrolment
from anju.parties import employees
from anju.store import audit
from anju.store.audit import Actor
from anju.store.paging import cut

ON_PAGE: Final = 50
_READ_AT_ONCE: Final = 2_000
CONTRIBUTING, SEALED, CLOSED, PRESENT = "contributing", "sealed", "closed", "present"
STATES: Final = (PRESENT, CONTRIBUTING, SEALED, CLOSED)
"""What a list may be narrowed to; who is present contributes or is sealed."""
_LEDGER_STATES: Final = {CONTRIBUTING: "open", SEALED: "sealed", CLOSED: "closed"}
SORTS: Final[dict[str, Any]] = {
    "account_no": F("account_no"),
    "base": F("base_fen"),
    "employer": F("employer_month_fen"),
    "member": F("member_month_fen"),
    "total": F("employer_month_fen") + F("member_month_fen"),
    "paid_through": F("paid_through"),
    "opened_on": F("opened_on"),
}
"""By what a list may be sorted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see: whom (`text`, part of a name, an account number, an ID number or
    its end), in which state, sorted by a column, the greatest first if `down`."""

    text: str = ""
    state: str = PRESENT
    sort: str = "account_no"
    down: bool = False
    page: int = 1

    def known(self) -> "Asked":
        """The same, with what nobody offered left out."""
        return replace(
            self,
            state=self.state if self.state in STATES else PRESENT,
            sort=self.sort if self.sort in SORTS else "account_no",
        )


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One of an employer's people; fen a month."""

    account_id: int
    account_no: str
    name: str
    id_number: str
    state: str
    state_text: str
    base_fen: int
    employer_fen: int
    member_fen: int
    paid_through: date | None
    opened_on: date

    @property
    def total_fen(self) -> int:
        """Both parts together."""
        return self.employer_fen + self.member_fen


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people, and what is theirs together; fen."""

    people: int
    base_fen: int
    employer_fen: int
    member_fen: int

    @property
    def total_fen(self) -> int:
        """Both parts together."""
        return self.employer_fen + self.member_fen


@dataclass(frozen=True, slots=True)
class MembersPage:
    """A page of the list, the sums of all that was asked for, and how many there are by state."""

    asked: Asked
    lines: tuple[MemberLine, ...]
    totals: Totals
    counts: dict[str, int]
    pages: int


def members(employer_id: int, asked: Asked, *, actor: Actor, at: datetime) -> MembersPage:
    """A page of an employer's people. A page beyond the last is the last.

    Who was looked for by a text is written down, the text is not.
    """
    asked = asked.known()
    people = _People(employer_id, asked.text)
    totals, counts = people.sums(asked.state)
    page = cut(totals.people, size=ON_PAGE, number=asked.page)
    asked = replace(asked, page=page.number)
    lines = people.lines(people.sorted(asked)[page.rows])
    if asked.text:
        _write("sought", employer_id, actor, at, found=[line.account_id for line in lines])
    return MembersPage(asked, lines, totals, counts, page.pages)


def every_member(
    employer_id: int, asked: Asked, *, kind: str, actor: Actor, at: datetime
) -> tuple[Totals, Iterator[MemberLine]]:
    """All that is asked for, to be taken out of the hall as a file of this kind: written down."""
    asked = asked.known()
    people = _People(employer_id, asked.text)
    totals, _ = people.sums(asked.state)
    _write("exported", employer_id, actor, at, kind=kind, state=asked.state, people=totals.people)
    return totals, people.stream(asked)


class _People:
    """An employer's enrolments, those of whom a text means if there is one."""

    def __init__(self, employer_id: int, text: str) -> None:
        self.rows = Enrolment.objects.filter(employer_id=employer_id)
        self.closed = frozenset(ledger.closed_of(employer_id))
        self.is_closed = Q(account_id__in=self.closed)
        if text:
            among = self.rows.values("person_id")
            is_meant = Q(person_id__in=employees.meant(among, text))
            self.rows = self.rows.filter(is_meant | Q(account_no__startswith=text.strip()))

    def _condition(self, state: str) -> Q:
        return {
            PRESENT: ~self.is_closed,
            CONTRIBUTING: ~self.is_closed & Q(sealed_on__isnull=True),
            SEALED: ~self.is_closed & Q(sealed_on__isnull=False),
            CLOSED: self.is_closed,
        }[state]

    def sums(self, state: str) -> tuple[Totals, dict[str, int]]:
        """The sums of a state, and the heads of every one, by one query."""
        chosen = self._condition(state)
        found = self.rows.aggregate(
            **{each: Count("pk", filter=self._condition(each)) for each in STATES},
            base=Sum("base_fen", filter=chosen),
            employer=Sum("employer_month_fen", filter=chosen),
            member=Sum("member_month_fen", filter=chosen),
        )
        counts = {each: found[each] for each in STATES}
        sums = (found[name] or 0 for name in ("base", "employer", "member"))
        return Totals(counts[state], *sums), counts

    def sorted(self, asked: Asked) -> "QuerySet[Enrolment]":
        """Those in the state that is asked for, in the order that is."""
        by = SORTS[asked.sort]
        order = by.desc(nulls_last=True) if asked.down else by.asc(nulls_first=True)
        return self.rows.filter(self._condition(asked.state)).order_by(order, "account_no")

    def lines(self, rows: "QuerySet[Enrolment]") -> tuple[MemberLine, ...]:
        """Enrolments with their persons, by two queries."""
        found = list(rows)
        told = employees.employees({row.person_id for row in found})
        return tuple(self._line(row, told[row.person_id]) for row in found)

    def stream(self, asked: Asked) -> Iterator[MemberLine]:
        """All lines, some thousands in hand at a time."""
        keys = list(self.sorted(asked).values_list("pk", flat=True))
        for first in range(0, len(keys), _READ_AT_ONCE):
            some = keys[first : first + _READ_AT_ONCE]
            yield from self.lines(self.sorted(asked).filter(pk__in=some))

    def _line(self, row: Enrolment, who: employees.Employee) -> MemberLine:
        state = SEALED if row.sealed_on is not None else CONTRIBUTING
        if row.account_id in self.closed:
            state = CLOSED
        return MemberLine(
            account_id=row.account_id,
            account_no=row.account_no,
            name=who.name,
            id_number=str(who.id_number),
            state=state,
            state_text=account_state_text(_LEDGER_STATES[state]),
            base_fen=row.base_fen,
            employer_fen=row.employer_month_fen,
            member_fen=row.member_month_fen,
            paid_through=row.paid_through,
            opened_on=row.opened_on,
        )


def _write(what: str, employer_id: int, actor: Actor, at: datetime, **details: object) -> None:
    audit.write(
        f"contributions.members_{what}",
        at=at,
        actor=actor,
        subject=audit.Subject("employer", str(employer_id)),
        details=details,
    )
