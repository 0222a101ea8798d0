"""A table that is taken out of a hall: it says whose it is, who took it and when."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from anju.channels.pages import sheets
from anju.channels.pages.sheets import SPREADSHEET, Cell, Sheet
from anju.store.tables import writing

KINDS = {"xlsx": SPREADSHEET, "csv": "text/csv; charset=utf-8"}
"""The kinds of file by the end of their names, and how they are sent."""


def known_kind(kind: str) -> str:
    """The kind of file that was asked for. Raises Http404."""
    if kind not in KINDS:
        raise Http404
    return kind


def notes(request: HttpRequest) -> tuple[str, ...]:
    """What stands above a table that is taken out."""
    desk = request.desk
    taken = f"{desk.name} 于 {localtime(request.at):%Y-%m-%d %H:%M} 自{desk.place}导出"
    return (desk.employer.name, "单位：元", f"{taken}，仅用于办理住房公积金业务")


def taken(request: HttpRequest, sheet: Sheet, kind: str) -> FileResponse:
    """The table as a file of this kind, named after its title and the day."""
    if kind == "xlsx":
        content = sheets.spreadsheet([sheet])
    else:
        content = BytesIO(writing.delimited(_texts(sheet)))
    answer = FileResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{sheet.title}-{localtime(request.at):%Y%m%d}.{kind}"
    )
    return answer


def _texts(sheet: Sheet) -> Iterator[list[str]]:
    """A sheet's rows as text, amounts as programs read them, the notes below."""
    yield [column.label for column in sheet.columns]
    for row in (*sheet.rows, sheet.totals):
        yield [_text(cell) for cell in row]
    yield list(sheet.notes)


def _text(cell: Cell) -> str:
    if isinstance(cell, int):
        return f"{Decimal(cell).scaleb(-2)}"
    return "" if cell is None else str(cell)
