"""What the books may know of a case: its amounts, who decided it, how many pictures it keeps.

Who keeps the books does not open cases: no picture, no full name, no number of anybody, no note.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from anju.cases.assessment import quote_from_json
from anju.cases.models import Case, Evidence
from anju.cases.records import CaseLine, Quote, TimelineEntry
from anju.cases.showing import lines_of, timeline_of


@dataclass(frozen=True)
class BookedCase:
    """A submitted case as its vouchers tell it; `quote` is what it comes to, in fen."""

    line: CaseLine
    ended_at: datetime | None
    quote: Quote | None
    pictures: int
    timeline: tuple[TimelineEntry, ...]


def booked_case(reference: str, *, at: datetime) -> BookedCase:
    """A case by its number, for whoever keeps the books. Raises LookupError."""
    case = _submitted(reference).first()
    if case is None:
        raise LookupError(reference)
    (line,) = lines_of([case], at=at)
    told = timeline_of(case, for_staff=True)
    return BookedCase(
        line=line,
        ended_at=case.ended_at,
        quote=quote_from_json(case.quote),
        pictures=pictures_of([reference]).get(reference, 0),
        timeline=tuple(TimelineEntry(one.at, one.title, one.who, "") for one in told),
    )


def is_case(reference: str) -> bool:
    """Whether a submitted case has this number."""
    return _submitted(reference).exists()


def _submitted(reference: str) -> QuerySet[Case]:
    return Case.objects.filter(reference=reference, submitted_at__isnull=False)


def pictures_of(references: Iterable[str]) -> Mapping[str, int]:
    """How many pictures each of these cases keeps, by its number; a case without any is left out.

    A count alone says nothing of anybody: whoever may name the cases may ask.
    """
    kept = Evidence.objects.filter(case__reference__in=references, removed_at__isnull=True)
    return dict(kept.values_list("case__reference").annotate(Count("id")).order_by())
