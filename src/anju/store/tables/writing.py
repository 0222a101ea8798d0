"""Tables that leave for a spreadsheet to open: no cell of them is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import xlsxwriter

from anju.store.tables.shapes import Column, Kind

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
EXPLAINED_ON: Final = "填写说明"
"""The sheet of a template that explains it; readers pass it over."""


def harmless(text: str) -> str:
    """A cell of delimited text that a spreadsheet takes for text, whatever it begins with."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def delimited(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a .csv that Excel and WPS open rightly: UTF-8 with its mark, harmless cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def template(
    columns: Sequence[Column],
    *,
    name: str,
    says: Sequence[str],
    rows: Iterable[Sequence[str]] = (),
) -> bytes:
    """An .xlsx to fill in: headings, columns that keep numbers as typed, and `says`.

    `rows` are known already, each a text for each column; money as 6500.00, or nothing.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        money = book.add_format({"num_format": "#,##0.00"})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 24, money if column.kind is Kind.MONEY else text)
            sheet.write_string(0, place, column.heading, head)
        for line, row in enumerate(rows, 1):
            for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
                if cell and column.kind is Kind.MONEY:
                    sheet.write_number(line, place, float(cell), money)
                elif cell:
                    sheet.write_string(line, place, cell, text)
        sheet.freeze_panes(1, 0)
        told = book.add_worksheet(EXPLAINED_ON)
        told.set_column(0, 0, 80)
        for number, words in enumerate(says):
            told.write_string(number, 0, words)
    return out.getvalue()
