"""缴存明细查询: what was booked, by year; taken out as a file, as are the people of one list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from anju.business.contributions.accounts import history as booked
from anju.business.contributions.remitting_facts import ListFacts, PersonLine
from anju.channels.desk import files
from anju.channels.desk.desk import draw, turns
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Chip
from anju.channels.pages.sheets import Cell, Column, Kind, Sheet
from anju.domain.contribution import month_words

_LISTS = (
    Column("年月", width=22),
    Column("类别", width=8),
    Column("清册编号", width=18),
    Column("人数", width=8),
    Column("单位部分", Kind.MONEY, 16),
    Column("个人部分", Kind.MONEY, 16),
    Column("合计", Kind.MONEY, 16),
    Column("入账日期", Kind.DAY, 12),
)
_PEOPLE = (
    Column("个人账号", width=14),
    Column("姓名", width=16),
    Column("年月", width=14),
    Column("缴存基数", Kind.MONEY, 14),
    Column("单位部分", Kind.MONEY, 14),
    Column("个人部分", Kind.MONEY, 14),
    Column("合计", Kind.MONEY, 14),
)


def history(request: HttpRequest) -> HttpResponse:
    """The lists of a year, or all of them."""
    year, number = _year(request), row_key(request.GET.get("page", "")) or 1
    page = booked.history(request.desk.employer.employer_id, year=year, number=number)
    chips = [Chip("全部", "?", year is None)]
    chips += [Chip(f"{each} 年", f"?year={each}", each == year) for each in page.years]
    asked = {"year": year} if year else {}
    ways: dict[str, Any] = {**turns(page.number, page.pages, **asked)}
    return draw(request, "history", here="history", page=page, chips=chips, **ways)


def _year(request: HttpRequest) -> int | None:
    """The year that was asked for; one that cannot be is none."""
    typed = request.GET.get("year", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else None


def history_file(request: HttpRequest, kind: str) -> FileResponse:
    """The lists of a year, or all of them, as a file."""
    kind, year = files.known_kind(kind), _year(request)
    employer_id = request.desk.employer.employer_id
    sums = booked.history(employer_id, year=year)
    lines = booked.every_list(employer_id, year=year, **request.desk.by(request))
    title = f"{year}年缴存明细" if year else "缴存明细"
    totals = (
        "合计", "", f"{sums.count} 份", "", sums.employer_fen, sums.member_fen, sums.total_fen,
        None,
    )  # fmt: skip
    sheet = Sheet(title, files.notes(request), _LISTS, map(_list, lines), totals)
    return files.taken(request, sheet, kind)


def _list(line: ListFacts) -> Sequence[Cell]:
    return (
        line.month_text, line.kind_text, line.number, f"{line.headcount}", line.employer_fen,
        line.member_fen, line.total_fen, line.allocated_on,
    )  # fmt: skip


def list_file(request: HttpRequest, number: str, kind: str) -> FileResponse:
    """Everybody in one list, as a file."""
    kind = files.known_kind(kind)
    try:
        found, people = booked.everybody(
            request.desk.employer.employer_id, number, **request.desk.by(request)
        )
    except LookupError as error:
        raise Http404 from error
    totals = (
        "合计", f"{found.headcount} 人", "", None, found.employer_fen, found.member_fen,
        found.total_fen,
    )  # fmt: skip
    rows = _people(people, found.month_text)
    title = f"清册明细-{found.number}"
    above = (*files.notes(request), f"{found.title}，{found.state_text}")
    return files.taken(request, Sheet(title, above, _PEOPLE, rows, totals), kind)


def _people(people: Iterable[PersonLine], month: str) -> Iterable[Sequence[Cell]]:
    for one in people:
        yield (
            one.account_no, one.name, month_words(one.month) if one.month else month, one.base_fen,
            one.employer_fen, one.member_fen, one.total_fen,
        )  # fmt: skip
