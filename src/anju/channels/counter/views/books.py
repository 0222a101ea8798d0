"""The books: balances, a subject's lines, vouchers, statements; on screen or taken out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from anju.business.treasury import books as facts
from anju.business.treasury import statements
from anju.business.treasury.receipt_facts import receipt_of
from anju.channels.counter import exports
from anju.channels.counter.forms import SpanForm
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import charts
from anju.channels.pages.row_keys import row_key


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def trial(request: HttpRequest) -> HttpResponse | FileResponse:
    """Balances and turnover of every subject over a span."""
    form, since, until = _span(request)
    page = facts.trial(request.user.pk, since=since, until=until)
    if exports.wanted(request) and form.is_valid():
        sheet = exports.trial(page)
        return exports.send(request, sheet)
    return _draw(request, "books_trial", form, page=page, span=_query(since, until))


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def subject(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """One subject's lines over a span, with the balance after each."""
    form, since, until = _span(request)
    after = request.GET.get("after") or None
    try:
        if exports.wanted(request) and form.is_valid():
            sheet = exports.subject(request.user.pk, code, since=since, until=until)
            return exports.send(request, sheet)
        page = facts.subject(request.user.pk, code, since=since, until=until, after=after)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    span, address = _query(since, until), reverse("counter:books_subject", args=[code])
    more = f"{address}?{span}&after={page.next_after}" if page.next_after else ""
    return _draw(request, "books_subject", form, page=page, span=span, more_href=more, after=after)


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
        span=f"year={page.year}",
        months=[(one, _query(one.month, _month_end(one.month))) for one in page.months],
    )


def _month_end(month: date) -> date:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return min(last, facts.month_so_far()[1])


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def vouchers(request: HttpRequest) -> HttpResponse | FileResponse:
    """Vouchers over a span, newest first."""
    form, since, until = _span(request)
    source = form.cleaned_data["source"] if form.is_valid() else ""
    if exports.wanted(request) and form.is_valid():
        sheet = exports.vouchers(request.user.pk, since=since, until=until, source_id=source)
        return exports.send(request, sheet)
    asked = request.GET.get("before", "")
    before = row_key(asked)
    if asked and before is None:
        raise Http404
    page = facts.vouchers(
        request.user.pk, since=since, until=until, source_id=source, before=before
    )
    query = _query(since, until, source=source)
    address = reverse("counter:books_vouchers")
    more = f"{address}?{query}&before={page.next_before}" if page.next_before else ""
    return _draw(
        request, "books_vouchers", form, page=page, more_href=more, before=before, span=query
    )


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def voucher(request: HttpRequest, voucher_id: int) -> HttpResponse | FileResponse:
    """One voucher, as it is printed."""
    try:
        page = facts.voucher(request.user.pk, voucher_id)
    except LookupError as error:
        raise Http404 from error
    if exports.wanted(request):
        sheet = exports.voucher(page)
        return exports.send(request, sheet, signers=exports.voucher_signers(page))
    receipt = receipt_of(page.head.source_type, page.head.source_id)
    return draw(request, "books_voucher", here="books_trial", page=page, receipt=receipt)


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def statement(request: HttpRequest, kind: str) -> HttpResponse | FileResponse:
    """One of the fund's statements, over a span."""
    try:
        which = statements.Kind(kind)
    except ValueError as error:
        raise Http404 from error
    form, since, until = _span(request)
    page = statements.statement(request.user.pk, which, since=since, until=until)
    if exports.wanted(request) and form.is_valid():
        return exports.send(request, *exports.statement(page), title=page.title)
    return _draw(
        request, "books_statement", form, page=page, span=_query(since, until), tab=which.value
    )


def _draw(request: HttpRequest, template: str, form: SpanForm, **context: object) -> HttpResponse:
    status = 200 if form.is_valid() else 422
    return draw(request, template, here="books_trial", form=form, status=status, **context)


def _span(request: HttpRequest) -> tuple[SpanForm, date, date]:
    """What was asked for; the month so far when nothing was, or nothing that can be."""
    since, until = facts.month_so_far()
    form = SpanForm(
        {
            "since": request.GET.get("since") or since.isoformat(),
            "until": request.GET.get("until") or until.isoformat(),
            "source": request.GET.get("source", ""),
        },
        last=until,
    )
    if form.is_valid():
        return form, form.cleaned_data["since"], form.cleaned_data["until"]
    return form, since, until


def _query(since: date, until: date, *, source: str = "") -> str:
    asked = {"since": since.isoformat(), "until": until.isoformat(), "source": source}
    return urlencode({name: value for name, value in asked.items() if value})
