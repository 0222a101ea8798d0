"""The worklist of one's branch, and finding a case by what the person at the counter says."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from anju.business.contributions.facts import person_of_account
from anju.cases import facts
from anju.cases.records import WorkPage
from anju.channels.counter.forms import SearchForm
from anju.channels.counter.guard import for_roles, has_role, staff_only
from anju.channels.counter.shell import LIST, draw
from anju.channels.pages.shapes import Chip

SHOWN = {
    "waiting": "待审核",
    "returned": "已退回",
    "paying": "付款中",
    "done": "已办结",
    "breaks": "异常",
    "all": "全部",
}
EMPTY = {
    "waiting": ("没有等待审核的业务", "新提交的业务会按提交先后出现在这里。"),
    "returned": ("没有退回补正的业务", "退回后等待申请人补正的业务会列在这里。"),
    "paying": ("没有付款中的业务", "银行答复后，业务会自动转入已办结。"),
    "done": ("还没有办结的业务", "付款完成、不予通过或撤回的业务会列在这里。"),
    "breaks": ("没有异常的业务", "银行退回、拒付或答复不一致的业务会列在这里。"),
    "all": ("本管理部还没有业务", "职工提交申请后会出现在这里。"),
}


@require_safe
@staff_only
def home(request: HttpRequest) -> HttpResponse:
    """Work goes on where it was: the list last seen; for who opens no cases, what went wrong."""
    if not has_role(request, facts.CASE_ROLES):
        return redirect("counter:breaks")
    return redirect(request.session.get(LIST) or "counter:work")


@require_safe
@staff_only
@for_roles(facts.CASE_ROLES)
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the branch's cases of one filter, oldest waiting first."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "waiting"
    service = request.GET.get("service") or None
    before = request.GET.get("before") or None
    page = facts.worklist(
        request.user.pk,
        show=show,
        service=service,
        text="",
        before=before,
        at=request.at,
    )
    request.session[LIST] = _address(show, service)
    return draw_list(request, page, show=show, service=service, is_start=before is None)


def draw_list(
    request: HttpRequest, page: WorkPage, *, show: str, service: str | None, is_start: bool
) -> HttpResponse:
    """Draw one part of the list; `is_start` is false for every part but the first."""
    return draw(
        request,
        "work",
        here="work",
        page=page,
        show=show,
        show_text=SHOWN[show],
        service=service,
        chips=_chips(page, show=show, service=service),
        more_href=_address(show, service, page.next_before) if page.next_before else "",
        is_start=is_start,
        empty=EMPTY[show],
    )


@require_POST
@staff_only
@for_roles(facts.CASE_ROLES)
def search(request: HttpRequest) -> HttpResponse:
    """Find cases; exactly one leads straight to it. What was typed stays out of the address."""
    form = SearchForm(request.POST, auto_id="found-%s")
    if not form.is_valid():
        return redirect("counter:work")
    text = form.cleaned_data["text"].strip()
    page = facts.worklist(
        request.user.pk,
        show="all",
        service=None,
        text=text,
        holder=person_of_account(text),
        before=request.POST.get("before") or None,
        at=request.at,
    )
    if page.total == 1 and len(page.lines) == 1:
        return redirect("counter:case", reference=page.lines[0].reference)
    return draw(request, "search", here="work", page=page, form=form, typed=text)


def _chips(page: WorkPage, *, show: str, service: str | None) -> tuple[Chip, ...]:
    return tuple(
        Chip(label, _address(code, service), code == show, page.counts.get(code))
        for code, label in SHOWN.items()
    )


def _address(show: str, service: str | None, before: str | None = None) -> str:
    asked = {"show": show, "service": service, "before": before}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('counter:work')}?{query}"
