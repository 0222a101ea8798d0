"""Recompute the books from their lines, by plain SQL that shares nothing with posting.

Whoever can write the tables as their owner can break them; what the database cannot refuse is
named here. The checks read the whole of the ledger in one snapshot and write nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection, transaction

from anju.domain.interest import interest
from anju.ledger.guards import GUARDS
from anju.ledger.proofs import PROOFS


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is not as it must be: which kind, of what, and how."""

    kind: str
    what: str
    detail: str


def verify() -> list[Break]:
    """Every break in this centre's books; an empty list means that they hold.

    Reads all lines: minutes for a large centre, and no lock that a hall would feel.
    """
    if connection.in_atomic_block:
        return list(_breaks())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return list(_breaks())


def _breaks() -> Iterator[Break]:
    for kind, sql in PROOFS.items():
        yield from _found(kind, sql, None)
    for kind, (sql, names) in GUARDS.items():
        yield from _found(kind, sql, names)
    yield from _interest_breaks()


def _found(kind: str, sql: str, names: list[str] | None) -> Iterator[Break]:
    with connection.cursor() as cursor:
        cursor.execute(sql, None if names is None else [names])
        for what, detail in cursor.fetchall():
            yield Break(kind, str(what), str(detail))


def _interest_breaks() -> Iterator[Break]:
    """Interest as settled against N, rate and day base, by the one interest engine."""
    settled = (
        "SELECT account_id, year, n, rate, day_base, interest FROM ledger_interest_settlement"
        " WHERE rate IS NOT NULL AND day_base IS NOT NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute(settled)
        for account_id, year, n, rate, day_base, settled_fen in cursor:
            right = interest(n, rate=Fraction(rate), day_base=day_base)
            if right != settled_fen:
                yield Break(
                    "interest", f"account {account_id}, {year}", f"{settled_fen}, not {right}"
                )
