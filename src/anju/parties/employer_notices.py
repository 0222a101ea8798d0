"""What the centre tells an employer: read in its hall by all who act for it, newest first."""

from dataclasses import dataclass
from datetime import datetime

from anju.parties.models import EmployerNotice


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One notice; `about` is the service it speaks of, "" where it speaks of none."""

    id: int
    at: datetime
    kind: str
    about: str
    text: str


def write(employer_id: int, *, kind: str, text: str, at: datetime, about: str = "") -> None:
    """Tell an employer something in its hall alone; inside atomic(), with what it tells of."""
    EmployerNotice.objects.create(employer_id=employer_id, kind=kind, text=text, at=at, about=about)


def of_employer(
    employer_id: int, *, before: int | None = None, limit: int = 20
) -> tuple[NoticeFacts, ...]:
    """An employer's notices, newest first, `limit` at a time before notice `before`."""
    found = EmployerNotice.objects.filter(employer_id=employer_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(
        NoticeFacts(each.pk, each.at, each.kind, each.about, each.text)
        for each in found.order_by("-id")[:limit]
    )
