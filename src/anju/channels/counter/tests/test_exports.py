"""What an accountant takes out of the books: all of a table, as Excel or on paper."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest

from anju import ledger
from anju.channels.counter.tests import cast
from anju.store.models import AuditRow

PAGES = (
    "/counter/books/",
    "/counter/books/subjects/101/",
    "/counter/books/subjects/101/general/",
    "/counter/books/vouchers/",
    "/counter/books/statements/balance/",
    "/counter/books/statements/gains/",
    "/counter/books/statements/distribution/",
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def accountant(office):
    """Signed in; one member's money is in the books."""
    cast.applied(cast.member(1))
    return cast.signed_in(cast.staff("accountant.one", "accountant"))


def cells(answer):
    """The texts and numbers of the first sheet, row by row, as they are stored."""
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    return [
        ["".join(cell.itertext()) for cell in row.iter(f"{_MAIN}c")]
        for row in sheet.iter(f"{_MAIN}row")
    ]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_every_page_of_the_books_can_be_taken_out(accountant, page, kind):
    answer = accountant.get(f"{page}?as={kind}")
    assert answer.status_code == 200
    assert f".{kind}" in answer["Content-Disposition"]
    body = answer.getvalue()
    assert body.startswith(b"%PDF-" if kind == "pdf" else b"PK")
    row = AuditRow.objects.filter(action="books.exported").latest("seq")
    assert row.details["what"].endswith(kind)


def test_the_spreadsheet_says_what_the_page_says(accountant):
    rows = cells(accountant.get("/counter/books/?as=xlsx"))
    assert rows[0] == ["科目余额表"]
    assert rows[2] == ["科目", "名称", "方向", "期初余额", "本期借方", "本期贷方", "期末余额"]
    (bank,) = (row for row in rows if row[0] == "101")
    assert round(float(bank[6]) * 100) == ledger.control_total("101")


def test_more_lines_than_a_page_shows_are_all_taken(accountant, monkeypatch):
    from anju.business.treasury import books

    for order in range(2, 5):
        cast.applied(cast.member(order))
    monkeypatch.setattr(books, "PAGE", 1)
    monkeypatch.setattr(books, "READ_AT_ONCE", 2)
    shown = accountant.get("/counter/books/vouchers/").content.decode().count("data-line")
    taken = [row for row in cells(accountant.get("/counter/books/vouchers/?as=xlsx"))[3:] if row[0]]
    assert shown == 1
    assert len(taken) > 3
    assert len({row[0] for row in taken}) == len(taken)


def test_what_no_paper_holds_is_refused_with_what_to_do(accountant, monkeypatch):
    from anju.channels.pages import sheets

    monkeypatch.setattr(sheets, "PAPER_ROWS_MAX", 1)
    answer = accountant.get("/counter/books/?as=pdf")
    assert answer.status_code == 422
    assert "导出 Excel" in answer.content.decode()
    assert not AuditRow.objects.filter(action="books.exported").exists()


@pytest.mark.parametrize("page", PAGES)
def test_no_other_kind_of_file_is_made(accountant, page):
    assert accountant.get(f"{page}?as=exe").status_code == 404


def test_a_span_that_cannot_be_is_told_on_the_page(accountant):
    answer = accountant.get("/counter/books/?as=xlsx&since=2026-11-20&until=2026-11-01")
    assert answer.status_code == 422
    assert "起始日期晚于截止日期" in answer.content.decode()


def test_text_stays_text(tmp_path):
    from anju.channels.pages.sheets import Column, Sheet, spreadsheet

    sheet = Sheet("表", ("注",), (Column("摘要"),), [("=1+1",), ("+86",), ("http://a",)])
    with spreadsheet([sheet]) as file, zipfile.ZipFile(file) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "=1+1" in xml
