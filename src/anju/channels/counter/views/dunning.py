"""催缴: the late employers of one's branch, the longest late first; one is reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from anju.business.contributions.dunning import actions, facts
from anju.business.contributions.dunning.facts import LateLine
from anju.cases.facts import CASE_ROLES
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices, sheets
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.sheets import Column, Kind, Sheet


@require_safe
@staff_only
@for_roles(CASE_ROLES)
def listed(request: HttpRequest) -> HttpResponse | FileResponse:
    """The list, page by page or as a file."""
    on = request.business_date
    if request.GET.get("as") == "xlsx":
        found = facts.taken_out(request.user.pk, on=on, at=request.at)
        file = sheets.spreadsheet([_sheet(found, on)])
        answer = FileResponse(file, content_type=sheets.SPREADSHEET)
        answer["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"催缴清单-{on:%Y%m%d}.xlsx"
        )
        return answer
    page = facts.listed(request.user.pk, on=on, page=row_key(request.GET.get("page", "")) or 1)
    return draw(request, "dunning", here="dunning", page=page, today=on)


@require_POST
@staff_only
@for_roles(CASE_ROLES)
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """Remind one employer."""
    notices.leave(request, actions.remind(number, staff_id=request.user.pk, at=request.at))
    return redirect("counter:dunning")


def _sheet(lines: Iterable[LateLine], on: date) -> Sheet:
    return Sheet(
        "催缴清单",
        (f"截至 {on}", "单位：元"),
        (
            Column("单位账号", width=18),
            Column("单位名称", width=34),
            Column("起欠年月", width=14),
            Column("欠缴月数", width=10),
            Column("缴存人数", width=10),
            Column("每月应缴", Kind.MONEY, 18),
            Column("已批准缓缴（不计欠缴）", width=28),
            Column("最近催缴", Kind.DAY, 12),
        ),
        (
            (
                line.number,
                line.employer,
                line.since_text,
                str(line.months),
                str(line.people),
                line.month_fen,
                line.deferred_text,
                line.reminded_on,
            )
            for line in lines
        ),
    )
