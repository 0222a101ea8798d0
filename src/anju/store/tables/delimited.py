"""Delimited text (.csv): UTF-8 or GB18030, comma, semicolon or tab."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from typing import Any, Final

from anju.store.tables.gathering import gather
from anju.store.tables.headings import ROWS_LOOKED_AT, same
from anju.store.tables.shapes import Ask, Table, TableRefused

_DELIMITERS: Final = ",;\t"
_SAVE_AS: Final = "请在 Excel 或 WPS 中另存为“CSV UTF-8”后重新上传"


def read(data: bytes, ask: Ask) -> Table:
    """The table in this text. Raises TableRefused."""
    text = _decoded(data)
    if (at := text.find("\0")) >= 0:
        line = text.count("\n", 0, at) + 1
        raise TableRefused(
            "nul", f"第 {line} 行有空字节，不是文本表格；{_SAVE_AS}", places=(f"第 {line} 行",)
        )
    return gather(_rows(text, ask), ask, ragged=True)


def _decoded(data: bytes) -> str:
    """Text by its mark, else as UTF-8, else as GB18030; never a guess where lines disagree."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TableRefused("utf16", f"文件是 Unicode（UTF-16）文本，不能读取；{_SAVE_AS}")
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _chinese(body, data is not body, error.start)
    if (at := text.find("\ufffd")) >= 0:
        line = text.count("\n", 0, at) + 1
        raise TableRefused(
            "encoding", f"第 {line} 行有乱码（�），原文件的文字已丢失，请从原表重新导出",
            places=(f"第 {line} 行",),
        )  # fmt: skip
    return text


def _chinese(body: bytes, marked: bool, wrong_at: int) -> str:
    line = body.count(b"\n", 0, wrong_at) + 1
    mixed = TableRefused(
        "mixed_encoding",
        f"文字编码前后不一致（第 {line} 行起），可能由几个文件拼接而成；{_SAVE_AS}",
        places=(f"第 {line} 行",),
    )
    if marked:
        raise mixed
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError as error:
        if not _any_utf8(body):
            at = body.count(b"\n", 0, error.start) + 1
            raise TableRefused(
                "encoding", f"第 {at} 行有不能识别的文字，编码应为 UTF-8 或 GBK；{_SAVE_AS}",
                places=(f"第 {at} 行",),
            ) from error  # fmt: skip
        raise mixed from error
    if _any_utf8(body):
        raise mixed
    return text


def _any_utf8(body: bytes) -> bool:
    """Whether a line is UTF-8 Chinese in truth: valid, and as GBK made of rare characters.

    Some short Chinese words are valid in both, so validity alone would refuse honest files.
    """
    for line in body.splitlines():
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        try:
            line.decode("gb2312")
        except UnicodeDecodeError:
            return True
    return False


def _rows(text: str, ask: Ask) -> Iterator[tuple[int, Sequence[Any]]]:
    delimiter = _delimiter(text, ask)
    csv.field_size_limit(max(ask.limits.chars_max * 4, 4096))
    # newline="" semantics: the reader itself knows line ends, also inside quotes.
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    number = 1
    try:
        for row in reader:
            yield number, row
            number = reader.line_num + 1
    except csv.Error as error:
        line = number
        raise TableRefused(
            "quotes", f"第 {line} 行的引号不成对，或单元格过长，请检查后重新上传",
            places=(f"第 {line} 行",),
        ) from error  # fmt: skip


def _delimiter(text: str, ask: Ask) -> str:
    """The separator with which the first lines show the most headings."""
    known = {same(name) for column in ask.columns for name in (column.heading, *column.also)}
    lines = text[:8192].splitlines()[:ROWS_LOOKED_AT]

    def shown(delimiter: str) -> int:
        cells = (cell.strip('" ') for line in lines for cell in line.split(delimiter))
        return len({same(cell) for cell in cells} & known)

    return max(_DELIMITERS, key=shown)
