"""What a correction looks at: the member's months on our lists, the account, what was entered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from anju import policy
from anju.business.contributions import paid_months
from anju.business.contributions.correcting.reckoning import Back, Sums, given_back
from anju.business.contributions.facts import EnrolmentFacts
from anju.business.contributions.models import EmployerAccount, Remittance
from anju.business.contributions.stopping import facts as stopping
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.cases.declaration import Asked, Subject
from anju.cases.records import Quote
from anju.domain.calendar import months_of
from anju.domain.contribution import clip, month_span, part
from anju.domain.money import yuan

REASONS = {
    "left_before": "已离职、停缴的职工",
    "wrong_base": "缴存基数填错",
    "paid_twice": "重复缴存",
    "other": "其他错缴",
}
"""Why it was wrong."""
RECORD_FIELDS = stopping.RECORD_FIELDS | {"corrected_months", "corrected_amount"}
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class CorrectingFacts:
    """One member for whom too much was paid.

    Attributes:
        who: the member with enrolment and account, as for a stop.
        from_month: the first month that is wrong; None while nothing is entered.
        months: the months from then through the last that was paid.
        missing: the first of them that stands on no list of ours; None when all do.
        back: what would be given back, month by month.
        keeps_months: whether the months stay paid, on a lower base.
    """

    who: StoppingFacts
    has_employer_account: bool
    from_month: date | None
    months: tuple[date, ...]
    missing: date | None
    back: tuple[Back, ...]
    keeps_months: bool

    @property
    def fen(self) -> int:
        """All that would be given back."""
        return sum(each.fen for each in self.back)

    @property
    def free_fen(self) -> int:
        """What of the balance is neither held nor frozen."""
        account = self.who.account
        if account is None or account.frozen_whole:
            return 0
        return max(0, account.balance - account.held - account.frozen)


def gather(asked: Asked) -> CorrectingFacts:
    """Read everything the rules and the pages need."""
    who = stopping.gather(asked)
    enrolment = who.enrolment
    entered = asked.answers.get("from_month", "")
    first = date.fromisoformat(f"{entered}-01") if entered else None
    base = asked.answers.get("base", "")
    months, paid = _paid(enrolment, first)
    right = None if not base or enrolment is None else _right(enrolment, int(base))
    return CorrectingFacts(
        who=who,
        has_employer_account=enrolment is not None
        and EmployerAccount.objects.live_of(enrolment.employer_id).exists(),
        from_month=first,
        months=months,
        missing=next((month for month in months if month not in paid), None),
        back=given_back(paid, right),
        keeps_months=bool(base),
    )


def _paid(
    enrolment: EnrolmentFacts | None, first: date | None
) -> tuple[tuple[date, ...], dict[date, Sums]]:
    """The months from the first wrong one on, and what our lists paid for them and still stands."""
    if enrolment is None or first is None or enrolment.paid_through is None:
        return (), {}
    last = enrolment.paid_through
    lines = paid_months.lines([enrolment.account_id]).filter(
        month__range=(first, last),
        remittance__state=Remittance.State.DONE,
        remittance__account__employer_id=enrolment.employer_id,
    )
    paid: dict[date, Sums] = {}
    for month, member, employer in lines.values_list("month", "member_fen", "employer_fen"):
        before = paid.get(month, (0, 0))
        paid[month] = before[0] + member, before[1] + employer
    taken = paid_months.corrected([enrolment.account_id], first, last)
    for (_account, month), (member, employer) in taken.items():
        paid[month] = paid[month][0] - member, paid[month][1] - employer
    return tuple(months_of(first, last)), paid


def _right(enrolment: EnrolmentFacts, base_fen: int) -> Callable[[date], Sums]:
    """What each month should have been paid on a base, by its own limits and rounding."""
    terms = policy.contribution_terms(policy.current())

    def right(month: date) -> Sums:
        base, _ = clip(base_fen, terms.limits(month))
        rounding = terms.rounding(month)
        return (
            part(base, Fraction(enrolment.member_ratio), rounding=rounding),
            part(base, Fraction(enrolment.employer_ratio), rounding=rounding),
        )

    return right


def subject(facts: CorrectingFacts) -> Subject | None:
    """The account that was paid into, None where there is none or it is closed."""
    return stopping.subject(facts.who)


def record(facts: CorrectingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    back = facts.back
    return {
        **stopping.record(facts.who, quote, at),
        "corrected_months": month_span(back[0].month, back[-1].month) if back else "—",
        "corrected_amount": f"{yuan(facts.fen)} 元" if back else "—",
    }


def fingerprint(facts: CorrectingFacts) -> str:
    """What is given back: another amount asks for another look."""
    return ",".join(f"{one.month:%Y%m}:{one.member_fen}:{one.employer_fen}" for one in facts.back)


def finished_text(quote: Quote | None) -> str:
    """What the member reads once it is put right."""
    return (
        "单位为您多缴、错缴的住房公积金已经管理部审批，退回单位。"
        "与实际情况不符的，请联系单位或管理部。"
    )
