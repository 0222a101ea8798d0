"""Payments that came back: which wait, and paying one again."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.business.treasury import return_decisions, return_facts
from anju.business.treasury.books import BOOK_ROLES
from anju.channels.counter.forms import PayAgainForm, RejectForm
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices

_DONE = {
    "propose": "已提交，等待另一人复核。",
    "approve": "已同意，付款指令已生成。",
    "reject": "已退回提出人。",
    "withdraw": "已撤回。",
}

_TYPED = {"propose": ("reason",), "reject": ("note",)}


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def listed(request: HttpRequest) -> HttpResponse:
    """Returned payments of one state, newest first."""
    state = request.GET.get("state", "due")
    if state not in return_facts.STATES:
        raise Http404
    page = return_facts.listed(request.user.pk, state=state)
    chips = [(code, text, page.totals[code][0]) for code, text in return_facts.STATES.items()]
    return draw(
        request,
        "returns",
        here="receipts",
        page=page,
        state=state,
        chips=chips,
        total=page.totals[state],
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
    """Ask for it to be paid again, or decide on what another asked for."""
    form, known = _form(deed, request), deed in _DONE
    if not known:
        raise Http404
    if deed in _TYPED and not form.is_valid():
        return _draw(request, order_no, status=422, deed=deed, form=form)
    typed = {name: form.cleaned_data[name] for name in _TYPED.get(deed, ())}
    refused = getattr(return_decisions, deed)(request.user.pk, order_no, at=request.at, **typed)
    if refused is not None:
        return _draw(request, order_no, refused=refused.text, status=409)
    notices.leave(request, _DONE[deed])
    return redirect("counter:return", order_no=order_no)


def _form(deed: str, request: HttpRequest | None = None) -> forms.Form:
    posted = request.POST if request is not None else None
    shape = PayAgainForm if deed == "propose" else RejectForm
    return shape(posted, auto_id=f"{deed}-%s")


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
    shown = {name: _form(name) for name in ("propose", "reject")}
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
