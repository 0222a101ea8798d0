"""Payments that came back: which wait, and what becomes of one: paid again, or reinstated."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.business.treasury import return_decisions, return_facts
from anju.business.treasury.books import BOOK_ROLES
from anju.business.treasury.two_people import Refused
from anju.channels.counter import exports, registers
from anju.channels.counter.forms import PayAgainForm, ReinstateForm, RejectForm
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices
from anju.channels.pages.row_keys import more_href

_DONE = {
    "propose": "已提交，等待另一人复核。",
    "reinstate": "已提交，等待另一人复核。",
    "approve": "已同意，并已办理。",
    "reject": "已退回提出人。",
    "withdraw": "已撤回。",
}

_ACTS: dict[str, Callable[..., Refused | None]] = {
    "propose": return_decisions.propose,
    "reinstate": return_decisions.propose_reinstating,
    "approve": return_decisions.approve,
    "reject": return_decisions.reject,
    "withdraw": return_decisions.withdraw,
}
_FORMS: dict[str, type[forms.Form]] = {
    "propose": PayAgainForm,
    "reinstate": ReinstateForm,
    "reject": RejectForm,
}


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def listed(request: HttpRequest) -> HttpResponse | FileResponse:
    """Returned payments of one state, newest first."""
    state, before = request.GET.get("state", "due"), request.GET.get("before") or None
    if state not in return_facts.STATES:
        raise Http404
    if exports.wanted(request):
        lines = return_facts.every(request.user.pk, state=state)
        what = return_facts.STATES[state]
        return exports.send(request, registers.returns(lines, what=what, on=request.business_date))
    try:
        page = return_facts.listed(request.user.pk, state=state, before=before)
    except LookupError as error:
        raise Http404 from error
    chips = [(code, text, page.totals[code][0]) for code, text in return_facts.STATES.items()]
    return draw(
        request,
        "returns",
        here="receipts",
        page=page,
        state=state,
        chips=chips,
        total=page.totals[state],
        more_href=more_href("counter:returns", page.next_before, state=state),
        before=before,
        span=f"state={state}",
    )


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def one(request: HttpRequest, order_no: str) -> HttpResponse:
    """One returned payment, with what may be done about it."""
    return _draw(request, order_no)


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def act(request: HttpRequest, order_no: str, deed: str) -> HttpResponse:
    """Ask for it to be paid again or reinstated, or decide on what another asked for."""
    if deed not in _ACTS:
        raise Http404
    typed = {}
    if deed in _FORMS:
        form = _form(deed, request)
        if not form.is_valid():
            return _draw(request, order_no, status=422, deed=deed, form=form)
        typed = form.cleaned_data
    refused = _ACTS[deed](request.user.pk, order_no, at=request.at, **typed)
    if refused is not None:
        return _draw(request, order_no, refused=refused.text, status=409)
    notices.leave(request, _DONE[deed])
    return redirect("counter:return", order_no=order_no)


def _form(deed: str, request: HttpRequest | None = None) -> forms.Form:
    posted = request.POST if request is not None else None
    return _FORMS[deed](posted, auto_id=f"{deed}-%s")


def _draw(
    request: HttpRequest,
    order_no: str,
    *,
    deed: str = "",
    form: forms.Form | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = return_facts.page(request.user.pk, order_no)
    shown = {name: _form(name) for name in _FORMS}
    if form is not None:
        shown[deed] = form
    return draw(
        request,
        "return",
        here="receipts",
        status=status,
        page=page,
        forms=shown,
        refused=refused,
    )
