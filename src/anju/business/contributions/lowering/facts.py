"""What lower ratios look at: how the employer stands, and what it applies for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from anju.business.contributions import standing
from anju.business.contributions.standing import Standing
from anju.cases.declaration import Asked
from anju.cases.records import Quote
from anju.domain.contribution import ratio_words

REASONS = {
    "loss": "连续亏损",
    "stopped": "停产、半停产",
    "other": "其他经营困难",
}
"""Why an employer cannot pay by its ratios."""
RECORD_FIELDS = standing.RECORD_FIELDS | {"lowering"}
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class LoweringFacts:
    """An employer that would pay by lower ratios; everything None while nothing is entered."""

    who: Standing
    from_month: date | None
    to_month: date | None
    member_ratio: Fraction | None
    employer_ratio: Fraction | None


def gather(asked: Asked) -> LoweringFacts:
    """Read everything the rules and the pages need. Raises NotYours."""
    answers = asked.answers
    return LoweringFacts(
        who=standing.gather(asked),
        from_month=standing.month_of(answers, "from_month"),
        to_month=standing.month_of(answers, "to_month"),
        member_ratio=_ratio(answers, "member_ratio"),
        employer_ratio=_ratio(answers, "employer_ratio"),
    )


def _ratio(answers: Mapping[str, str], code: str) -> Fraction | None:
    entered = answers.get(code, "")
    return Fraction(entered) if entered else None


def record(facts: LoweringFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    return {**standing.record(facts.who), "lowering": facts.who.lowering or "—"}


def fingerprint(facts: LoweringFacts) -> str:
    """From which ratios it goes down: others ask for another look."""
    return "/".join(
        ratio_words(each) for each in (facts.who.employer_ratio, facts.who.member_ratio)
    )
