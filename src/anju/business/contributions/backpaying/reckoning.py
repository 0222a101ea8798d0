"""What a person's month that has passed comes to: pure, each month by its own limits."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from anju.business.contributions.models import Remittance
from anju.domain.contribution import clip, month_words, part
from anju.domain.contribution_terms import ContributionTerms, Limits, Rounding

Reason = Remittance.Reason
ARREARS, SHORT, ARBITRATION, DEFERRED = (
    Reason(each).label
    for each in (Reason.ARREARS, Reason.SHORT, Reason.ARBITRATION, Reason.DEFERRED)
)


class Paid(NamedTuple):
    """What was paid for a month already, in fen."""

    member_fen: int = 0
    employer_fen: int = 0


NOTHING = Paid()


class Line(NamedTuple):
    """What is paid for one person and one month: the base that is applied, both parts in fen.

    `limit` names the limit that changed the base, "" where none did.
    """

    account_id: int
    enrolment_id: int
    month: date
    base_fen: int
    member_fen: int
    employer_fen: int
    limit: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a back payment may be for; `base_fen` is the base that is asked for.

    `first_month` is the month with which the employer began to pay for him, None where another
    system knows; `sealed_on` the day of the seal.
    """

    account_id: int
    enrolment_id: int
    base_fen: int
    first_month: date | None = None
    sealed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reckoner:
    """How months are reckoned: for what reason, by which ratios, under whose terms.

    The ratios must lie in every month's interval (`months_problem` of the rules looks).
    """

    reason: str
    member_ratio: Fraction
    employer_ratio: Fraction
    terms: ContributionTerms
    _known: dict[date, tuple[Limits, Rounding]] = field(default_factory=dict)

    def parts(self, base_fen: int, month: date) -> tuple[int, Paid, str]:
        """The base that is applied in a month, its parts, and the limit that changed it."""
        if month not in self._known:
            self._known[month] = self.terms.limits(month), self.terms.rounding(month)
        limits, rounding = self._known[month]
        applied, clipping = clip(base_fen, limits)
        parts = Paid(
            part(applied, self.member_ratio, rounding=rounding),
            part(applied, self.employer_ratio, rounding=rounding),
        )
        return applied, parts, "" if clipping is None else clipping.name

    def line(self, person: Person, month: date, paid: Paid) -> Line | str:
        """What is left to be paid for a month after what was paid, or why nothing may be.

        Together with what was paid it is never more than the month's cap allows.
        """
        problem = self._problem(person, month, paid)
        if problem:
            return problem
        applied, parts, limit = self.parts(person.base_fen, month)
        member = max(0, parts.member_fen - paid.member_fen)
        employer = max(0, parts.employer_fen - paid.employer_fen)
        if not member and not employer:
            most = f"已到该月{limit}" if limit else "已按这个基数缴足"
            return f"{month_words(month)} {most}，没有可补缴的"
        return Line(person.account_id, person.enrolment_id, month, applied, member, employer, limit)

    def _problem(self, person: Person, month: date, paid: Paid) -> str:
        words = month_words(month)
        if person.sealed_on is not None and month > person.sealed_on.replace(day=1):
            return f"{words} 在账户封存之后"
        first = person.first_month
        if self.reason == Reason.OPENING and first is None:
            return "不是在本中心新开的账户，请选其他补缴原因"
        if self.reason in (Reason.OPENING, Reason.DEFERRED) and first is not None and month < first:
            return f"{words} 早于该职工的首次汇缴年月 {month_words(first)}"
        once = (Reason.ARREARS, Reason.OPENING, Reason.DEFERRED)
        if self.reason in once and paid != NOTHING:
            return f"{words} 已缴，补差额请选“{SHORT}”"
        if self.reason == Reason.SHORT and paid == NOTHING:
            return f"{words} 没有缴过，请选“{ARREARS}”"
        return ""
