"""A table that leaves the hall as a spreadsheet (`spreadsheet`) or on paper (`paper`).

A spreadsheet's rows are read one after the other: a table may be longer than memory would hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pylopdf_fonts_zh_cn
import typst
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from anju.domain.money import yuan

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_MAX = 1_000_000
"""What one sheet of a spreadsheet holds, less some room for its head and foot."""
PAPER_ROWS_MAX = 5_000
"""More than a hundred pages are nobody's to read; the spreadsheet has all of it."""
PORTRAIT_COLUMNS_MAX = 5
_TEMPLATES = Path(__file__).parent / "typst"
Cell = str | int | date | None


class TooLong(ValueError):
    """More rows than this kind of file is for."""


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    MONEY = "money"
    """Whole fen, shown in yuan."""
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """One column: its head, what it holds, and how many digits wide it is."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 16


class Sum(tuple[Cell, ...]):
    """A row that adds up others: drawn so that it is told apart."""


@dataclass(frozen=True)
class Sheet:
    """A table with its title, a line of notes under it, and a row of sums, if it has one."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    totals: Sequence[Cell] = ()


def spreadsheet(sheets: Iterable[Sheet]) -> IO[bytes]:
    """The sheets as one Excel file, at its beginning, to be closed by whoever sends it.

    Text stays text: what begins with = or + is no formula. Raises TooLong.
    """
    file = TemporaryFile()  # noqa: SIM115 — whoever sends it closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        drawer = _Drawer(book)
        for sheet in sheets:
            drawer.draw(sheet)
    file.seek(0)
    return file


def paper(
    title: str, *, center: str, notes: Sequence[str], parts: Sequence[Sheet], signers: Sequence[str]
) -> bytes:
    """The tables as a PDF for A4, `signers` under them. Raises TooLong."""
    data = {
        "title": title,
        "center": center,
        "notes": list(notes),
        "landscape": any(len(part.columns) > PORTRAIT_COLUMNS_MAX for part in parts),
        "parts": [_on_paper(part, untitled=len(parts) == 1) for part in parts],
        "signers": list(signers),
    }
    return drawn("table.typ", data, title=title)


def drawn(template: str, data: Mapping[str, object], *, title: str) -> bytes:
    """A template of this room as a PDF; `data` is its JSON."""
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)]
    )
    compiler = typst.Compiler(
        str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=fonts,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf")
    if not isinstance(pdf, bytes):
        raise TypeError(f"{title}: one PDF was asked for")
    return pdf


def _on_paper(sheet: Sheet, *, untitled: bool) -> dict[str, object]:
    rows = list(islice(sheet.rows, PAPER_ROWS_MAX + 1))
    if len(rows) > PAPER_ROWS_MAX:
        raise TooLong(sheet.title)
    columns = sheet.columns
    return {
        "title": "" if untitled else sheet.title,
        "columns": [
            {"label": one.label, "right": one.kind is Kind.MONEY, "width": one.width}
            for one in columns
        ],
        "rows": [{"cells": _texts(row, columns), "is_sum": isinstance(row, Sum)} for row in rows],
        "totals": _texts(sheet.totals, columns) if sheet.totals else [],
    }


def _texts(cells: Sequence[Cell], columns: Sequence[Column]) -> list[str]:
    return [
        yuan(cell)
        if isinstance(cell, int) and column.kind is Kind.MONEY
        else ""
        if cell is None
        else str(cell)
        for cell, column in zip(cells, columns, strict=True)
    ]


class _Drawer:
    """Writes sheets into one book, with the book's formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.notes = book.add_format({"font_color": "#555555"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.formats = {
            Kind.TEXT: book.add_format({}),
            Kind.MONEY: book.add_format({"num_format": "#,##0.00"}),
            Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        }
        self.within = {
            Kind.TEXT: book.add_format({"bold": True}),
            Kind.MONEY: book.add_format({"bold": True, "num_format": "#,##0.00"}),
            Kind.DAY: book.add_format({"bold": True}),
        }
        self.sums = {
            Kind.TEXT: book.add_format({"bold": True, "top": 1}),
            Kind.MONEY: book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
            Kind.DAY: book.add_format({"bold": True, "top": 1}),
        }

    def draw(self, sheet: Sheet) -> None:
        """Add one sheet."""
        page = self.book.add_worksheet(sheet.title[:31])
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, column.width)
        page.write_string(0, 0, sheet.title, self.title)
        page.write_string(1, 0, "　".join(sheet.notes), self.notes)
        for at, column in enumerate(sheet.columns):
            page.write_string(2, at, column.label, self.head)
        page.freeze_panes(3, 1)
        place = 3
        for cells in sheet.rows:
            if place > ROWS_MAX:
                raise TooLong(sheet.title)
            formats = self.within if isinstance(cells, Sum) else self.formats
            self._row(page, place, cells=cells, columns=sheet.columns, formats=formats)
            place += 1
        if sheet.totals:
            self._row(page, place, cells=sheet.totals, columns=sheet.columns, formats=self.sums)

    def _row(
        self,
        page: Worksheet,
        place: int,
        *,
        cells: Sequence[Cell],
        columns: tuple[Column, ...],
        formats: dict[Kind, Format],
    ) -> None:
        for at, (cell, column) in enumerate(zip(cells, columns, strict=True)):
            form = formats[column.kind]
            if cell is None:
                page.write_blank(place, at, None, form)
            elif isinstance(cell, date):
                page.write_datetime(place, at, cell, form)
            elif column.kind is Kind.MONEY and isinstance(cell, int):
                page.write_number(place, at, Decimal(yuan(cell).replace(",", "")), form)
            else:
                page.write_string(place, at, str(cell), form)
