"""What others may know of the money that the bank was asked to fetch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.treasury.models import Arrival, CollectionOrder
from anju.business.treasury.models.collections import STATUS_TEXT
from anju.domain.payment import UNSETTLED, PaymentStatus


@dataclass(frozen=True)
class Fetched:
    """One order to fetch money, and where it stands; fen.

    `under_way` while the bank has not said what became of it, or has fetched the money and not
    told yet that it came.
    """

    order_no: str
    amount_fen: int
    written_at: datetime
    status_text: str
    reason: str
    under_way: bool


def fetched_for(number: str) -> tuple[Fetched, ...]:
    """Every order written for a matter, newest first."""
    rows = list(CollectionOrder.objects.filter(number=number).order_by("-written_at", "-pk"))
    serials = [row.bank_serial for row in rows if row.bank_serial]
    told = set(Arrival.objects.filter(serial__in=serials).values_list("serial", flat=True))
    return tuple(
        Fetched(
            row.pk, row.amount_fen, row.written_at, STATUS_TEXT[PaymentStatus(row.status)],
            row.reason if row.status == PaymentStatus.FAILED else "",
            row.status in UNSETTLED
            or (row.status == PaymentStatus.PAID and row.bank_serial not in told),
        )
        for row in rows
    )  # fmt: skip


def matters_of(marks: Collection[str]) -> Mapping[str, str]:
    """For which matter each of these order numbers was written; what is none is left out."""
    rows = CollectionOrder.objects.filter(pk__in=marks)
    return dict(rows.values_list("pk", "number"))
