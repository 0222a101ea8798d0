"""What an employer's agents see of their remittances: what is due, a list, what was paid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from anju import ledger, policy
from anju.business.contributions import remitting
from anju.business.contributions.models import EmployerAccount, Remittance
from anju.business.contributions.models.remittances import LIVE
from anju.business.contributions.remitting import Due
from anju.domain.contribution import month_span, month_words
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.parties import facts as parties
from anju.store.paging import cut

PEOPLE_ON_PAGE = 50
PEOPLE_AT_ONCE = 1000
"""So many are read and named together for a file."""
PAST_ON_PAGE = 12


@dataclass(frozen=True)
class PersonLine:
    """One person of a list; fen. `month` where a list is for more than one month."""

    account_no: str
    name: str
    month: date | None
    base_fen: int
    member_fen: int
    employer_fen: int

    @property
    def total_fen(self) -> int:
        """Both parts together."""
        return self.member_fen + self.employer_fen


@dataclass(frozen=True)
class People:
    """A page of a list's people, by account number; `pages` is at least 1."""

    lines: tuple[PersonLine, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class ListFacts:
    """A list as it was confirmed, and where it stands. Sums in fen."""

    number: str
    kind_text: str
    reason_text: str
    is_back: bool
    from_month: date
    month: date
    state: str
    state_text: str
    headcount: int
    member_fen: int
    employer_fen: int
    total_fen: int
    due_on: date
    confirmed_at: datetime
    ended_at: datetime | None
    allocated_on: date | None
    receiving_account: str
    receiving_bank: str

    @property
    def month_text(self) -> str:
        """As people write it."""
        return month_span(self.from_month, self.month)

    @property
    def title(self) -> str:
        """What it is called: 2026年11月 汇缴."""
        return f"{self.month_text} {self.kind_text}"


@dataclass(frozen=True)
class RemittancePage:
    """The employer's account, the month whose turn it is, a list that waits, lists of before.

    `unallocated_fen` is the employer's own money that is nobody's yet. `has_come` is whether that
    month may be confirmed yet.
    """

    account_id: int
    account_number: str
    state_text: str
    paid_through: date | None
    unallocated_fen: int
    due: Due
    has_come: bool
    live: ListFacts | None
    people: People
    past: tuple[ListFacts, ...]

    @property
    def month_text(self) -> str:
        """The month whose turn it is, as people write it."""
        return month_words(self.due.month)

    @property
    def due_state(self) -> str:
        """Whether there is anything to confirm."""
        if not self.due.total_fen:
            return "没有应缴"
        return "待确认" if self.has_come else "未到缴存月份"

    @property
    def can_pay_from_unallocated(self) -> bool:
        """Whether what is there suffices for the list that waits."""
        return self.live is not None and self.unallocated_fen >= self.live.total_fen


def account_key(employer_id: int) -> int | None:
    """The key of an employer's account that is not closed, None where there is none."""
    return EmployerAccount.objects.live_of(employer_id).values_list("pk", flat=True).first()


def page(employer_id: int, *, on: date, number: int = 1) -> RemittancePage | None:
    """An employer's remittances on a day, with page `number` of the people; None without an
    account.
    """
    account = EmployerAccount.objects.live_of(employer_id)
    found = account.first()
    if found is None:
        return None
    due = remitting.due(found.pk)
    lists = Remittance.objects.filter(account=found)
    live = lists.filter(state__in=LIVE).first()
    past = lists.exclude(state__in=LIVE).order_by("-pk")[:PAST_ON_PAGE]
    return RemittancePage(
        account_id=found.pk,
        account_number=found.number,
        state_text=STATE_WORDS[AccountState(found.state)],
        paid_through=found.paid_through,
        unallocated_fen=ledger.unallocated(employer_id),
        due=due,
        has_come=due.month <= policy.contribution_terms(policy.current()).last_payable(on),
        live=None if live is None else list_of(live),
        people=_people_due(found, number) if live is None else _people_of(live, number),
        past=tuple(list_of(each) for each in past),
    )


def one(employer_id: int, number: str, *, page: int = 1) -> tuple[ListFacts, People]:
    """A list of this employer's, with a page of its people. Raises LookupError."""
    found = _one(employer_id, number)
    return list_of(found), _people_of(found, page)


def everybody(employer_id: int, number: str) -> tuple[ListFacts, Iterator[PersonLine]]:
    """A list of this employer's with everybody in it, read as they are asked for.

    Raises LookupError.
    """
    found = _one(employer_id, number)
    return list_of(found), _everybody(_lines_of(found), found.kind == Remittance.Kind.BACK)


def _everybody(lines: "QuerySet[Any, Any]", with_month: bool) -> Iterator[PersonLine]:
    unread = lines.iterator(PEOPLE_AT_ONCE)
    while some := list(islice(unread, PEOPLE_AT_ONCE)):
        yield from _named(some, with_month)


def _one(employer_id: int, number: str) -> Remittance:
    found = Remittance.objects.filter(account__employer_id=employer_id, number=number).first()
    if found is None:
        raise LookupError(number)
    return found


def list_of(row: Remittance) -> ListFacts:
    """A list as pages show it."""
    return ListFacts(
        number=row.number,
        kind_text=row.get_kind_display(),
        reason_text=row.get_reason_display(),
        is_back=row.kind == Remittance.Kind.BACK,
        from_month=row.from_month,
        month=row.month,
        state=row.state,
        state_text=row.get_state_display(),
        headcount=row.headcount,
        member_fen=row.member_fen,
        employer_fen=row.employer_fen,
        total_fen=row.total_fen,
        due_on=row.due_on,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        allocated_on=row.allocated_on,
        receiving_account=row.receiving_account,
        receiving_bank=_bank_of(row.receiving_account),
    )


def _bank_of(number: str) -> str:
    city = policy.current()
    kept = next((each for each in city.accounts.values() if each.number == number), None)
    return "" if kept is None else city.bank_branch_name(kept.bank, kept.branch)


def _lines_of(row: Remittance) -> "QuerySet[Any, Any]":
    return row.lines.order_by("enrolment__account_no", "month").values_list(
        "enrolment__account_no", "enrolment__person_id", "month", "base_fen", "member_fen",
        "employer_fen",
    )  # fmt: skip


def _people_of(row: Remittance, number: int) -> People:
    lines = _lines_of(row)
    if row.kind == Remittance.Kind.REGULAR:
        return _paged(lines, row.headcount, number, with_month=False)
    return _paged(lines, lines.count(), number)


def _people_due(account: EmployerAccount, number: int) -> People:
    people = remitting.people_due(account).order_by("account_no")
    lines = people.values_list(
        "account_no", "person_id", "first_month", "base_fen", "member_month_fen",
        "employer_month_fen",
    )  # fmt: skip
    return _paged(lines, people.count(), number, with_month=False)


def _paged(
    lines: "QuerySet[Any, Any]", count: int, number: int, *, with_month: bool = True
) -> People:
    page = cut(count, size=PEOPLE_ON_PAGE, number=number)
    return People(tuple(_named(lines[page.rows], with_month)), page.number, page.pages)


def _named(lines: Iterable[Any], with_month: bool) -> Iterator[PersonLine]:
    shown = list(lines)
    names = parties.full_names(person for _no, person, *_ in shown)
    for no, person, month, *sums in shown:
        yield PersonLine(no, names[person], month if with_month else None, *sums)
