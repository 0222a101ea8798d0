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

    @property
    def text(self) -> str:
        """As people write it: 2026年12月至2027年05月."""
        return month_span(self.first, self.last)


def spans(account_id: int) -> tuple[Span, ...]:
    """Every deferral of an employer's account that deferred anything, oldest first."""
    rows = Deferral.objects.filter(account_id=account_id, last_month__isnull=False)
    return tuple(
        Span(each.number, each.from_month, each.last_month, each.state == Deferral.State.ENDED)
        for each in rows.order_by("from_month", "pk")
    )


def live(account_id: int) -> Span | None:
    """The deferral that is approved or running, if there is one."""
    return next((each for each in spans(account_id) if not each.is_over), None)


def are_deferred(months: Iterable[date], among: Iterable[Span]) -> bool:
    """Whether every one of some months lies in one of the spans."""
    known = tuple(among)
    return all(any(each.first <= month <= each.last for each in known) for month in months)
