"""Rows below the headings, column by column, with what was wrong with them."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from anju.store.tables.cells import SAYS, column, plain, tidy
from anju.store.tables.headings import ROWS_LOOKED_AT, find
from anju.store.tables.shapes import Ask, CellProblem, Kind, Table, TableRefused

_SHOWN_MAX = 60


def gather(
    rows: Iterable[tuple[int, Sequence[Any]]],
    ask: Ask,
    *,
    sheet: str = "",
    ragged: bool = False,
) -> Table:
    """The table under the headings of `rows`, which are (number in the file, cells).

    `ragged` says that a cell beyond the last heading is a slip of the separators. Raises
    TableRefused: heading_…, rows_max, rows_none.
    """
    coming = iter(rows)
    first = list(islice(coming, ROWS_LOOKED_AT))
    heading = find([cells for _, cells in first], ask, sheet=sheet)
    width = len(first[heading.row - 1][1])
    numbers: list[int] = []
    kept: list[Sequence[Any]] = []
    problems: list[CellProblem] = []
    for number, cells in chain(first[heading.row :], coming):
        if _blank(cells):
            continue
        if len(numbers) == ask.limits.rows_max:
            raise TableRefused(
                "rows_max",
                f"行数超过上限：一个文件最多 {ask.limits.rows_max:,} 行，请分成几个文件",
                sheet,
            )
        numbers.append(number)
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        elif ragged and len(cells) > width and any(cells[width:]):
            problems.append(CellProblem(number, "", "ragged", SAYS["ragged"]))
        kept.append(cells)
    if not numbers:
        raise TableRefused("rows_none", "只有表头，没有内容，请从表头下一行起填写", sheet)
    filled = {}
    for index, each in heading.places:
        raw = [cells[index] for cells in kept]
        filled[each.code], wrong = column(each.kind, raw, ask.limits.chars_max)
        problems += [
            CellProblem(numbers[at], each.code, code, SAYS[code], plain(raw[at])[:_SHOWN_MAX])
            for at, code in wrong.items()
        ]
    for absent in ask.columns:
        empty = None if absent.kind is Kind.MONEY else ""
        filled.setdefault(absent.code, [empty] * len(numbers))
    problems.sort(key=lambda problem: problem.row)
    return Table(sheet, numbers, filled, problems, heading.ignored)


def _blank(cells: Sequence[Any]) -> bool:
    """Whether nothing can be seen in a row; most rows show something in their first cell."""
    return all(
        cell == "" or (isinstance(cell, str) and not cell.isalnum() and not tidy(cell))
        for cell in cells
    )
