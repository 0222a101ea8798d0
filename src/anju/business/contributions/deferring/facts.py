"""What a deferral looks at: how the employer stands, and what it applies for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju.business.contributions import standing
from anju.business.contributions.standing import Standing
from anju.cases.declaration import Answers, Asked
from anju.cases.records import Mistakes, Quote

REASONS = {
    "loss": "连续亏损",
    "stopped": "停产、半停产",
    "other": "其他经营困难",
}
"""Why an employer cannot pay in time."""
RECORD_FIELDS = standing.RECORD_FIELDS
YEARS = {"last": "上年", "before": "前年"}


@dataclass(frozen=True)
class DeferringFacts:
    """An employer that would pay some months later; the months are None while nothing is entered.

    `loss_fen` is last year's loss, `reason` one of REASONS or "".
    """

    who: Standing
    from_month: date | None
    to_month: date | None
    reason: str
    loss_fen: int


def gather(asked: Asked) -> DeferringFacts:
    """Read everything the rules and the pages need. Raises NotYours."""
    answers = asked.answers
    return DeferringFacts(
        who=standing.gather(asked),
        from_month=standing.month_of(answers, "from_month"),
        to_month=standing.month_of(answers, "to_month"),
        reason=answers.get("reason", ""),
        loss_fen=int(answers.get("loss_last", "") or 0),
    )


def record(facts: DeferringFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    return standing.record(facts.who)


def clean(answers: Answers) -> Answers | Mistakes:
    """A year ends in a profit or in a loss: one of both is above nought, not both."""
    wrong = {
        f"loss_{year}": f"{words}盈利和{words}亏损只能填写一项，另一项不填。"
        for year, words in YEARS.items()
        if int(answers[f"profit_{year}"] or 0) and int(answers[f"loss_{year}"] or 0)
    }
    return Mistakes(wrong) if wrong else answers
