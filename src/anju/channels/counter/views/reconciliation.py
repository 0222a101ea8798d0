"""Reconciliation: the days with their sheets, and the findings that two people close."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.business.treasury import break_decisions, reconciliation_facts
from anju.business.treasury.books import BOOK_ROLES
from anju.channels.counter import exports
from anju.channels.counter.forms import RejectForm, ResolveForm
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices
from anju.channels.pages.row_keys import day_before, more_href, named_day, row_before

_DONE = {"resolve": "已提交，等待另一人复核。", "close": "已关闭。", "send-back": "已退回处理人。"}


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def days(request: HttpRequest) -> HttpResponse:
    """Reconciled days of one account or of all, newest first."""
    before, account = day_before(request), request.GET.get("account", "")
    try:
        page = reconciliation_facts.days(request.user.pk, account=account, before=before)
    except LookupError as error:
        raise Http404 from error
    return draw(
        request,
        "reconciliation",
        here="reconciliation",
        tab="days",
        page=page,
        more_href=more_href("counter:reconciliation", page.next_before, account=account),
        before=before,
    )


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def day(request: HttpRequest, account: str, day: str) -> HttpResponse | FileResponse:
    """One account's sheet (余额调节表) of a day, on screen or taken out."""
    page = reconciliation_facts.day(request.user.pk, account, named_day(day))
    if exports.wanted(request):
        return exports.send(request, *exports.reconciliation(page), title="银行存款余额调节表")
    return draw(request, "reconciliation_day", here="reconciliation", page=page)


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def breaks(request: HttpRequest) -> HttpResponse:
    """Findings of one state, of one account or of all, newest first."""
    state, account = request.GET.get("state", "open"), request.GET.get("account", "")
    before = row_before(request)
    if state not in reconciliation_facts.STATES:
        raise Http404
    try:
        page = reconciliation_facts.breaks(
            request.user.pk, state=state, account=account, before=before
        )
    except LookupError as error:
        raise Http404 from error
    return draw(
        request,
        "reconciliation_breaks",
        here="reconciliation",
        tab=state,
        page=page,
        more_href=more_href(
            "counter:reconciliation_breaks", page.next_before, state=state, account=account
        ),
        before=before,
    )


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def one_break(request: HttpRequest, break_id: int) -> HttpResponse:
    """One finding, with what may be done about it."""
    return _draw(request, break_id)


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def act(request: HttpRequest, break_id: int, deed: str) -> HttpResponse:
    """Say what became of a finding, close it, or send it back."""
    if deed not in _DONE:
        raise Http404
    who, at = request.user.pk, request.at
    form = _resolve_form(request) if deed == "resolve" else _back_form(request)
    if deed == "close":
        refused = break_decisions.close(who, break_id, at=at)
    elif not form.is_valid():
        return _draw(request, break_id, deed=deed, form=form, status=422)
    elif deed == "resolve":
        category, text = form.cleaned_data["category"], form.cleaned_data["resolution"]
        refused = break_decisions.resolve(who, break_id, category=category, text=text, at=at)
    else:
        refused = break_decisions.send_back(who, break_id, why=form.cleaned_data["note"], at=at)
    if refused is not None:
        return _draw(request, break_id, refused=refused.text, status=409)
    notices.leave(request, _DONE[deed])
    return redirect("counter:reconciliation_break", break_id=break_id)


def _resolve_form(request: HttpRequest | None = None) -> forms.Form:
    posted = request.POST if request is not None else None
    return ResolveForm(posted, categories=reconciliation_facts.CATEGORIES, auto_id="resolve-%s")


def _back_form(request: HttpRequest | None = None) -> forms.Form:
    return RejectForm(request.POST if request is not None else None, auto_id="back-%s")


def _draw(
    request: HttpRequest,
    break_id: int,
    *,
    deed: str = "",
    form: forms.Form | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = reconciliation_facts.one_break(request.user.pk, break_id)
    shown = {"resolve": _resolve_form(), "back": _back_form()}
    if form is not None:
        shown["back" if deed == "send-back" else deed] = form
    return draw(
        request,
        "reconciliation_break",
        here="reconciliation",
        status=status,
        page=page,
        forms=shown,
        refused=refused,
    )
