"""What a file is by its first bytes, and whether a workbook's archive may be opened at all."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from anju.store.tables.shapes import MIB, Limits, TableRefused, listed

_SAVE_AS: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx，或另存为 .csv"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_FOREIGN: Final = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "文字文档"),
    (b"\x7fELF", "程序"),
    (b"MZ", "程序"),
    (b"SQLite format 3", "数据库"),
    (b"PK\x05\x06", "空的压缩包"),
)
_MARKUP: Final = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<table|<head|<meta|<style)", re.I)
_CHUNK: Final = MIB


def is_workbook(data: bytes) -> bool:
    """Whether this is an archive, which then must be a workbook; else it is text.

    Raises TableRefused: empty, password, old_xls, foreign.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise TableRefused("empty", "文件是空的，请选择填写好的表格")
    if data.startswith(_OLE):
        # Excel keeps an encrypted .xlsx as a stream of this name in an old container.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise TableRefused("password", "表格有打开密码，请取消密码后重新上传")
        raise TableRefused("old_xls", f"这是旧版 .xls 或其他办公文件，不能读取；{_SAVE_AS}")
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise TableRefused("foreign", f"这是{what}，不是表格；请上传 .xlsx 或 .csv 文件")
    if _MARKUP.match(data[:1024].removeprefix(b"\xef\xbb\xbf")):
        raise TableRefused("foreign", f"这是网页格式的表格，不能读取；{_SAVE_AS}")
    return data.startswith(_ZIP)


def opened(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The workbook's archive as far as its own index goes: a plain .xlsx of sensible size.

    Raises TableRefused: damaged, password, foreign, parts_max, bomb, macros, external_links,
    embedded.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError) as error:
        raise TableRefused("damaged", "表格不完整或已损坏，请重新导出后上传") from error
    if len(parts) > limits.parts_max:
        raise TableRefused("parts_max", "表格内部的文件过多，请把内容复制到新建的表格后上传")
    if any(part.flag_bits & 0x1 for part in parts):
        raise TableRefused("password", "表格有密码，请取消密码后重新上传")
    names = [part.filename for part in parts]
    _is_xlsx(names)
    _holds_nothing_else(names)
    _declares_enough(parts, limits)
    return archive


def chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part piece by piece. Raises TableRefused: damaged."""
    try:
        with archive.open(name) as part:
            while piece := part.read(_CHUNK):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError,
            RuntimeError, KeyError) as error:  # fmt: skip
        raise TableRefused("damaged", "表格不完整或已损坏，请重新导出后上传") from error


def _is_xlsx(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise TableRefused("damaged", "表格内部有重名的文件，不能读取，请重新导出后上传")
    if "xl/workbook.bin" in names:
        raise TableRefused("foreign", f"这是 .xlsb 表格，不能读取；{_SAVE_AS}")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        what = "压缩包或其他文件"
        if "content.xml" in names:
            what = "ODF 文件（.ods 等）"
        elif any(name.startswith(("word/", "ppt/")) for name in names):
            what = "文字或演示文稿"
        raise TableRefused("foreign", f"这是{what}，不是 .xlsx 表格；{_SAVE_AS}")


def _holds_nothing_else(names: list[str]) -> None:
    for code, marks, says in (
        ("macros", ("vbaProject", "macrosheets/", "activeX/"),
         "表格带有宏，请另存为不带宏的 .xlsx"),
        ("external_links", ("externalLinks/", "connections.xml", "queryTables/"),
         "表格引用了其他文件或外部数据，请复制后“选择性粘贴—数值”到新建的表格"),
        ("embedded", ("embeddings/", "oleObject"), "表格嵌入了其他文件，请删除后重新上传"),
    ):  # fmt: skip
        found = [name for name in names if any(mark in name for mark in marks)]
        if found:
            raise TableRefused(code, says, places=(listed(found, 1),))


def _declares_enough(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """No part says that it is enormous; that it says the truth is seen when it is unpacked."""
    big = sum(part.file_size for part in parts) > limits.unpacked_max
    steep = any(
        part.file_size > MIB and part.file_size > limits.ratio_max * max(part.compress_size, 1)
        for part in parts
    )
    if big or steep:
        raise TableRefused(
            "bomb", "表格解压后过大，不像是填写的名册，请把内容复制到新建的表格后上传"
        )
