"""Vouchers: the list that is looked through, one as it is printed, and the case behind it."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from anju.business.treasury import books as facts
from anju.business.treasury import daybook, origins, voucher_parts
from anju.business.treasury.origins import Origin
from anju.channels.counter import exports, registers, spans
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages.row_keys import row_before

_PAGES = {"case": "books_case", "receipt": "receipt", "manual": "manual_one", "period": "day_end"}
"""The page that tells each kind of origin."""


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def listed(request: HttpRequest) -> HttpResponse | FileResponse:
    """Vouchers over a span, newest first, narrowed to what is known of them."""
    form, since, until = spans.asked_vouchers(request)
    wanted, more = form.wanted(), spans.typed(form)
    if exports.wanted(request) and form.is_valid():
        sheet = exports.vouchers(request.user.pk, since=since, until=until, wanted=wanted)
        return exports.send(request, sheet)
    before = row_before(request)
    page = facts.vouchers(request.user.pk, since=since, until=until, wanted=wanted, before=before)
    query = spans.query(since, until, **more)
    href = f"{reverse('counter:books_vouchers')}?{query}&before={page.next_before}"
    return spans.draw(
        request,
        "books_vouchers",
        form=form,
        since=since,
        until=until,
        narrowed=more,
        page=page,
        more_href=href if page.next_before else "",
        before=before,
        is_narrowed=any(more.values()),
    )


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def one(request: HttpRequest, voucher_id: int) -> HttpResponse | FileResponse:
    """One voucher, as it is printed."""
    try:
        page = facts.voucher(request.user.pk, voucher_id)
    except LookupError as error:
        raise Http404 from error
    if exports.wanted(request):
        sheet = exports.voucher(page)
        return exports.send(request, sheet, signers=exports.voucher_signers(page))
    origin = origins.origin_of(page.head.source_type, page.head.source_id)
    return draw(
        request,
        "books_voucher",
        here="books_trial",
        page=page,
        origin_href=_href(origin) if origin is not None else "",
    )


def _href(origin: Origin) -> str:
    """The address of what caused a voucher."""
    if origin.page == "interest":
        return reverse("counter:interest_board", args=[origin.key])
    return reverse(f"counter:{_PAGES[origin.page]}", args=[origin.key] if origin.key else [])


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """A case as the books know it: what it comes to, what was paid, its vouchers."""
    try:
        page = origins.case_page(request.user.pk, reference, at=request.at)
    except LookupError as error:
        raise Http404 from error
    return draw(request, "books_case", here="books_trial", page=page)


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def parts(request: HttpRequest, voucher_id: int) -> HttpResponse | FileResponse:
    """Whose accounts a voucher moved, and whose money waits since."""
    after = request.GET.get("after", "")
    try:
        if exports.wanted(request):
            return exports.send(request, registers.parts(request.user.pk, voucher_id))
        page = voucher_parts.page(request.user.pk, voucher_id, after=after)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    more = f"?after={page.next_after}" if page.next_after else ""
    return draw(request, "books_parts", here="books_trial", page=page, after=after, more_href=more)


@require_safe
@staff_only
@for_roles(facts.BOOK_ROLES)
def day_book(request: HttpRequest) -> HttpResponse | FileResponse:
    """Every line of every voucher over a span, each day summed up."""
    form, since, until = spans.asked(request)
    after = request.GET.get("after") or None
    if exports.wanted(request) and form.is_valid():
        sheet = registers.day_book(daybook.whole(request.user.pk, since=since, until=until))
        return exports.send(request, sheet)
    try:
        page = daybook.page(request.user.pk, since=since, until=until, after=after)
    except ValueError as error:
        raise Http404 from error
    more = f"?{spans.query(since, until)}&after={page.next_after}"
    return spans.draw(
        request,
        "books_daybook",
        form=form,
        since=since,
        until=until,
        page=page,
        rows=[(row, page.names.get(row.line.subject, "") if row.line else "") for row in page.rows],
        more_href=more if page.next_after else "",
        after=after,
    )
