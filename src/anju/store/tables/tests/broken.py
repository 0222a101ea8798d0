"""Files that people and attackers send in place of a roster, made when asked for, by name.

Each entry is (bytes, the code with which reading refuses it). Nothing binary lies in the
repository, and whoever reads this sees what is wrong with each.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import xlsxwriter

HEAD = ("姓名", "证件号码", "手机号码", "缴存基数（元）", "首次汇缴年月")
ROW: tuple[Any, ...] = ("演示·甲", "14999919900101001X", "15000000000", 5000, "2026-12")


def workbook(
    rows: Sequence[Sequence[Any]] | None = None,
    more: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """A workbook of one sheet 人员, on which `more(book, sheet)` may do what it likes.

    Without `rows` it holds one good row: `HEAD` and `ROW`, which another door's tests may set.
    """
    rows = (HEAD, ROW) if rows is None else rows
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("人员")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        if more is not None:
            more(book, sheet)
    return out.getvalue()


def text(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Delimited text with a line per row."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None], **extra: bytes) -> bytes:
    """A workbook whose parts were changed (None leaves one out), with `extra` parts added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in extra.items():
            new.writestr(name, part)
    return out.getvalue()


def with_part(name: str, part: bytes = b"x") -> bytes:
    """A good workbook with one part more."""
    return rezipped(workbook(), lambda _name, old: old, **{name: part})


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook whose sheet's XML was changed."""
    return rezipped(
        workbook(), lambda name, old: change(old) if name.endswith("sheet1.xml") else old
    )


def without(part: str) -> bytes:
    """A workbook that lacks a part."""
    return rezipped(workbook(), lambda name, old: None if name == part else old)


def archive(**parts: bytes) -> bytes:
    """Any archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A part that says it holds ten bytes and unpacks to twenty megabytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b" " * 20_000_000) + packed.flush()
    data = with_part("xl/sharedStrings2.xml", b" " * 20_000_000)
    size = struct.pack("<L", 20_000_000)
    assert data.count(size) >= 2
    assert len(body) < 40_000
    return data.replace(size, struct.pack("<L", 10))


def encrypted_flag() -> bytes:
    """An archive whose parts are marked as encrypted."""
    data = bytearray(workbook())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le")


def _hidden_sheet(book: Any, _sheet: Any) -> None:
    book.add_worksheet("底稿").hide()


def _second_sheet(book: Any, _sheet: Any) -> None:
    book.add_worksheet("另一批").write_row(0, 0, HEAD)


def _many_sheets(book: Any, _sheet: Any) -> None:
    for number in range(12):
        book.add_worksheet(f"表{number}")


def _merged(_book: Any, sheet: Any) -> None:
    sheet.merge_range("D2:D3", 5000)


def _formula(_book: Any, sheet: Any) -> None:
    sheet.write_formula("D2", "=2500*2", None, 5000)


def _array_formula(_book: Any, sheet: Any) -> None:
    sheet.write_array_formula("D2:D3", "{=A1:A2}", None, 1)


def _hidden_row(_book: Any, sheet: Any) -> None:
    sheet.write_row(2, 0, ROW)
    sheet.set_row(2, None, None, {"hidden": True})


def workbooks() -> Iterator[tuple[str, bytes, str]]:
    """Workbooks whose sheets are not what they should be."""
    yield "公式.xlsx", workbook(more=_formula), "formula"
    yield "数组公式.xlsx", workbook(more=_array_formula), "formula"
    yield (
        "共享公式.xlsx",
        with_sheet(
            lambda xml: xml.replace(
                b"<v>5000</v>", b'<f t="shared" ref="D2" si="0">1</f><v>5000</v>'
            )
        ),
        "formula",
    )
    yield "带前缀的公式.xlsx", with_sheet(_prefixed), "formula"
    yield (
        "出错的单元格.xlsx",
        with_sheet(lambda xml: xml.replace(b'r="D2"', b'r="D2" t="e"').replace(b"5000", b"#N/A")),
        "error_value",
    )
    yield "合并单元格.xlsx", workbook((HEAD, ROW, ROW), _merged), "merged"
    yield "隐藏的行.xlsx", workbook(more=_hidden_row), "hidden_rows"
    yield "隐藏的工作表.xlsx", workbook(more=_hidden_sheet), "hidden_sheet"
    yield "两个工作表.xlsx", workbook(more=_second_sheet), "many_sheets"
    yield "工作表过多.xlsx", workbook(more=_many_sheets), "sheets_max"
    yield "空工作簿.xlsx", workbook(()), "empty"
    yield "只有表头.xlsx", workbook((HEAD,)), "rows_none"
    yield "只有表头和空格.xlsx", workbook((HEAD, (" ", "\u3000", "\u200b", "", ""))), "rows_none"
    yield "没有表头.xlsx", workbook((ROW, ROW)), "heading_none"
    yield "表头写错.xlsx", workbook(((HEAD[0], "身份证", *HEAD[2:]), ROW)), "heading_missing"
    yield "表头重复.xlsx", workbook(((*HEAD, "姓 名"), (*ROW, "演示·乙"))), "heading_twice"
    yield "表头太靠下.xlsx", workbook((*[("说明",)] * 6, HEAD, ROW)), "heading_none"
    yield "列过多.xlsx", workbook(([*HEAD, *map(str, range(70))], ROW)), "columns_max"
    yield "行过多.xlsx", workbook((HEAD, *[ROW] * 21)), "rows_max"
    yield (
        "远处的单元格.xlsx",
        with_sheet(
            lambda xml: xml.replace(
                b"</sheetData>",
                b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
            )
        ),
        "broken",
    )
    yield "远处的列.xlsx", with_sheet(lambda xml: xml.replace(b'r="E2"', b'r="ZZ2"')), "columns_max"


def archives() -> Iterator[tuple[str, bytes, str]]:
    """What an archive should not hold, or holds broken."""
    good = workbook()
    yield "宏.xlsm", with_part("xl/vbaProject.bin"), "macros"
    yield "宏表.xlsx", with_part("xl/macrosheets/sheet1.xml"), "macros"
    yield "控件.xlsx", with_part("xl/activeX/activeX1.xml"), "macros"
    yield "外部引用.xlsx", with_part("xl/externalLinks/externalLink1.xml"), "external_links"
    yield "外部数据.xlsx", with_part("xl/connections.xml"), "external_links"
    yield "嵌入文件.xlsx", with_part("xl/embeddings/oleObject1.bin"), "embedded"
    yield "压缩炸弹.xlsx", with_part("xl/media/a.xml", b" " * 30_000_000), "bomb"
    yield "说谎的炸弹.xlsx", lying_bomb(), "damaged"
    yield (
        "文件过多.xlsx",
        rezipped(good, lambda _n, old: old, **{f"xl/x{i}.xml": b"" for i in range(500)}),
        "parts_max",
    )
    yield "加密标志.xlsx", encrypted_flag(), "password"
    yield (
        "实体炸弹.xlsx",
        with_sheet(
            lambda xml: xml.replace(
                b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><worksheet', 1
            )
        ),
        "damaged",
    )
    yield (
        "UTF-16的工作表.xlsx",
        with_sheet(lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
        "damaged",
    )
    yield "不成对的标签.xlsx", with_sheet(lambda xml: xml[: len(xml) // 2]), "damaged"
    yield (
        "坏的目录.xlsx",
        rezipped(good, lambda name, old: b"<workbook" if name == "xl/workbook.xml" else old),
        "damaged",
    )
    yield "没有目录.xlsx", without("xl/workbook.xml"), "foreign"
    yield "没有工作表.xlsx", without("xl/worksheets/sheet1.xml"), "damaged"
    yield "没有共享文字.xlsx", without("xl/sharedStrings.xml"), "damaged"
    yield "截断.xlsx", good[: len(good) * 2 // 3], "damaged"
    yield "只剩开头.xlsx", good[:30], "damaged"
    yield "中间损坏.xlsx", good[:900] + b"\xff" * 40 + good[940:], "damaged"
    yield "重名的部分.xlsx", _doubled_part(), "damaged"
    yield "二进制工作簿.xlsb", archive(**{"xl/workbook.bin": b"x"}), "foreign"
    yield (
        "文档.docx",
        archive(**{"[Content_Types].xml": b"x", "word/document.xml": b"x"}),
        "foreign",
    )
    yield "开放文档.ods", archive(mimetype=b"x", **{"content.xml": b"x"}), "foreign"
    yield "压缩包.zip", archive(**{"名册.csv": text(HEAD)}), "foreign"
    yield "空压缩包.xlsx", archive(), "foreign"
    yield "有密码.xlsx", _ole("EncryptedPackage"), "password"
    yield "旧版.xls", _ole("Workbook"), "old_xls"


def _prefixed(xml: bytes) -> bytes:
    """The same sheet in another spelling of its names, with a formula."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = xml.replace(b"<v>5000</v>", b"<f>2500*2</f><v>5000</v>")
    head, _, body = xml.partition(b"<worksheet")
    body = (b"<worksheet" + body).replace(b'xmlns="' + main, b'xmlns:x="' + main)
    return head + body.replace(b"</", b"\1").replace(b"<", b"<x:").replace(b"\1", b"</x:")


def _doubled_part() -> bytes:
    data = with_part("xl/worksheets/sheet2.xml", b"<worksheet/>")
    return data.replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")


def texts() -> Iterator[tuple[str, bytes, str]]:
    """What comes as text, or as anything else."""
    row = [str(cell) for cell in ROW]
    good = text(HEAD, row)
    yield "空.csv", b"", "empty"
    yield "只有空行.csv", b"\xef\xbb\xbf\r\n \r\n", "empty"
    yield "空字节.csv", good.replace(b"5000", b"50\x0000"), "nul"
    yield "全是零.csv", b"\0" * 4096, "empty"
    yield "只有表头.csv", text(HEAD), "rows_none"
    yield "没有表头.csv", text(row, row), "heading_none"
    yield "分隔符不对.csv", text(HEAD, row, delimiter="|"), "heading_none"
    yield "表头重复.csv", text((*HEAD, HEAD[1]), (*row, "1")), "heading_twice"
    yield "缺少一列.csv", text(HEAD[:4], row[:4]), "heading_missing"
    yield "行过多.csv", text(HEAD, *[row] * 21), "rows_max"
    yield "编码混用.csv", text(HEAD, row) + text(row, encoding="gbk"), "mixed_encoding"
    yield "编码混用二.csv", text(HEAD, encoding="gbk") + text(row), "mixed_encoding"
    yield "标记与内容不符.csv", b"\xef\xbb\xbf" + text(HEAD, row, encoding="gbk"), "mixed_encoding"
    yield "无法识别的编码.csv", text(HEAD, row, encoding="gbk") + b"\xff\xff\x80\r\n", "encoding"
    yield "乱码.csv", text(HEAD, ["演示\ufffd", *row[1:]]), "encoding"
    yield "UTF-16.csv", text(HEAD, row, encoding="utf-16"), "utf16"
    yield "引号不成对.csv", text(HEAD, ['"演示', *row[1:]]), "quotes"
    yield "超长单元格.csv", text(HEAD, ["演" * 100_000, *row[1:]]), "quotes"
    yield "网页.xls", "<html><table><tr><td>姓名</td></tr></table>".encode(), "foreign"
    yield "表格网页.xls", b'<?xml version="1.0"?><Workbook/>', "foreign"
    yield "文档.pdf", b"%PDF-1.7\n", "foreign"
    yield "图片.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "foreign"
    yield "照片.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 64, "foreign"
    yield "压缩包.rar", b"Rar!\x1a\x07\x01\0", "foreign"
    yield "压缩包.gz", b"\x1f\x8b\x08\0", "foreign"
    yield "程序.exe", b"MZ\x90\0" + b"\0" * 64, "foreign"
    yield "数据.json", json.dumps([{"name": "x"}]).encode(), "heading_none"
    yield "随意的字节.bin", bytes(range(1, 256)) * 4, "encoding"


def every() -> tuple[tuple[str, bytes, str], ...]:
    """All of them: (name, bytes, code)."""
    return (*workbooks(), *archives(), *texts())
