"""Recompute the books from their lines, by plain SQL that shares nothing with posting.

Whoever can write the tables as their owner can break them; what the database cannot refuse is
named here. The checks read the whole of the ledger in one snapshot and write nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from anju.domain.interest import interest
from anju.ledger.calls import rows
from anju.ledger.guards import GUARDS
from anju.ledger.proofs import PROOFS
from anju.ledger.proofs_of_seals import SEAL_PROOFS
from anju.ledger.replay import streaming
from anju.ledger.sealing import SEALED, DayRow, signature_holds

Run = Callable[[str, Sequence[Any] | None], Iterable[tuple[Any, ...]]]

_SETTLED = """
    SELECT account_id, year, n, rate, day_base, interest FROM ledger_interest_settlement
    WHERE rate IS NOT NULL AND day_base IS NOT NULL
"""


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
    with streaming() as stream:
        return list(breaks_in(stream))


def guards_gone(*, triggers: Sequence[str], constraints: Sequence[str]) -> Iterator[Break]:
    """Of another room's guards ("table.trigger", constraint names) those that stand no more."""
    wanted = {"guard trigger": triggers, "guard constraint": constraints}
    for kind, names in wanted.items():
        yield from _named(kind, rows(GUARDS[kind][0], [list(names)]))


def breaks_in(run: Run) -> Iterator[Break]:
    """The breaks that `run` sees: it executes one statement with its parameters, or None."""
    for kind, sql in (*PROOFS.items(), *SEAL_PROOFS.items()):
        yield from _named(kind, run(sql, None))
    for kind, (sql, names) in GUARDS.items():
        yield from _named(kind, run(sql, None if names is None else [names]))
    # The signatures under sealed days, by the public half of the centre's key.
    for each in run(SEALED, None):
        day = DayRow(*each)
        if not signature_holds(day):
            yield Break("signature", f"{day.day} {day.segment}", "is not this centre's")
    # Interest as settled against N, rate and day base, by the one interest engine.
    for account_id, year, n, rate, day_base, settled_fen in run(_SETTLED, None):
        right = interest(n, rate=Fraction(rate), day_base=day_base)
        if right != settled_fen:
            yield Break("interest", f"account {account_id}, {year}", f"{settled_fen}, not {right}")


def _named(kind: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Break]:
    for what, detail in rows:
        yield Break(kind, str(what), str(detail))
