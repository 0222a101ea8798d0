"""Refunds to employers beside the books: what `anju verify` says of them, by reading alone."""

from __future__ import annotations

from collections.abc import Iterator

from anju.business.treasury.employer_postings import SOURCE
from anju.business.treasury.models import EmployerRefund
from anju.ledger import UNALLOCATED, sources
from anju.ledger.verify import Break, guards_gone

TRIGGERS = [f"treasury_employerrefund.{name}" for name in ("moves", "no_truncate")]


def breaks() -> Iterator[Break]:
    """What is set aside is exactly what the bank has not answered for; and guards that are gone."""
    paying = EmployerRefund.objects.filter(state=EmployerRefund.State.PAYING)
    told = dict(paying.values_list("reference", "order__amount_fen"))
    booked = {
        number: fen
        for (kind, number), fen in sources.waiting(UNALLOCATED).items()
        if kind == SOURCE
    }
    for reference in sorted(told.keys() | booked.keys()):
        says, stands = told.get(reference, 0), booked.get(reference, 0)
        if says != stands:
            detail = f"is being paid with {says}, the books set {stands} aside"
            yield Break("employer_refund", reference, detail)
    yield from guards_gone(triggers=TRIGGERS, constraints=[])
