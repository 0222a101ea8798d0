"""What an employer's agents see of their adjustments: the draft line by line, and what was done."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.db.models import F, QuerySet, Sum

from anju import ledger, policy
from anju.business.contributions.adjusting import bases
from anju.business.contributions.adjusting.rules import window_ends
from anju.business.contributions.models import (
    BaseAdjustment,
    EmployerAccount,
    Enrolment,
    RatioChange,
)
from anju.business.contributions.remittance_lists import adjusting
from anju.business.contributions.remitting import due_month
from anju.business.contributions.rosters.facts import pace
from anju.domain.contribution import ratio_words
from anju.domain.contribution_terms import Interval, Limits
from anju.parties import facts as parties
from anju.store.paging import cut

LINES_ON_PAGE: Final = 50
PAST_ON_PAGE: Final = 12
WRONG, UNUSUAL = "wrong", "unusual"


@dataclass(frozen=True)
class Line:
    """One person of a draft; fen. `new_base_fen` as it was given, `base_fen` as it is applied."""

    account_no: str
    name: str
    old_base_fen: int
    new_base_fen: int | None
    base_fen: int | None
    problem: str
    note: str


@dataclass(frozen=True)
class Sent:
    """The last file of new bases: being read, filled in, refused or left.

    `done` of `total` people are filled in, `per_second` of them on average; `left_seconds` is None
    while nothing can be foretold. `says` tells why it was refused.
    """

    state: str
    sent_at: datetime
    total: int
    done: int
    per_second: int
    left_seconds: int | None
    says: str
    problems: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Draft:
    """An adjustment that is being filled in; sums in fen, of those who are good."""

    number: str
    sent: Sent | None
    people: int
    wrong: int
    unusual: int
    old_bases_fen: int
    bases_fen: int
    lines: tuple[Line, ...]
    page: int
    pages: int

    @property
    def good(self) -> int:
        """How many may be applied."""
        return self.people - self.wrong


@dataclass(frozen=True)
class Past:
    """An adjustment that ended."""

    number: str
    effective_month: date
    state_text: str
    people: int
    ended_at: datetime
    back_list: str


@dataclass(frozen=True)
class BasePage:
    """The employer's account, from when bases would hold and until when they are taken."""

    account_id: int
    effective_month: date
    window_ends: date
    people: int
    limits: Limits
    draft: Draft | None
    past: tuple[Past, ...]


def base_page(
    employer_id: int, *, at: datetime, show: str = "", number: int = 1
) -> BasePage | None:
    """The employer's base adjustment, with a page of its draft; None without an account.

    `show` is WRONG or UNUSUAL for those lines alone.
    """
    account = EmployerAccount.objects.live_of(employer_id).first()
    if account is None:
        return None
    month = bases.effective_month(ledger.business_date())
    city = policy.current()
    every = BaseAdjustment.objects.filter(account=account)
    draft = every.filter(state=BaseAdjustment.State.DRAFT).first()
    past = every.exclude(state=BaseAdjustment.State.DRAFT).select_related("back_list")
    return BasePage(
        account_id=account.pk,
        effective_month=month,
        window_ends=window_ends(month, city),
        people=bases.people(account, month).count(),
        limits=policy.contribution_terms(city).limits(month),
        draft=None if draft is None else _draft(draft, show, number, at),
        past=tuple(_past(each) for each in past.order_by("-pk")[:PAST_ON_PAGE]),
    )


def draft_of(employer_id: int) -> BaseAdjustment | None:
    """The adjustment that is being filled in for an employer."""
    return BaseAdjustment.objects.filter(
        account__employer_id=employer_id, state=BaseAdjustment.State.DRAFT
    ).first()


def _past(row: BaseAdjustment) -> Past:
    return Past(
        row.number,
        row.effective_month,
        row.get_state_display(),
        row.lines.filter(is_applied=True).count(),
        row.ended_at,
        "" if row.back_list is None else row.back_list.number,
    )


def _draft(row: BaseAdjustment, show: str, number: int, at: datetime) -> Draft:
    every: QuerySet[Any] = row.lines.all()
    wrong, unusual = every.exclude(problem=""), every.exclude(note="")
    shown = {WRONG: wrong, UNUSUAL: unusual}.get(show, every)
    page = cut(shown.count(), size=LINES_ON_PAGE, number=number)
    lines = list(
        shown.order_by("enrolment__account_no").values_list(
            "enrolment__account_no", "enrolment__person_id", "old_base_fen", "new_base_fen",
            "base_fen", "problem", "note",
        )[page.rows]
    )  # fmt: skip
    names = parties.full_names(person for _no, person, *_ in lines)
    sums = every.filter(problem="").aggregate(old=Sum("old_base_fen"), new=Sum("base_fen"))
    return Draft(
        number=row.number,
        sent=_sent(row, at),
        people=every.count(),
        wrong=wrong.count(),
        unusual=unusual.count(),
        old_bases_fen=sums["old"] or 0,
        bases_fen=sums["new"] or 0,
        lines=tuple(Line(no, names[person], *rest) for no, person, *rest in lines),
        page=page.number,
        pages=page.pages,
    )


def _sent(row: BaseAdjustment, at: datetime) -> Sent | None:
    last = row.files.order_by("-pk").first()
    if last is None:
        return None
    per_second, left = pace(last.total, last.done, at - last.sent_at)
    return Sent(
        state=last.state,
        sent_at=last.sent_at,
        total=last.total,
        done=last.done,
        per_second=per_second,
        left_seconds=left,
        says=last.says,
        problems=tuple((number, says) for number, says in last.problems),
    )


@dataclass(frozen=True)
class Turn:
    """A change of ratios that was made; month amounts in fen."""

    number: str
    effective_month: date
    old_text: str
    new_text: str
    headcount: int
    before_fen: int
    after_fen: int


@dataclass(frozen=True)
class RatioPage:
    """The employer's ratios, from when a change would hold, what is lawful, what was changed."""

    account_id: int
    member_ratio: str
    employer_ratio: str
    due_month: date
    member_lawful: Interval
    employer_lawful: Interval
    headcount: int
    month_fen: int
    adjusting: str
    past: tuple[Turn, ...]


def ratio_page(employer_id: int) -> RatioPage | None:
    """The employer's ratios and their changes; None without an account."""
    account = EmployerAccount.objects.live_of(employer_id).first()
    if account is None:
        return None
    month, terms = due_month(account), policy.contribution_terms(policy.current())
    people = Enrolment.objects.filter(employer_id=employer_id, sealed_on__isnull=True)
    sums = people.aggregate(fen=Sum(F("member_month_fen") + F("employer_month_fen")))
    past = RatioChange.objects.filter(account=account).order_by("-pk")[:PAST_ON_PAGE]
    return RatioPage(
        account_id=account.pk,
        member_ratio=ratio_words(Fraction(account.member_ratio)),
        employer_ratio=ratio_words(Fraction(account.employer_ratio)),
        due_month=month,
        member_lawful=terms.member_ratios(month),
        employer_lawful=terms.employer_ratios(month),
        headcount=people.count(),
        month_fen=sums["fen"] or 0,
        adjusting=adjusting(account),
        past=tuple(
            Turn(
                each.number,
                each.effective_month,
                _pair(each.old_employer_ratio, each.old_member_ratio),
                _pair(each.employer_ratio, each.member_ratio),
                each.headcount,
                each.before_fen,
                each.after_fen,
            )
            for each in past
        ),
    )


def _pair(employer: Any, member: Any) -> str:
    return f"单位 {ratio_words(Fraction(employer))}，个人 {ratio_words(Fraction(member))}"
