"""One of an employer's people, as the employer's agents see one: what is paid, never what is there.

What is told was paid by this employer; what others paid, a balance or a withdrawal is not.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, QuerySet, Sum

from anju import ledger
from anju.business.contributions import deferrals
from anju.business.contributions.deferrals import Span
from anju.business.contributions.facts import account_state_text
from anju.business.contributions.models import (
    Enrolment,
    EnrolmentEvent,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.models.remittances import LIVE
from anju.parties import employees

MONTHS_ON_PAGE = 24
SEAL_REASONS = {"retired": "退休", "left": "离职", "unpaid_leave": "停薪留职等暂停发薪"}
"""Why somebody's contributions stopped, for a page."""


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """What this employer paid for the person in one month; fen."""

    number: str
    month: date
    base_fen: int
    employer_fen: int
    member_fen: int
    allocated_on: date | None

    @property
    def total_fen(self) -> int:
        """Both parts together."""
        return self.employer_fen + self.member_fen


@dataclass(frozen=True, slots=True)
class Standing:
    """A list of the employer's that is not paid yet and has the person in it."""

    number: str
    month: date
    state_text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to the enrolment with this employer; `month` is its first month."""

    what: str
    on: date
    month: date | None
    why: str


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """One person with this employer. `months` are the latest; the sums are of all of them.

    `deferred` are the employer's deferrals since it pays for this person.
    """

    account_id: int
    account_no: str
    name: str
    id_number: str
    phone: str
    state: str
    state_text: str
    base_fen: int
    employer_ratio: Fraction
    member_ratio: Fraction
    employer_fen: int
    member_fen: int
    first_month: date | None
    paid_through: date | None
    opened_on: date
    sealed_on: date | None
    seal_reason: str
    stop_approved_on: date | None
    changes: tuple[Change, ...]
    lists: tuple[Standing, ...]
    months: tuple[PaidMonth, ...]
    months_paid: int
    paid_fen: int
    deferred: tuple[Span, ...]

    @property
    def total_fen(self) -> int:
        """Both parts of a month together."""
        return self.employer_fen + self.member_fen


def member(employer_id: int, account_no: str) -> MemberFacts:
    """One of this employer's people by the account's number. Raises LookupError."""
    row = Enrolment.objects.filter(employer_id=employer_id, account_no=account_no).first()
    if row is None:
        raise LookupError(account_no)
    who = employees.employees([row.person_id])[row.person_id]
    state = ledger.account(row.account_id).state
    lines = RemittanceLine.objects.filter(
        account_id=row.account_id, remittance__account__employer_id=employer_id
    )
    waiting = lines.filter(remittance__state__in=LIVE).values("remittance_id")
    live = Remittance.objects.filter(pk__in=waiting)
    paid = lines.filter(remittance__state=Remittance.State.DONE)
    sums = paid.aggregate(
        months=Count("month", distinct=True), member=Sum("member_fen"), employer=Sum("employer_fen")
    )
    months = paid.select_related("remittance").order_by("-month", "-remittance_id")[:MONTHS_ON_PAGE]
    return MemberFacts(
        account_id=row.account_id,
        account_no=row.account_no,
        name=who.name,
        id_number=str(who.id_number),
        phone=str(who.phone or ""),
        state=state,
        state_text=account_state_text(state),
        base_fen=row.base_fen,
        employer_ratio=Fraction(row.employer_ratio),
        member_ratio=Fraction(row.member_ratio),
        employer_fen=row.employer_month_fen,
        member_fen=row.member_month_fen,
        first_month=row.first_month,
        paid_through=row.paid_through,
        opened_on=row.opened_on,
        sealed_on=row.sealed_on,
        seal_reason=SEAL_REASONS.get(row.seal_reason, ""),
        stop_approved_on=row.stop_approved_on,
        changes=tuple(_change(each) for each in _events(row)),
        lists=tuple(_standing(each) for each in live),
        months=tuple(_month(line) for line in months),
        months_paid=sums["months"],
        paid_fen=(sums["member"] or 0) + (sums["employer"] or 0),
        deferred=deferrals.for_employee(employer_id, row.first_month),
    )


def _events(row: Enrolment) -> "QuerySet[EnrolmentEvent]":
    events = EnrolmentEvent.objects.filter(account_id=row.account_id, employer_id=row.employer_id)
    return events.order_by("pk")


def _change(row: EnrolmentEvent) -> Change:
    return Change(row.get_kind_display(), row.on, row.month, SEAL_REASONS.get(row.reason, ""))


def _standing(row: Remittance) -> Standing:
    return Standing(row.number, row.month, row.get_state_display())


def _month(line: Any) -> PaidMonth:
    made = line.remittance
    return PaidMonth(
        made.number, line.month, line.base_fen, line.employer_fen, line.member_fen,
        made.allocated_on,
    )  # fmt: skip
