"""Honest files in all their spellings, and what reading one may see and cost."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anju.store.tables import apart, reading, writing
from anju.store.tables.gathering import gather
from anju.store.tables.shapes import Ask, Table, TableRefused, column_letters
from anju.store.tables.tests.broken import HEAD, ROW, rezipped, text, workbook
from anju.store.tables.tests.test_broken_files import COLUMNS, LIMITS


def read(data: bytes) -> Table:
    return apart.read(data, Ask(COLUMNS, LIMITS, (writing.EXPLAINED_ON,)))


TAKEN = {
    "name": ["演示·甲"],
    "id_number": ["14999919900101001X"],
    "phone": ["15000000000"],
    "base": [500000],
    "month": ["2026-12"],
}
AS_TEXT = [str(cell) for cell in ROW]


@pytest.mark.parametrize(
    "data",
    [
        workbook(),
        workbook((("职工名册",), (), HEAD, ROW)),
        workbook(((*HEAD, "备注"), (*ROW, "老员工"))),
        workbook((("姓 名*", "证件号码:", "手机号码", "缴存基数", "首次汇缴年月"), ROW)),
        workbook((HEAD, ("", "", "", "", ""), ("  演示·甲\u200b", *ROW[1:]))),
        workbook((HEAD, (*ROW[:2], 15000000000, "￥５，０００．００元", "2026年12月"))),
        workbook((tuple(reversed(HEAD)), tuple(reversed(ROW)))),
        text(HEAD, AS_TEXT),
        b"\xef\xbb\xbf" + text(HEAD, AS_TEXT),
        text(HEAD, AS_TEXT, encoding="gbk"),
        text(HEAD, AS_TEXT, encoding="gb18030", delimiter="\t"),
        text(HEAD, AS_TEXT, delimiter=";"),
        text(HEAD, [*AS_TEXT[:3], '"5,000.00"', "2026/12"]),
        text(HEAD, [*AS_TEXT[:3], "5000.000", "202612"]).replace(b"\r\n", b"\n"),
    ],
)  # fmt: skip
def test_an_honest_file_is_read_in_any_spelling(data: bytes) -> None:
    table = read(data)
    assert dict(table.cells) == TAKEN
    assert not table.problems


def test_rows_are_numbered_as_the_file_shows_them() -> None:
    assert read(workbook((("名册",), HEAD, (), ROW, (), ROW))).rows == [4, 6]
    quoted = text(HEAD, ['"演示\r\n·甲"', *AS_TEXT[1:]], AS_TEXT)
    assert read(quoted).rows == [2, 4]
    assert read(workbook(((*HEAD, "备注"), ROW))).ignored == ("备注",)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (1, 149999199001010017, "precision_lost"),
        (1, 1.49999e17, "precision_lost"),
        (1, "1.42701E+17", "scientific"),
        (1, "1E17", "scientific"),
        (1, True, "not_text"),
        (0, "甲\x01", "control"),
        (0, "甲" * 501, "too_long"),
        (3, "五千", "money_shape"),
        (3, "5e3", "money_shape"),
        (3, -5000, "money_shape"),
        (3, "-5000", "money_shape"),
        (3, "5,00", "money_shape"),
        (3, True, "money_shape"),
        (3, 5000.005, "money_cents"),
        (3, "5000.005", "money_cents"),
        (3, 1e300, "money_range"),
        (3, "9" * 14, "money_range"),
        (4, "2026-13", "month_shape"),
        (4, "26-12", "month_shape"),
        (4, 46000, "month_shape"),
        (4, "2026-12-15", "month_shape"),
    ],
)
def test_a_cell_that_means_nothing_is_named_with_its_row(
    column: int, cell: object, code: str
) -> None:
    row = [*ROW]
    row[column] = cell
    [problem] = read(workbook((HEAD, ROW, row))).problems
    assert (problem.row, problem.column, problem.code) == (3, COLUMNS[column].code, code)
    assert problem.was
    assert problem.says


def test_a_month_may_be_a_date_and_a_number_may_be_text() -> None:
    def dated(book: object, sheet: object) -> None:
        shape = book.add_format({"num_format": "yyyy-mm"})  # type: ignore[attr-defined]
        sheet.write_datetime(1, 4, datetime(2026, 12, 1), shape)  # type: ignore[attr-defined]
        sheet.write_number(1, 3, 5000.1)  # type: ignore[attr-defined]

    cells = read(workbook(more=dated)).cells
    assert (cells["month"], cells["base"]) == (["2026-12"], [500010])


def test_a_separator_too_many_is_seen() -> None:
    problems = read(text(HEAD, [*AS_TEXT[:3], "5,000", "2026-12"], AS_TEXT)).problems
    assert {problem.row for problem in problems} == {2}
    assert "ragged" in {problem.code for problem in problems}


def test_gbk_names_that_are_valid_utf_8_too_are_read_as_gbk() -> None:
    # 联通 in GBK is a valid two-letter word of UTF-8; on a line of its own it proves nothing.
    data = text(HEAD, AS_TEXT, ["联通", *AS_TEXT[1:]], encoding="gbk")
    assert read(data).cells["name"][1] == "联通"


def test_the_reading_process_gives_what_reading_here_gives() -> None:
    data = workbook((HEAD, ROW, (*ROW[:3], "x", "2026-12")))
    apart_, here = reading.read(data, columns=COLUMNS, limits=LIMITS), read(data)
    assert apart_.cells == here.cells
    assert list(apart_.problems) == list(here.problems)
    with pytest.raises(TableRefused) as refused:
        reading.read(workbook((HEAD,)), columns=COLUMNS, limits=LIMITS)
    assert (refused.value.code, refused.value.sheet) == ("rows_none", "人员")


def test_a_file_too_large_is_refused_before_anything_is_started() -> None:
    with pytest.raises(TableRefused, match="bytes_max"):
        reading.read(b"x" * (LIMITS.bytes_max + 1), columns=COLUMNS, limits=LIMITS)


def test_the_reading_process_is_bounded_and_knows_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANJU_KEYRING", "/nowhere")
    probe = (
        "import os, json, sys; from anju.store.tables import apart;"
        "from anju.store.tables.shapes import Limits;"
        "apart.bound(Limits(bytes_max=1, rows_max=1, memory_max=400 << 20));\n"
        "try: b = bytearray(500 << 20); grew = True\n"
        "except MemoryError: grew = False\n"
        "print(json.dumps([grew, 'django' in sys.modules, 'anju.store.keyring' in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": reading.ROOT, "PATH": os.defpath},
    )
    assert json.loads(done.stdout) == [False, False, False]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with suppress(TableRefused):
        read(text(HEAD) + data)
    with suppress(TableRefused):
        read(data)


_CELLS = st.one_of(st.text(max_size=12), st.floats(), st.booleans(), st.integers(-(10**20), 10**20))


@settings(max_examples=40)
@given(st.lists(st.lists(_CELLS, max_size=7), max_size=6))
def test_whatever_a_row_holds_each_cell_is_a_value_or_a_problem(rows: list[list[object]]) -> None:
    numbered = [(at + 1, row) for at, row in enumerate([list(HEAD), *rows])]
    try:
        table = gather(iter(numbered), Ask(COLUMNS, LIMITS))
    except TableRefused:
        return
    assert {len(column) for column in table.cells.values()} == {len(table.rows)}
    assert all(fen is None or 0 <= fen < 10**15 for fen in table.cells["base"])
    assert not any(set(text) & set("\x00\x1b\x7f\ufffd") for text in table.cells["id_number"])


def _spoilt(at: int, byte: int, part: str) -> bytes:
    def change(name: str, old: bytes) -> bytes:
        if not name.endswith(part):
            return old
        where = at % len(old)
        return old[:where] + bytes([byte]) + old[where + 1 :]

    return rezipped(workbook(), change)


_PARTS = st.sampled_from(
    ["sheet1.xml", "sharedStrings.xml", "styles.xml", "workbook.xml", "workbook.xml.rels",
     "[Content_Types].xml"]
)  # fmt: skip


def _survives(at: int, byte: int, part: str) -> None:
    with suppress(TableRefused):
        reading.read(_spoilt(at, byte, part), columns=COLUMNS, limits=LIMITS)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(0, 255), _PARTS)
def test_a_spoilt_byte_in_a_workbook_is_survived(at: int, byte: int, part: str) -> None:
    _survives(at, byte, part)


@pytest.mark.nightly
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(0, 255), _PARTS)
def test_many_spoilt_bytes_in_workbooks_are_survived(at: int, byte: int, part: str) -> None:
    _survives(at, byte, part)


def test_the_template_is_read_and_asks_for_rows() -> None:
    with pytest.raises(TableRefused, match="rows_none"):
        read(writing.template(COLUMNS, name="人员", says=["每行一人。"]))


def test_nothing_we_write_is_a_formula() -> None:
    rows = [["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "甲"]]
    out = writing.delimited(rows).decode("utf-8-sig")
    assert all(
        not cell.strip('"').startswith(("=", "+", "-", "@", "\t")) for cell in out.split(",")
    )
    assert out.rstrip().endswith("甲")


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
