"""What a machine asked of the ledger, and what the ledger said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from anju import ledger
from anju.domain.vouchers import Voucher


@dataclass(frozen=True)
class Sent:
    """A voucher that was posted, on one account, and the key it went under."""

    voucher: Voucher
    key: str
    account: int
    amount: int
    value_date: date
    voucher_id: int


@dataclass(frozen=True)
class Said:
    """What the ledger answered: an answer, or the code of its refusal."""

    answer: Any = None
    code: str = ""


def said(act: Callable[[], Any]) -> Said:
    """Do it in a savepoint: what is refused is undone."""
    try:
        with transaction.atomic():
            return Said(act())
    except ledger.LedgerRefusal as refusal:
        return Said(code=refusal.code)
