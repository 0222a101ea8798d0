"""How it would be done by somebody in a hurry: call the bank, then write it down."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction

from anju.ports.bank import PaymentRequest
from anju.store import limits
from anju.store.models import LimitCounter

from .doom import Doom, Say, in_a_process
from .file_bank import AT, FileBank

GAPS = ("naive/bank before", "naive/bank did it", "naive/commit 1 before", "naive/commit 1 after")
PAID = "naive.paid"


def doubles(bank: FileBank, *, kills: int) -> int:
    """Pay `kills` people, each by a process that dies at the next gap, then by one that does not.

    Gives how many the bank paid twice.
    """
    for number in range(kills):
        payee = f"62{number:016d}"
        in_a_process(_paying(bank, payee), target=GAPS[number % len(GAPS)])
        in_a_process(_paying(bank, payee))
    paid = bank.rows("SELECT payee, count(*) FROM movement GROUP BY payee")
    assert len(paid) == kills
    return sum(times > 1 for _payee, times in paid)


def _paying(bank: FileBank, payee: str) -> Callable[[Doom, Say], None]:
    def pay(doom: Doom, say: Say) -> None:
        doom.enter("naive")
        mark = limits.subject(payee)
        if LimitCounter.objects.filter(bucket=PAID, subject=mark).exists():
            return
        request = PaymentRequest(
            order_no=uuid4().hex,
            amount_fen=100,
            principal_fen=100,
            interest_fen=0,
            payee_name="演示·李华",
            payee_account=payee,
            payee_bank_code="105",
            payer_account="14050100000000000001",
            summary="",
        )
        bank.heard_by(doom.reach).pay(request)
        with transaction.atomic():
            limits.take(PAID, subject=mark, limit=1, window_seconds=60, at=AT)
        say("paid", payee)

    return pay
