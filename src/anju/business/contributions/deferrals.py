"""Which months of an employer are deferred: read by whoever asks what is owed and what is paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anju.business.contributions.models import Deferral
from anju.domain.contribution import month_span


@dataclass(frozen=True, slots=True)
class Span:
    """Months that are deferred, from the first through the last."""

    number: str
    first: date
    last: date
    is_over: bool
    state_text: str = ""

    @property
    def text(self) -> str:
        """As people write it: 2026年12月至2027年05月."""
        return month_span(self.first, self.last)


def spans(account_id: int) -> tuple[Span, ...]:
    """Every deferral of an employer's account that deferred anything, oldest first."""
    return spans_of([account_id]).get(account_id, ())


def spans_of(account_ids: Iterable[int]) -> dict[int, tuple[Span, ...]]:
    """The same of several accounts, by account; those without any are not in it."""
    rows = Deferral.objects.filter(account_id__in=list(account_ids), last_month__isnull=False)
    found: dict[int, tuple[Span, ...]] = {}
    for each in rows.order_by("from_month", "pk"):
        found[each.account_id] = (*found.get(each.account_id, ()), _span(each))
    return found


def for_employee(employer_id: int, since: date | None) -> tuple[Span, ...]:
    """The deferrals that concern somebody his employer pays for from a month on."""
    rows = Deferral.objects.filter(account__employer_id=employer_id, last_month__isnull=False)
    if since is not None:
        rows = rows.filter(last_month__gte=since)
    return tuple(_span(each) for each in rows.order_by("from_month", "pk"))


def _span(row: Deferral) -> Span:
    is_over = row.state == Deferral.State.ENDED
    return Span(row.number, row.from_month, row.last_month, is_over, row.get_state_display())


def live(account_id: int) -> Span | None:
    """The deferral that is approved or running, if there is one."""
    return next((each for each in spans(account_id) if not each.is_over), None)


def are_deferred(months: Iterable[date], among: Iterable[Span]) -> bool:
    """Whether every one of some months lies in one of the spans."""
    known = tuple(among)
    return all(any(each.first <= month <= each.last for each in known) for month in months)
