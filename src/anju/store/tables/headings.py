"""Where the headings stand and which column is which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from anju.domain.half_width import half_width
from anju.store.tables.cells import plain
from anju.store.tables.shapes import Ask, Column, TableRefused, column_letters, listed

ROWS_LOOKED_AT: Final = 5
"""A title may stand above the headings, but not a page of text."""

_ASIDE: Final = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|[*:]")


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of the headings (from 1) and where (from 0) each asked column stands."""

    row: int
    places: tuple[tuple[int, Column], ...]
    ignored: tuple[str, ...]


def same(heading: str) -> str:
    """A heading without spaces, width, brackets and marks: two that agree in this are one."""
    return _ASIDE.sub("", half_width(heading)).lower()


def find(first_rows: Sequence[Sequence[Any]], ask: Ask, *, sheet: str = "") -> Heading:
    """Find the headings among the first rows. Raises TableRefused: heading_…, columns_max."""
    known = {
        same(text): column for column in ask.columns for text in (column.heading, *column.also)
    }
    best, hits = 0, 0
    for number, row in enumerate(first_rows[:ROWS_LOOKED_AT]):
        found = len({known[name].code for cell in row if (name := same(plain(cell))) in known})
        if found > hits:
            best, hits = number, found
    if not hits:
        expected = "、".join(column.heading for column in ask.columns)
        raise TableRefused(
            "heading_none", f"前 {ROWS_LOOKED_AT} 行里没有找到表头，应有：{expected}", sheet
        )
    return _matched(first_rows[best], best + 1, known, ask, sheet)


def _matched(
    row: Sequence[Any], number: int, known: dict[str, Column], ask: Ask, sheet: str
) -> Heading:
    if len(row) > ask.limits.columns_max:
        raise TableRefused(
            "columns_max", f"表格有 {len(row)} 列，最多 {ask.limits.columns_max} 列", sheet
        )
    places: dict[str, int] = {}
    ignored = []
    for index, cell in enumerate(row):
        text = plain(cell)
        column = known.get(same(text))
        if column is None:
            if text:
                ignored.append(text[:40])
        elif column.code in places:
            where = (
                f"{column_letters(places[column.code] + 1)}{number}",
                f"{column_letters(index + 1)}{number}",
            )
            raise TableRefused(
                "heading_twice",
                f"表头“{column.heading}”出现了两次（{'、'.join(where)}），请删除其中一列",
                sheet,
                where,
            )
        else:
            places[column.code] = index
    missing = [c.heading for c in ask.columns if c.required and c.code not in places]
    if missing:
        raise TableRefused(
            "heading_missing",
            f"第 {number} 行的表头缺少：{'、'.join(missing)}"
            + (f"；没有认出：{listed(ignored, ask.limits.found_max)}" if ignored else ""),
            sheet,
            (f"第 {number} 行",),
        )
    found = tuple((places[c.code], c) for c in ask.columns if c.code in places)
    return Heading(number, found, tuple(ignored))
