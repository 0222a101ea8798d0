"""Workbooks (.xlsx): one visible sheet of plain values, and nothing that only looks like one."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from anju.store.tables import containers
from anju.store.tables.gathering import gather
from anju.store.tables.shapes import Ask, Limits, Table, TableRefused, column_letters, listed

_MAIN: Final = "{*}sheets/{*}sheet"
_ID: Final = re.compile(r"\{.*\}id")
_INDEX_MAX: Final = 1024 * 1024
_BEFORE: Final = 512
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
_DAMAGED: Final = "表格不完整或已损坏，请重新导出后上传"


def read(data: bytes, ask: Ask) -> Table:
    """The one visible sheet that has content. Raises TableRefused."""
    limits = ask.limits
    with containers.opened(data, limits) as archive:
        for part in archive.namelist():
            _no_declarations(archive, part)
        parts = _parts_of_sheets(archive)
        try:
            book = CalamineWorkbook.from_object(io.BytesIO(data))
            sheet = _only_sheet(book, ask)
            marks = _Marks()
            for piece in containers.chunks(archive, parts.get(sheet.name, "")):
                marks.feed(piece)
        except CalamineError as error:
            raise TableRefused("damaged", _DAMAGED) from error
    marks.refuse(sheet.name, limits)
    table = gather(_rows(sheet, limits), ask, sheet=sheet.name)
    _nothing_unseen(sheet, table, marks, limits)
    return table


def _no_declarations(archive: zipfile.ZipFile, part: str) -> None:
    """Unpack a part once to the end, whatever it declared; XML in it is UTF-8 without a DTD."""
    is_xml = part.endswith((".xml", ".rels", ".vml"))
    for number, piece in enumerate(containers.chunks(archive, part)):
        if (
            not number
            and is_xml
            and (
                piece.startswith((b"\xfe\xff", b"\xff\xfe", b"\0<", b"<\0"))
                or b"<!DOCTYPE" in piece
            )
        ):
            raise TableRefused("damaged", "表格内部的格式不合规范，请重新导出后上传")


def _parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part of the archive holds which sheet, by the sheet's name."""
    try:
        book = _index(archive, "xl/workbook.xml")
        links = {
            link.get("Id"): link.get("Target", "")
            for link in _index(archive, "xl/_rels/workbook.xml.rels")
        }
    except ElementTree.ParseError as error:
        raise TableRefused("damaged", _DAMAGED) from error
    parts = {}
    for sheet in book.iterfind(_MAIN):
        link = next((value for name, value in sheet.attrib.items() if _ID.fullmatch(name)), None)
        target = links.get(link, "").removeprefix("./")
        parts[sheet.get("name", "")] = (
            target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        )
    return parts


def _index(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    text = b"".join(containers.chunks(archive, name))
    if len(text) > _INDEX_MAX:
        raise TableRefused("bomb", "表格内部的目录过大，请把内容复制到新建的表格后上传")
    # Declarations were refused before: there is nothing to expand.
    return ElementTree.fromstring(text)  # noqa: S314


def _only_sheet(book: CalamineWorkbook, ask: Ask) -> CalamineSheet:
    sheets = [each for each in book.sheets_metadata if each.name not in ask.passed_over]
    if len(sheets) > ask.limits.sheets_max:
        raise TableRefused("sheets_max", f"工作表过多，最多 {ask.limits.sheets_max} 个")
    hidden = [each.name for each in sheets if each.visible != SheetVisibleEnum.Visible]
    if hidden:
        raise TableRefused(
            "hidden_sheet",
            f"有隐藏的工作表：{listed(hidden, ask.limits.found_max)}，请取消隐藏或删除后重新上传",
            hidden[0],
        )
    filled = []
    for each in sheets:
        sheet = book.get_sheet_by_name(each.name)
        if sheet.end is not None:
            filled.append(sheet)
    if not filled:
        raise TableRefused("empty", "表格里没有内容，请填写后上传")
    if len(filled) > 1:
        names = listed([sheet.name for sheet in filled], ask.limits.found_max)
        raise TableRefused("many_sheets", f"有多个工作表有内容：{names}，请只保留一个")
    return filled[0]


def _rows(sheet: CalamineSheet, limits: Limits) -> Iterator[tuple[int, Sequence[Any]]]:
    first = sheet.start[1] if sheet.start else 0
    if first + sheet.width > limits.columns_max:
        raise TableRefused(
            "columns_max",
            f"表格有 {first + sheet.width} 列，最多 {limits.columns_max} 列；"
            "请删除右侧多余的列后重新上传",
            sheet.name,
        )
    before = [""] * first
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, before + row if before else row


def _nothing_unseen(sheet: CalamineSheet, table: Table, marks: "_Marks", limits: Limits) -> None:
    """No row of the table is hidden, and no cell of it is merged: both bend what people saw."""
    last, first = table.rows[-1], table.rows[0]
    hidden = sorted(row for row in marks.hidden_rows if first <= row <= last)
    if hidden:
        places = tuple(f"第 {row} 行" for row in hidden)
        raise TableRefused(
            "hidden_rows",
            f"有隐藏的行（可能是筛选）：{listed(places, limits.found_max)}，"
            "请取消隐藏或筛选后重新上传",
            sheet.name,
            places[: limits.found_max],
        )
    merged = tuple(
        f"{column_letters(left + 1)}{top + 1}:{column_letters(right + 1)}{bottom + 1}"
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if bottom + 1 >= first and top < last
    )
    if merged:
        raise TableRefused(
            "merged",
            f"有合并的单元格：{listed(merged, limits.found_max)}，请取消合并、逐行填写后重新上传",
            sheet.name,
            merged[: limits.found_max],
        )


class _Marks:
    """What the raw sheet holds that values do not tell: formulas, errors, hidden rows."""

    def __init__(self) -> None:
        self.formulas: dict[str, None] = {}
        self.errors: dict[str, None] = {}
        self.hidden_rows: set[int] = set()
        self._tail = b""
        self._prefix: bytes | None = None

    def feed(self, piece: bytes) -> None:
        """The next piece of the sheet; marks across its border are seen once."""
        text = self._tail + piece
        if self._prefix is None:
            root = re.search(rb"<(\w+:)?worksheet\b", text)
            self._prefix = (root[1] or b"") if root else b""
        for mark in (b"<" + self._prefix + b"f>", b"<" + self._prefix + b"f "):
            self._cells(text, mark, self.formulas)
        for mark in (b't="e"', b"t='e'"):
            self._cells(text, mark, self.errors)
        at = text.find(b"hidden=")
        while at >= 0:
            self._hidden(text, at)
            at = text.find(b"hidden=", at + 7)
        self._tail = text[-_BEFORE:]

    def _cells(self, text: bytes, mark: bytes, into: dict[str, None]) -> None:
        at = text.find(mark)
        while at >= 0 and len(into) <= _BEFORE:
            cells = _CELL.findall(text, max(0, at - _BEFORE), at + len(mark) + 32)
            into[cells[-1].decode() if cells else "?"] = None
            at = text.find(mark, at + len(mark))

    def _hidden(self, text: bytes, at: int) -> None:
        tag = text[text.rfind(b"<", 0, at) : text.find(b">", at)]
        row = re.search(rb"\br=[\"']([0-9]{1,7})[\"']", tag)
        if (
            row
            and re.match(rb"<(?:\w+:)?row\s", tag)
            and re.search(rb"\bhidden=[\"'](?:1|true)[\"']", tag)
        ):
            self.hidden_rows.add(int(row[1]))

    def refuse(self, sheet: str, limits: Limits) -> None:
        """Raises TableRefused: formula, error_value."""
        if self.formulas:
            places = tuple(self.formulas)
            raise TableRefused(
                "formula",
                f"有公式：{listed(places, limits.found_max)}，请复制后“选择性粘贴—数值”再上传",
                sheet,
                places[: limits.found_max],
            )
        if self.errors:
            places = tuple(self.errors)
            raise TableRefused(
                "error_value",
                f"有出错的单元格（如 #N/A）：{listed(places, limits.found_max)}，请改正后再上传",
                sheet,
                places[: limits.found_max],
            )
