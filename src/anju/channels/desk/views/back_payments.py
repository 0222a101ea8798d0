"""补缴: people and months are chosen, reckoned on the same page, confirmed as they were shown."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse

from anju.business.contributions.backpaying import actions, facts
from anju.business.contributions.backpaying.actions import Reckoned
from anju.business.contributions.backpaying.facts import BackPage
from anju.business.contributions.remitting import Confirmed
from anju.channels.desk.back_payment_forms import (
    EVERYBODY,
    BackPaymentForm,
    Bases,
    base_text,
)
from anju.channels.desk.desk import NO_ACCOUNT, draw, go, turns
from anju.channels.desk.seen import SeenForm, told
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Chip, Problem, Row

_HERE = "back_payments"


def back_payments(request: HttpRequest) -> HttpResponse:
    """Choose, and see what it comes to."""
    page = _page(request)
    if page is None:
        return draw(request, "back_payments", here=_HERE, page=None, none=NO_ACCOUNT)
    if request.method == "GET":
        return _draw(request, page, BackPaymentForm.of(page), Bases(request.GET))
    form, bases = _typed(request, page)
    if not form.is_valid():
        return _draw(request, page, form, bases, problems=problems_of(form))
    if bases.wrong and form.cleaned_data["whom"] != EVERYBODY:
        return _draw(request, page, form, bases, problems=_wrong(bases))
    found = actions.reckon(page.account_id, form.asked(bases.fen), at=request.at)
    return _draw(request, page, form, bases, found=found, problems=told(found.unmet))


def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm what was reckoned, as it was shown."""
    page = _page(request)
    seen = SeenForm(request.POST)
    if page is None or not seen.is_valid():
        raise Http404
    form, bases = _typed(request, page)
    if not form.is_valid() or (bases.wrong and form.cleaned_data["whom"] != EVERYBODY):
        raise Http404
    asked = form.asked(bases.fen)
    answer = actions.confirm(page.account_id, asked, **seen.seen(request))
    if isinstance(answer, Confirmed):
        notices.leave(request, f"补缴清册已确认，编号 {answer.number}。请按通知转账。")
        return go(request, "remittances")
    found = actions.reckon(page.account_id, asked, at=request.at)
    return _draw(request, page, form, bases, found=found, problems=told(answer.findings))


def _page(request: HttpRequest) -> BackPage | None:
    asked = request.POST if request.method == "POST" else request.GET
    return facts.page(
        request.desk.employer.employer_id,
        only_missing=asked.get("show", "") == "missing",
        number=row_key(asked.get("page", "")) or 1,
        like=asked.get("like", "")[:20].strip(),
    )


def _typed(request: HttpRequest, page: BackPage) -> tuple[BackPaymentForm, Bases]:
    return BackPaymentForm(request.POST, through=page.paid_through), Bases(request.POST)


def _wrong(bases: Bases) -> tuple[Problem, ...]:
    return tuple(
        Problem(f"{number} 的缴存基数：{says}", f"base-{number}")
        for number, says in bases.wrong.items()
    )


def _draw(
    request: HttpRequest,
    page: BackPage,
    form: BackPaymentForm,
    bases: Bases,
    *,
    found: Reckoned | None = None,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    wrong = {**bases.wrong, **(found.problems if found else {})}
    on_page = {one.account_no for one in page.people}
    asked = request.POST if request.method == "POST" else request.GET
    show, like = asked.get("show", ""), asked.get("like", "")[:20]
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "show": show,
        "like": like,
        "people": [
            {
                "one": one,
                "chosen": one.account_no in bases.typed,
                "base": bases.typed.get(one.account_no, base_text(one.base_fen)),
                "wrong": wrong.get(one.account_no, ""),
            }
            for one in page.people
        ],
        "elsewhere": [
            (number, base) for number, base in bases.typed.items() if number not in on_page
        ],
        "chips": _chips(page, show, request.desk.address("back_payments")),
        **turns(page.page, page.pages, show=show, like=like),
    }
    if found is not None:
        context |= {
            "found": found,
            "lines": facts.shown(found),
            "hidden": _hidden(request),
            "rows": _sums(found),
            "request_key": uuid4().hex,
        }
    return draw(request, "back_payments", here=_HERE, problems=problems, **context)


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    """What was reckoned, to be sent again with the confirmation."""
    names = [*BackPaymentForm.base_fields, "show", "like", "page", "who"]
    names += [f"base_{number}" for number in Bases(request.POST).typed]
    return [(name, text) for name in names for text in request.POST.getlist(name)]


def _sums(found: Reckoned) -> list[Row]:
    return [
        Row("补缴人数", f"{found.headcount:,} 人"),
        Row("人月数", f"{len(found.lines)}"),
        Row("单位部分", found.employer_fen, "money"),
        Row("个人部分", found.member_fen, "money"),
        Row("合计", found.total_fen, "money", strong=True),
    ]


def _chips(page: BackPage, show: str, here: str) -> tuple[Chip, ...]:
    return (
        Chip("全部职工", here, show != "missing"),
        Chip("有待补月份的", f"{here}?show=missing", show == "missing", page.missing),
    )
