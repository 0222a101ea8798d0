"""Collections beside the arrivals: what `anju verify` says of them, by reading and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from anju.business.treasury.models import Arrival, CollectionOrder
from anju.ledger.verify import Break, guards_gone

TRIGGERS = [f"treasury_collectionorder.{name}" for name in ("moves", "no_truncate")]
TRIGGERS += ["treasury_collectionevent.append_only"]
CONSTRAINTS = ["collection_is_whole", "collection_settled_once"]


def breaks() -> Iterator[Break]:
    """Fetched money that came with another sum, or twice under one serial; guards that are gone."""
    fetched = CollectionOrder.objects.exclude(bank_serial="").order_by("pk")
    rows = fetched.values_list("pk", "bank_serial", "amount_fen", "payee_account")
    seen: dict[tuple[str, str], str] = {}
    for order_no, serial, amount, account in rows:
        first = seen.setdefault((account, serial), order_no)
        if first != order_no:
            yield Break("collection", order_no, f"has the serial {serial} of {first}")
        came = Arrival.objects.filter(account=account, serial=serial, reversal=False)
        told = came.values_list("amount_fen", flat=True).first()
        if told is not None and told != amount:
            yield Break("collection", order_no, f"fetched {amount}, and {told} came")
    yield from guards_gone(triggers=TRIGGERS, constraints=CONSTRAINTS)
