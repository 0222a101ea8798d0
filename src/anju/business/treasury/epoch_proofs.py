"""Epochs beside the orders: what `anju verify` says of them, by reading and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from anju.business.treasury.epochs import epoch_of
from anju.business.treasury.models import Epoch, LostPayment, PaymentOrder
from anju.domain.payment import PaymentStatus
from anju.ledger.verify import Break, guards_gone

TRIGGERS = [
    *(f"treasury_epoch.{name}" for name in ("moves", "no_truncate")),
    *(f"treasury_lostpayment.{name}" for name in ("moves", "no_truncate")),
]


def breaks() -> Iterator[Break]:
    """Orders of epochs that never were, lost payments answered wrongly, guards that are gone."""
    known = set(Epoch.objects.values_list("number", flat=True))
    for order_no in PaymentOrder.objects.values_list("pk", flat=True).iterator(5_000):
        number = epoch_of(order_no)
        if number is not None and number not in known:
            yield Break("epoch", f"order {order_no}", "is of an epoch that never began")
    paid = Q(answers__payment__status__in=(PaymentStatus.WRITTEN, PaymentStatus.PAID))
    paid |= Q(answers__payment__status=PaymentStatus.RETURNED)
    fits = paid & Q(answers__amount_fen=F("amount_fen"))
    for lost in LostPayment.objects.exclude(answers=None).exclude(fits):
        yield Break("lost payment", lost.order_no, f"is not what {lost.answers_id} pays")
    yield from guards_gone(triggers=TRIGGERS, constraints=[])
