"""Receipts beside the books: what `anju verify` says of them, by reading and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from anju.business.treasury.models import Arrival, Receipt, ReceiptProposal
from anju.business.treasury.postings import SOURCE, UNKNOWN
from anju.ledger import sources
from anju.ledger.verify import Break, guards_gone

TRIGGERS = [
    *(f"treasury_arrival.{name}" for name in ("has_receipt", "append_only", "no_truncate")),
    *(f"treasury_receipt.{name}" for name in ("moves", "no_truncate")),
    *(f"treasury_receiptproposal.{name}" for name in ("moves", "no_truncate")),
]
TRIGGERS += ["treasury_break.stays", "treasury_returnwish.decided_once"]
CONSTRAINTS = [
    "receipt_in_one_state",
    "receipt_proposal_two_people",
    "receipt_proposal_state",
    "break_closed_by_two",
    "return_wish_two_people",
    "return_wish_state",
    "return_wish_card",
]


def breaks() -> Iterator[Break]:
    """Arrivals without a receipt, receipts and suspense that differ, and guards that are gone."""
    for key in Arrival.objects.filter(receipt__isnull=True).values_list("pk", flat=True):
        yield Break("arrival", str(key), "has no receipt")
    yield from _suspense()
    yield from guards_gone(triggers=TRIGGERS, constraints=CONSTRAINTS)


def _suspense() -> Iterator[Break]:
    """21905 has exactly what is in suspense, under each receipt's own number.

    What the bank took back while it was being given back waits until the bank has answered.
    """
    waits = Receipt.objects.filter(state=Receipt.State.SUSPENSE) | Receipt.objects.filter(
        state=Receipt.State.REVERSED, proposals__state=ReceiptProposal.State.PAYING
    )
    told = dict(waits.values_list("reference", "arrival__amount_fen"))
    booked = sources.waiting(UNKNOWN)
    for reference, amount in told.items():
        stands = booked.pop((SOURCE, reference), 0)
        if stands != amount:
            yield Break("receipt", reference, f"waits with {amount}, the books say {stands}")
    for (kind, number), stands in booked.items():
        yield Break("receipt", f"{kind} {number}", f"waits no more, the books say {stands}")
