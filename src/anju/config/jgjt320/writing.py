"""Write the standard's tables as CSV, look at every cell, and say what is missing or ill-formed."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from anju.config.jgjt320.sources import SOURCES, Fields, Span
from anju.config.jgjt320.spec import Column, Table, tables
from anju.domain.money import parse_yuan
from anju.ledger.replay import streaming
from anju.store.folders import written_whole

EXAMPLES_MAX = 5
REPORT = "report.json"


@dataclass(slots=True)
class ColumnReport:
    """One column: how many cells are filled, missing though required, ill-formed.

    `examples` are row numbers of ill-formed cells with what is wrong, never the values.
    """

    name: str
    title: str
    required: bool
    has_source: bool
    by_rule: bool
    filled: int = 0
    missing: int = 0
    ill_formed: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TableReport:
    """One table: its rows, its columns, and rows that break a law or repeat a key."""

    number: str
    title: str
    file: str
    has_source: bool
    rows: int = 0
    broken_laws: int = 0
    repeated_keys: int = 0
    columns: list[ColumnReport] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Cells and rows that a receiver would send back."""
        cells = sum(each.missing + each.ill_formed for each in self.columns)
        return cells + self.broken_laws + self.repeated_keys


def export(
    folder: Path, span: Span, *, before_it_stands: Callable[[list[TableReport]], None]
) -> list[TableReport]:
    """Write every table and the report into a new folder that only its owner can read.

    All of it is one snapshot. `before_it_stands` runs when all is written and before the folder
    gets its name: what it raises leaves nothing behind. Raises FolderTaken.
    """
    with written_whole(folder, mode=0o700) as draft:
        with streaming():
            told = [_write(draft, table, span) for table in tables()]
        report = json.dumps([asdict(each) for each in told], ensure_ascii=False, indent=1)
        Path(draft, REPORT).write_text(report + "\n", encoding="utf-8")
        before_it_stands(told)
    return told


def _write(draft: Path, table: Table, span: Span) -> TableReport:
    told = TableReport(table.number, table.title, table.file, table.source is not None)
    told.columns = [
        ColumnReport(each.name, each.title, each.required, each.source is not None, each.by_rule)
        for each in table.columns
    ]
    found: Iterable[Fields] = SOURCES[table.source](span) if table.source else ()
    places = [[each.name for each in table.columns].index(name) for name in table.key]
    keys: set[int] = set()
    with Path(draft, table.file).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([each.name for each in table.columns])
        for fields in found:
            told.rows += 1
            row = [fields.get(each.source or "", "") for each in table.columns]
            _look(told, table, row, span)
            if places:
                # The hash of a key is enough, and a million of them are small.
                key = hash(tuple(row[place] for place in places))
                told.repeated_keys += key in keys
                keys.add(key)
            writer.writerow(row)
    return told


def _look(told: TableReport, table: Table, row: list[str], span: Span) -> None:
    """Count what is filled, missing and ill-formed in a row, and whether its sums hold."""
    for column, text, seen in zip(table.columns, row, told.columns, strict=True):
        if text == "":
            seen.missing += column.required
            continue
        seen.filled += 1
        problem = column.problem(text, on=span.last)
        if problem is not None:
            seen.ill_formed += 1
            if len(seen.examples) < EXAMPLES_MAX:
                seen.examples.append(f"第 {told.rows} 行：{problem}")
    told.broken_laws += sum(not _holds(table.columns, row, law) for law in table.laws)


def _holds(columns: tuple[Column, ...], row: list[str], law: tuple[str, tuple[str, ...]]) -> bool:
    amounts = dict(zip((column.name for column in columns), row, strict=True))
    try:
        whole, *parts = (_fen(amounts[name]) for name in (law[0], *law[1]))
    except ValueError:
        return False
    return whole == sum(parts)


def _fen(text: str) -> int:
    return -parse_yuan(text[1:]) if text.startswith("-") else parse_yuan(text)
