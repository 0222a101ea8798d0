"""Receipts: what came in and waits, what it is for, and giving it back."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from anju.business.treasury import expected, receipt_decisions, receipt_facts
from anju.business.treasury.books import BOOK_ROLES
from anju.business.treasury.receipt_decisions import Asked
from anju.business.treasury.two_people import NotNow
from anju.channels.counter import exports, registers
from anju.channels.counter.forms import AllocateForm, RefundForm, RejectForm, RevealForm
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import charts, notices
from anju.channels.pages.row_keys import more_href, row_before

_DONE = {
    "allocate": "已提交，等待另一人复核。",
    "refund": "已提交，等待另一人复核。",
    "approve": "已复核。",
    "reject": "已退回提出人。",
    "withdraw": "已撤回。",
}
_CHIPS = (*receipt_facts.STATES.items(), ("all", "全部"))


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def listed(request: HttpRequest) -> HttpResponse | FileResponse:
    """Receipts of one state, newest first; what is in suspense with its ages."""
    show, before = request.GET.get("state", "suspense"), row_before(request)
    if show not in dict(_CHIPS):
        raise Http404
    state, on = "" if show == "all" else show, request.business_date
    if exports.wanted(request):
        lines = receipt_facts.every(request.user.pk, state=state, on=on)
        return exports.send(request, registers.receipts(lines, what=dict(_CHIPS)[show], on=on))
    page = receipt_facts.listed(request.user.pk, state=state, before=before, on=on)
    return draw(
        request,
        "receipts",
        here="receipts",
        page=page,
        show=show,
        chips=[(code, page.totals["" if code == "all" else code]) for code, _text in _CHIPS],
        more_href=more_href("counter:receipts", page.next_before, state=show),
        before=before,
        span=f"state={show}",
        chart=charts.bars([(age.label, age.amount) for age in page.ages], says="待查款按账龄"),
    )


@require_safe
@staff_only
@for_roles(BOOK_ROLES)
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One receipt, with what may be done about it."""
    return _draw(request, reference)


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def act(request: HttpRequest, reference: str, deed: str) -> HttpResponse:
    """Ask for something, or decide on what another asked for."""
    if deed not in _DONE:
        raise Http404
    form = _form(deed, request)
    if form is not None and not form.is_valid():
        return _draw(request, reference, deed=deed, form=form, status=422)
    typed = form.cleaned_data if form is not None else {}
    try:
        _do(request, reference, deed, typed)
    except NotNow as refused:
        if form is not None and refused.field in form.fields:
            form.add_error(refused.field, str(refused))
            return _draw(request, reference, deed=deed, form=form, status=422)
        return _draw(request, reference, deed=deed, form=form, refused=str(refused), status=409)
    notices.leave(request, _DONE[deed])
    return redirect("counter:receipt", reference=reference)


def _do(request: HttpRequest, reference: str, deed: str, typed: dict[str, str]) -> None:
    who, at = request.user.pk, request.at
    if deed == "approve":
        receipt_decisions.approve(who, reference, at=at)
    elif deed == "reject":
        receipt_decisions.reject(who, reference, note=typed["note"], at=at)
    elif deed == "withdraw":
        receipt_decisions.withdraw(who, reference, at=at)
    else:
        asked = Asked(
            kind=typed.get("kind", receipt_decisions.REFUND),
            number=typed.get("number", ""),
            bank_code=typed.get("bank_code", ""),
            reason=typed["reason"],
            request_key=request.POST.get("request_key", "")[:40],
        )
        receipt_decisions.propose(who, reference, asked, at=at)


@require_POST
@staff_only
@for_roles(BOOK_ROLES)
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one value of the payer in full, once; the act is recorded."""
    form = RevealForm(request.POST, auto_id="reveal-%s")
    if not form.is_valid() or form.cleaned_data["field"] not in receipt_facts.REVEALABLE:
        return _draw(request, reference, reveal_form=form, status=422)
    value = receipt_facts.show(
        request.user.pk,
        reference,
        form.cleaned_data["field"],
        reason=form.cleaned_data["reason"],
        at=request.at,
    )
    if value is None:
        form.add_error(None, "本小时查看完整内容的次数已用完，请稍后再试。")
        return _draw(request, reference, reveal_form=form, status=409)
    return draw(
        request,
        "reveal",
        here="receipts",
        reference=reference,
        value=value or "（银行没有告知）",
        back=reverse("counter:receipt", args=[reference]),
    )


def _form(deed: str, request: HttpRequest | None = None) -> forms.Form | None:
    posted = request.POST if request is not None else None
    if deed == "allocate":
        kinds = [(one.kind, one.label) for one in expected.sources()]
        form = AllocateForm(posted, kinds=kinds, auto_id="allocate-%s")
        hints = [f"{one.label}填{one.hint}" for one in expected.sources() if one.hint]
        form.fields["number"].help_text = "；".join(hints)
        return form
    if deed == "refund":
        return RefundForm(posted, banks=receipt_facts.banks(), auto_id="refund-%s")
    return RejectForm(posted, auto_id="reject-%s") if deed == "reject" else None


def _draw(
    request: HttpRequest,
    reference: str,
    *,
    deed: str = "",
    form: forms.Form | None = None,
    reveal_form: RevealForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = receipt_facts.page(request.user.pk, reference, on=request.business_date)
    shown = {name: _form(name) for name in ("allocate", "refund", "reject")}
    if form is not None:
        shown[deed] = form
    masked = reveal_form or RevealForm(auto_id="reveal-%s")
    masked.fields["field"].widget.choices = receipt_facts.REVEALABLE.items()
    return draw(
        request,
        "receipt",
        here="receipts",
        status=status,
        page=page,
        forms=shown,
        reveal_form=masked,
        request_key=uuid4().hex,
        refused=refused,
    )
