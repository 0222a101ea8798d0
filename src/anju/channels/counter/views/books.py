"""The books: balances, a subject's lines, statements; on screen or taken out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from anju.business.treasury import books as facts
from anju.business.treasury import employer_books, journals, statements
from anju.channels.counter import exports, spans
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import charts
from anju.channels.pages.row_keys import row_key


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def trial(request: HttpRequest) -> HttpResponse | FileResponse:
    """Balances and turnover of every subject over a span."""
    form, since, until = spans.asked(request)
    page = facts.trial(request.user.pk, since=since, until=until)
    if exports.wanted(request) and form.is_valid():
        sheet = exports.trial(page)
        return exports.send(request, sheet)
    return spans.draw(request, "books_trial", form=form, since=since, until=until, page=page)


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def subject(
    request: HttpRequest, code: str, employer_id: int | None = None
) -> HttpResponse | FileResponse:
    """One subject's lines over a span, or an employer's of it, with the balance after each."""
    form, since, until = spans.asked(request)
    after, staff_id = request.GET.get("after") or None, request.user.pk
    try:
        who = None if employer_id is None else employer_books.who(employer_id)
        if exports.wanted(request) and form.is_valid():
            sheet = exports.subject(staff_id, code, since=since, until=until, who=who)
            return exports.send(request, sheet)
        page = facts.subject(
            staff_id, code, since=since, until=until, employer=employer_id, after=after
        )
    except (LookupError, ValueError) as error:
        raise Http404 from error
    more = f"{request.path}?{spans.query(since, until)}&after={page.next_after}"
    return spans.draw(
        request,
        "books_subject",
        form=form,
        since=since,
        until=until,
        page=page,
        who=who,
        more_href=more if page.next_after else "",
        after=after,
    )


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def employers(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """A subject by employer over a span, the largest first, page by page."""
    form, since, until, text = spans.asked_employers(request)
    staff_id, asked = request.user.pk, request.GET.get("page", "1")
    try:
        if exports.wanted(request) and form.is_valid():
            sheet = exports.employers(staff_id, code, since=since, until=until, text=text)
            return exports.send(request, sheet)
        page = employer_books.employers(
            staff_id, code, since=since, until=until, text=text, page=row_key(asked) or 0
        )
    except LookupError as error:
        raise Http404 from error
    query = spans.query(since, until, text=text)
    return spans.draw(
        request,
        "books_employers",
        form=form,
        since=since,
        until=until,
        narrowed={"text": text},
        page=page,
        text=text,
        plain=spans.query(since, until),
        more_href=f"?{query}&page={page.page + 1}" if page.page < page.pages else "",
        back_href=f"?{query}&page={page.page - 1}" if page.page > 1 else "",
    )


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def general(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """One subject over a year, month by month, drawn and told."""
    asked = request.GET.get("year", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) == len("2026")):
        raise Http404
    try:
        page = facts.general(request.user.pk, code, year=int(asked or facts.this_year()))
    except LookupError as error:
        raise Http404 from error
    if exports.wanted(request):
        sheet = exports.general(page)
        return exports.send(request, sheet)
    chart = charts.bars(
        [(f"{one.month:%m}月", one.closing) for one in page.months], says=f"{page.year}年各月末余额"
    )
    return draw(
        request,
        "books_general",
        here="books_trial",
        page=page,
        chart=chart,
        book_title=journals.title(code),
        span=f"year={page.year}",
        months=[(one, spans.query(one.month, _month_end(one.month))) for one in page.months],
    )


def _month_end(month: date) -> date:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return min(last, facts.month_so_far()[1])


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def statement(request: HttpRequest, kind: str) -> HttpResponse | FileResponse:
    """One of the fund's statements, over a span."""
    try:
        which = statements.Kind(kind)
    except ValueError as error:
        raise Http404 from error
    form, since, until = spans.asked(request)
    page = statements.statement(request.user.pk, which, since=since, until=until)
    if exports.wanted(request) and form.is_valid():
        return exports.send(request, exports.statement(page))
    return spans.draw(
        request,
        "books_statement",
        form=form,
        since=since,
        until=until,
        page=page,
        tab=which.value,
        **(_by_month(request, until) if which is statements.Kind.GAINS else {}),
    )


def _by_month(request: HttpRequest, until: date) -> dict[str, Any]:
    """The year's income and expense month by month, drawn and told."""
    months = statements.gains_by_month(request.user.pk, until=until)
    drawn = [(f"{one.month:%m}月", one.income, one.expense) for one in months]
    return {
        "chart": charts.pairs(
            drawn, says=f"{until.year}年各月业务收支", names=("业务收入", "业务支出")
        ),
        "months": [(one, spans.query(one.month, _month_end(one.month))) for one in months],
    }
