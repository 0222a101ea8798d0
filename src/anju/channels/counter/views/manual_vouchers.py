"""Manual vouchers: write one, review somebody else's."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anju.business.treasury import manual_vouchers as actions
from anju.business.treasury.books import BOOK_ROLES
from anju.business.treasury.two_people import NotNow
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.counter.voucher_form import VoucherForm
from anju.channels.pages import notices
from anju.channels.pages.row_keys import more_href, row_before


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def listed(request: HttpRequest) -> HttpResponse:
    """All manual vouchers, or those in one state, newest first."""
    state, before = request.GET.get("state", ""), row_before(request)
    if state and state not in actions.STATES:
        raise Http404
    heads, next_before = actions.listed(request.user.pk, state=state, before=before)
    return draw(
        request,
        "manual_list",
        here="books_trial",
        tab="manual",
        heads=heads,
        state=state,
        states=actions.STATES.items(),
        more_href=more_href("counter:manual_list", next_before, state=state),
        before=before,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
@for_roles(BOOK_ROLES)
def new(request: HttpRequest) -> HttpResponse:
    """Write a voucher; what is wrong stands beside the field, and nothing typed is lost."""
    form = VoucherForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _draw_form(request, form)
    if "more" in request.POST:
        form.more()
        return _draw_form(request, form)
    read = form.read()
    if read is None:
        return _draw_form(request, form, status=422)
    attachments, lines = read
    try:
        reference = actions.submit(
            request.user.pk,
            summary=form.summary,
            attachments=attachments,
            lines=lines,
            request_key=form.request_key,
            at=request.at,
        )
    except actions.DraftRefused as refused:
        form.tell(refused.problems)
        return _draw_form(request, form, status=422)
    notices.leave(request, f"凭证 {reference} 已提交，等待另一位会计复核。")
    return redirect("counter:manual_one", reference=reference)


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One manual voucher, with what may be done about it."""
    return _draw_one(request, reference)


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """Approve, reject or withdraw."""
    who, at = request.user.pk, request.at
    try:
        if decision == "approve":
            actions.approve(who, reference, at=at)
        elif decision == "reject":
            actions.reject(who, reference, note=request.POST.get("note", ""), at=at)
        elif decision == "withdraw":
            actions.withdraw(who, reference, at=at)
        else:
            raise Http404
    except NotNow as refused:
        return _draw_one(request, reference, error=str(refused), status=409)
    done = actions.page(who, reference).head
    notices.leave(request, f"凭证 {reference} {done.state_text}。")
    return redirect("counter:manual_one", reference=reference)


def _draw_form(request: HttpRequest, form: VoucherForm, *, status: int = 200) -> HttpResponse:
    return draw(
        request,
        "manual_form",
        here="books_trial",
        status=status,
        form=form,
        subjects=actions.subjects(),
        summary_max=actions.SUMMARY_MAX,
        counterparty_max=actions.COUNTERPARTY_MAX,
    )


def _draw_one(
    request: HttpRequest, reference: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    page = actions.page(request.user.pk, reference)
    return draw(
        request,
        "manual_one",
        here="books_trial",
        status=status,
        page=page,
        error=error,
        typed=request.POST.get("note", ""),
        note_max=actions.NOTE_MAX,
    )
