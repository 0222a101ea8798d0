"""What a return to paying looks at: the deferral that is approved or running."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju.business.contributions import standing
from anju.business.contributions.standing import Standing
from anju.cases.declaration import Asked
from anju.cases.records import Quote

RECORD_FIELDS = standing.RECORD_FIELDS | {"deferral"}
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class ResumingFacts:
    """An employer that pays again; `from_month` is None while nothing is entered."""

    who: Standing
    from_month: date | None


def gather(asked: Asked) -> ResumingFacts:
    """Read everything the rules and the pages need. Raises NotYours."""
    return ResumingFacts(standing.gather(asked), standing.month_of(asked.answers, "from_month"))


def record(facts: ResumingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    deferral = facts.who.deferral
    return {**standing.record(facts.who), "deferral": deferral.text if deferral else "—"}
