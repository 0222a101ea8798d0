"""A roster's rows as they lie sealed, and as rules look at them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from anju.business.contributions.models import RosterBlock
from anju.store.bulk import copy_rows
from anju.store.fields import next_pks, seal, unseal

ROWS_OF_BLOCK: Final = 500
NEW, KNOWN, TRANSFER = "new", "known", "transfer"
Problem = tuple[str, str, str]
"""A column, "" for the whole row; a code that stays; what it says."""


@dataclass(slots=True)
class Row:
    """One person of a roster.

    `number` is the row of the file. `month` is "2026-12". `was` is what stood in the cells that
    could not be taken, as (column, text); rows without trouble share the empty tuples.
    `way` is how the person will be taken on: new, known (a person without a live account) or
    transfer (sealed with another employer). `applied_fen` is the base within its limits.
    """

    number: int
    name: str
    id_number: str
    phone: str
    base_fen: int | None
    month: str
    problems: tuple[Problem, ...] = ()
    was: tuple[tuple[str, str], ...] = ()
    way: str = NEW
    applied_fen: int | None = None

    def add(self, column: str, code: str, says: str) -> None:
        """Write a problem down."""
        self.problems = (*self.problems, (column, code, says))

    def untaken(self, column: str) -> bool:
        """Whether the file's cell in a column could not be taken."""
        return bool(self.was) and any(each == column for each, _ in self.was)

    @property
    def good(self) -> bool:
        """Whether it may be written."""
        return not self.problems


def pack(rows: Sequence[Row]) -> str:
    """As text to be sealed."""
    told = [
        (r.number, r.name, r.id_number, r.phone, r.base_fen, r.month, r.problems, r.was, r.way,
         r.applied_fen)
        for r in rows
    ]  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> list[Row]:
    """What `pack` made."""
    rows = [Row(*told) for told in json.loads(text)]
    for row in rows:
        row.problems = tuple((column, code, says) for column, code, says in row.problems)
        row.was = tuple((column, was) for column, was in row.was)
    return rows


def opened(block: RosterBlock) -> list[Row]:
    """A block's rows."""
    return unpack(unseal(block, "rows").expose())


def put(block: RosterBlock, rows: Sequence[Row]) -> None:
    """Put rows into a block, in memory, and count them."""
    seal(block, "rows", pack(rows))
    block.good, block.bad = counted(rows)


def lay(roster_id: int, first: int, parts: Sequence[Sequence[Row]]) -> tuple[int, int]:
    """Write new blocks, numbered from `first`; how many of their rows are good and bad."""
    blocks = [
        RosterBlock(pk=key, number=number)
        for number, key in enumerate(next_pks(RosterBlock, len(parts)), start=first)
    ]
    for block, part in zip(blocks, parts, strict=True):
        put(block, part)
    copy_rows(
        RosterBlock,
        ("id", "roster_id", "number", "rows", "good", "bad", "written"),
        (
            (block.pk, roster_id, block.number, block.rows.token, block.good, block.bad, False)
            for block in blocks
        ),
    )
    return sum(block.good for block in blocks), sum(block.bad for block in blocks)


def counted(rows: Iterable[Row]) -> tuple[int, int]:
    """How many may be written, and how many may not."""
    good = bad = 0
    for row in rows:
        if row.problems:
            bad += 1
        else:
            good += 1
    return good, bad
