"""Recompute the books from their lines, by plain SQL that shares nothing with posting.

Whoever can write the tables as their owner can break them; what the database cannot refuse is
named here. The checks read the whole of the ledger in one snapshot and write nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from anju.domain.interest import interest
from anju.domain.interest_terms import Part, interest_of
from anju.ledger.calls import rows
from anju.ledger.guards import GUARDS
from anju.ledger.proofs import PROOFS
from anju.ledger.proofs_of_seals import SEAL_PROOFS
from anju.ledger.replay import streaming
from anju.ledger.sealing import SEALED, DayRow, signature_holds
from anju.ledger.terms import YearTerms

FOR_PROOFS = "SELECT set_config('work_mem', '64MB', true)"
"""Room for a list of a million accounts: on disk it takes several times as long."""

Run = Callable[[str, Sequence[Any] | None], Iterable[tuple[Any, ...]]]

_SETTLED = """
    SELECT account_id, year, n, rate, day_base, interest FROM ledger_interest_settlement
    WHERE rate IS NOT NULL AND day_base IS NOT NULL
"""
# Years that wait to be restated are known to differ.
_SETTLED_BY_TERMS = """
    SELECT s.account_id, s.year, s.n, s.terms::text, s.day_base, s.interest
    FROM ledger_interest_settlement s JOIN ledger_account a ON a.id = s.account_id
    WHERE s.state = 'posted' AND s.terms IS NOT NULL
      AND (a.restate_from IS NULL OR make_date(s.year - 1, 7, 1) < a.restate_from)
      AND NOT EXISTS (SELECT FROM ledger_interest_single x
                      WHERE x.account_id = s.account_id AND x.year = s.year
                        AND x.revision > s.revision)
"""
# What was there when the year began is carried, what came in it is current however late.
_LINES_OF_YEAR = """
    SELECT value_date, amount,
           CASE WHEN value_date < '{since}' OR kind = 'interest' THEN amount
                WHEN accounting_date < '{until}' OR carried_delta < 0 THEN carried_delta
                ELSE 0 END
    FROM ledger_member_line WHERE account_id = {account} AND value_date < '{until}'
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
        list(stream(FOR_PROOFS, None))
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
    yield from _by_terms(run)
    for account_id, year, n, rate, day_base, settled_fen in run(_SETTLED, None):
        right = interest(n, rate=Fraction(rate), day_base=day_base)
        if right != settled_fen:
            yield Break("interest", f"account {account_id}, {year}", f"{settled_fen}, not {right}")


def _by_terms(run: Run) -> Iterator[Break]:
    """Years of more than one rate: their parts from the lines, by the one interest engine."""
    for account_id, year, n, kept, day_base, settled_fen in list(run(_SETTLED_BY_TERMS, None)):
        terms = YearTerms.from_kept(json.loads(kept))
        lines = [(day, amount, carried) for day, amount, carried in run(
            _LINES_OF_YEAR.format(account=account_id, since=f"{year - 1}-07-01",
                                  until=f"{year}-07-01"), None
        )]  # fmt: skip
        parts: list[Part] = []
        for each in terms.stretches:
            whole, carried = (
                sum(line[place] * (each.until - max(line[0], each.since)).days for line in lines
                    if line[0] < each.until)
                for place in (1, 2)
            )  # fmt: skip
            if each.rates.carried == each.rates.current:
                parts.append(Part(whole, each.rates.current))
            else:
                parts.append(Part(carried, each.rates.carried))
                parts.append(Part(whole - carried, each.rates.current))
        right = interest_of(parts, day_base=day_base, rounding=terms.rounding)
        if (right, sum(part.n for part in parts)) != (settled_fen, n):
            yield Break("interest", f"account {account_id}, {year}", f"{settled_fen}, not {right}")


def _named(kind: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Break]:
    for what, detail in rows:
        yield Break(kind, str(what), str(detail))
