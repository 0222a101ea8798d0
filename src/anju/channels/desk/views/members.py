"""职工名单: whom the employer pays for, found, sorted, taken out as a file; one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict

from anju.business.contributions.people import facts, listing
from anju.business.contributions.people.facts import MemberFacts
from anju.business.contributions.people.listing import Asked, MemberLine, MembersPage, Totals
from anju.channels.desk import files
from anju.channels.desk.desk import draw
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Row
from anju.channels.pages.sheets import Cell, Column, Kind, Sheet
from anju.domain.contribution import month_words, ratio_words

_HERE = "members"
_TITLES = {
    listing.PRESENT: "在册",
    listing.CONTRIBUTING: "正常",
    listing.SEALED: "封存",
    listing.CLOSED: "已销户",
}
_COLUMNS = (
    ("account_no", "个人账号", False),
    ("", "姓名", False),
    ("", "证件号码", False),
    ("", "状态", False),
    ("base", "缴存基数", True),
    ("employer", "单位部分", True),
    ("member", "个人部分", True),
    ("total", "月缴存额", True),
    ("paid_through", "缴至年月", False),
    ("opened_on", "开户日期", False),
)


@dataclass(frozen=True)
class Way:
    """A link of the list: what it asks for, as an address and as a button of the search say it."""

    label: str
    query: str = ""
    current: bool = False
    count: int | None = None
    num: bool = False
    sorted: str = ""


def members(request: HttpRequest) -> HttpResponse:
    """The list. What was typed to find somebody stays out of the address."""
    page = listing.members(
        request.desk.employer.employer_id,
        _asked(request),
        **request.desk.by(request),
    )
    return draw(
        request,
        "members",
        here=_HERE,
        page=page,
        chips=[
            Way(title, _query(page, state=state), page.asked.state == state, page.counts[state])
            for state, title in _TITLES.items()
        ],
        heads=_heads(page),
        before=_query(page, page=page.asked.page - 1) if page.asked.page > 1 else "",
        after=_query(page, page=page.asked.page + 1) if page.asked.page < page.pages else "",
        here_query=_query(page),
    )


def _asked(request: HttpRequest) -> Asked:
    """What an address asks for, or a button of the search."""
    sent = request.GET
    if request.method == "POST":
        sent = QueryDict(request.POST.get("go", ""))
    sort = sent.get("sort", "")
    return Asked(
        text=request.POST.get("text", "").strip()[:64],
        state=sent.get("state", ""),
        sort=sort.removeprefix("-"),
        down=sort.startswith("-"),
        page=row_key(sent.get("page", "")) or 1,
    )


def _query(found: MembersPage, **changed: object) -> str:
    asked = replace(found.asked, **{"page": 1, **changed})  # type: ignore[arg-type]  # its fields
    sort = f"-{asked.sort}" if asked.down else asked.sort
    return urlencode({"state": asked.state, "sort": sort, "page": asked.page})


def _heads(page: MembersPage) -> Iterator[Way]:
    """The columns: each sorts by itself, and the other way round when it does already."""
    asked = page.asked
    for code, label, is_num in _COLUMNS:
        if not code:
            yield Way(label)
            continue
        here = asked.sort == code
        # Amounts are looked at from the greatest on.
        down = not asked.down if here else is_num
        yield Way(
            label,
            _query(page, sort=code, down=down),
            here,
            num=is_num,
            sorted=("descending" if asked.down else "ascending") if here else "",
        )


def members_file(request: HttpRequest, kind: str) -> FileResponse:
    """All that the list was asked for, as a file."""
    kind = files.known_kind(kind)
    totals, lines = listing.every_member(
        request.desk.employer.employer_id,
        _asked(request),
        kind=kind,
        **request.desk.by(request),
    )
    return files.taken(request, _sheet(files.notes(request), totals, lines), kind)


def _sheet(notes: tuple[str, ...], totals: Totals, lines: Iterable[MemberLine]) -> Sheet:
    money = {"employer", "member", "total", "base"}
    days = {"opened_on"}
    columns = tuple(
        Column(
            label,
            Kind.MONEY if code in money else Kind.DAY if code in days else Kind.TEXT,
            22 if label == "证件号码" else 14,
        )
        for code, label, _ in _COLUMNS
    )
    return Sheet(
        "职工名单",
        notes,
        columns,
        (_cells(line) for line in lines),
        (
            "合计", f"{totals.people} 人", "", "", totals.base_fen, totals.employer_fen,
            totals.member_fen, totals.total_fen, "", None,
        ),
    )  # fmt: skip


def _cells(line: MemberLine) -> Sequence[Cell]:
    return (
        line.account_no, line.name, line.id_number, line.state_text, line.base_fen,
        line.employer_fen, line.member_fen, line.total_fen,
        f"{line.paid_through:%Y-%m}" if line.paid_through else "", line.opened_on,
    )  # fmt: skip


def member(request: HttpRequest, number: str) -> HttpResponse:
    """One of the employer's people."""
    try:
        one = facts.member(request.desk.employer.employer_id, number)
    except LookupError as error:
        raise Http404 from error
    return draw(request, "member", here=_HERE, one=one, rows=_rows(one), past=_past(one))


def _rows(one: MemberFacts) -> list[Row]:
    return [
        Row("个人账号", one.account_no, "number"),
        Row("证件号码", one.id_number, "number"),
        Row("手机号码", one.phone, "number"),
        Row("缴存基数", one.base_fen, "money"),
        Row("单位缴存比例", ratio_words(one.employer_ratio)),
        Row("个人缴存比例", ratio_words(one.member_ratio)),
        Row("单位部分", one.employer_fen, "money"),
        Row("个人部分", one.member_fen, "money"),
        Row("缴至年月", one.paid_through, "month"),
        *(Row("单位缓缴", each.text, note=each.state_text) for each in one.deferred),
        *(
            Row(
                "所在清册",
                each.number,
                "number",
                note=f"{month_words(each.month)} · {each.state_text}",
            )
            for each in one.lists
        ),
    ]


def _past(one: MemberFacts) -> list[Row]:
    """What happened, in its order; a seal of before this was kept is told as it stands."""
    first = None if one.changes else one.first_month
    rows = [Row("开户", one.opened_on, "day", note=_from(first, "起缴"))]
    for each in one.changes:
        ends = {"封存": "起停缴"}.get(each.what, "起缴")
        notes = (each.why, _from(each.month, ends))
        rows.append(Row(each.what, each.on, "day", note="，".join(filter(None, notes))))
    if one.sealed_on is not None and not any(each.what == "封存" for each in one.changes):
        rows.append(Row("封存", one.sealed_on, "day", note=one.seal_reason))
    if one.stop_approved_on is not None:
        rows.append(Row("停缴审批", one.stop_approved_on, "day"))
    return rows


def _from(month: date | None, words: str) -> str:
    return "" if month is None else f"{month_words(month)}{words}"
