"""Bank accounts beside the books: what `anju verify` says of them, by reading and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from anju import policy
from anju.business.treasury.bank_accounts import known
from anju.business.treasury.models import BankAccount
from anju.ledger import sources
from anju.ledger.verify import Break, guards_gone

TRIGGERS = ["treasury_bankaccount.append_only"]


def breaks() -> Iterator[Break]:
    """Lines at accounts that never were ours, codes with another number than before, guards gone.

    That an account stands under its own subject is the ledger's to prove: its number says so.
    """
    for ledger_id in sorted(sources.bank_accounts() - known().keys()):
        yield Break("bank account", str(ledger_id), "is booked on, and never was ours")
    kept = dict(BankAccount.objects.values_list("ledger_id", "number"))
    for each in policy.current().accounts.values():
        if kept.get(each.ledger_id, each.number) != each.number:
            yield Break("bank account", each.code, "had another number when it was first used")
    yield from guards_gone(triggers=TRIGGERS, constraints=[])
