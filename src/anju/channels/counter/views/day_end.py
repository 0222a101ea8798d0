"""The day end: the list of days, one day's board, and what people do there."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.business.treasury import day_end, day_end_facts, period_close
from anju.business.treasury.books import BOOK_ROLES
from anju.channels.counter.forms import BreaksSeenForm
from anju.channels.counter.guard import for_roles, has_role, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices
from anju.channels.pages.row_keys import day_before, more_href

_DONE = {
    "acknowledge": "已确认，日终继续进行。",
    "sign": "已签名。",
    "again": "已重新排队，几秒后开始。",
}


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def days(request: HttpRequest) -> HttpResponse:
    """The days of the books, newest first, and the month that waits to be closed."""
    return _draw_days(request, day_before(request))


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def period(request: HttpRequest, period: int, deed: str) -> HttpResponse:
    """Propose that a month be closed, or close it."""
    act = {"propose": period_close.propose, "close": period_close.close}.get(deed)
    if act is None:
        raise Http404
    refused = act(period, staff_id=request.user.pk, at=request.at)
    if refused is not None:
        return _draw_days(request, None, refused=refused.text, status=409)
    notices.leave(request, "已提交，等待另一人复核。" if deed == "propose" else "已结账。")
    return redirect("counter:day_end")


def _draw_days(
    request: HttpRequest, before: date | None, *, refused: str = "", status: int = 200
) -> HttpResponse:
    page = day_end_facts.days(request.user.pk, before=before)
    return draw(
        request,
        "day_end",
        here="day_end",
        page=page,
        more_href=more_href("counter:day_end", page.next_before),
        before=before,
        month=None if before else period_close.pending(request.user.pk),
        may_propose=has_role(request, frozenset({"accountant"})),
        refused=refused,
        status=status,
    )


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def board(request: HttpRequest, day: str) -> HttpResponse:
    """One day's end, every step as it stands."""
    return _draw(request, _unit(day), BreaksSeenForm(auto_id="seen-%s"))


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def act(request: HttpRequest, day: str, deed: str) -> HttpResponse:
    """Acknowledge breaks, sign, or let a failed step be tried again."""
    of = _unit(day)
    if deed not in _DONE:
        raise Http404
    form = BreaksSeenForm(request.POST, auto_id="seen-%s")
    if deed == "acknowledge" and not form.is_valid():
        return _draw(request, of, form, status=422)
    who = {"staff_id": request.user.pk, "at": request.at}
    if deed == "acknowledge":
        refused = day_end.acknowledge(of, note=form.cleaned_data["note"], **who)
    elif deed == "sign":
        refused = day_end.sign(of, root=request.POST.get("root", ""), **who)
    else:
        refused = day_end.try_again(of, **who)
    if refused is not None:
        fresh = BreaksSeenForm(auto_id="seen-%s")
        return _draw(request, of, fresh, refused=refused.text, status=409)
    notices.leave(request, _DONE[deed])
    return redirect("counter:day_end_board", day=of.key)


def _draw(
    request: HttpRequest,
    of: day_end.Unit,
    form: BreaksSeenForm,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        page = day_end_facts.board(request.user.pk, of, at=request.at)
    except LookupError as error:
        raise Http404 from error
    return draw(
        request,
        "day_end_board",
        here="day_end",
        page=page,
        form=form,
        refused=refused,
        status=status,
    )


def _unit(text: str) -> day_end.Unit:
    """The day an address names, or its adjustments. Raises Http404 for what is none."""
    try:
        return day_end.unit(text)
    except ValueError as error:
        raise Http404 from error
