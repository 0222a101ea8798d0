"""30 June: the list of years, one year's board, and what people do there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.business.treasury import interest_run, interest_run_facts
from anju.business.treasury.books import BOOK_ROLES
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices

_DONE = {
    "begin": "结息已开始，正在准备。",
    "again": "正在重新准备。",
    "sign": "已签名。",
}


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def years(request: HttpRequest) -> HttpResponse:
    """The years that were settled in stages, newest first."""
    return _years(request)


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def board(request: HttpRequest, year: int) -> HttpResponse:
    """One year's settlement, every step as it stands."""
    return _board(request, year)


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def act(request: HttpRequest, year: int, deed: str) -> HttpResponse:
    """Begin a year, prepare it again, or sign it."""
    if deed not in _DONE:
        raise Http404
    staff_id, at = request.user.pk, request.at
    if deed == "begin":
        refused = interest_run.begin(year, staff_id=staff_id, at=at)
        if refused is not None:
            return _years(request, refused=refused.text, status=409)
    elif deed == "again":
        refused = interest_run.prepare_again(year, staff_id=staff_id, at=at)
    else:
        totals = request.POST.get("totals", "")
        refused = interest_run.sign(year, staff_id=staff_id, totals=totals, at=at)
    if refused is not None:
        return _board(request, year, refused=refused.text, status=409)
    notices.leave(request, _DONE[deed])
    return redirect("counter:interest_board", year=year)


def _years(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    page = interest_run_facts.years(request.user.pk)
    return draw(request, "interest", here="interest", page=page, refused=refused, status=status)


def _board(
    request: HttpRequest, year: int, *, refused: str = "", status: int = 200
) -> HttpResponse:
    try:
        page = interest_run_facts.board(request.user.pk, year, at=request.at)
    except LookupError as error:
        raise Http404 from error
    return draw(
        request, "interest_board", here="interest", page=page, refused=refused, status=status
    )
