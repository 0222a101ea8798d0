"""单位自主开户: code and password, 启缴信息录入, the number. Nobody is signed in here.

What the enterprise platform said stays in the session, sealed; see `contributions.vouching`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from anju.business.contributions import opening, vouching
from anju.business.contributions.opening import NotOpened
from anju.business.contributions.vouching import Vouched
from anju.channels.employer.hall import draw
from anju.channels.employer.opening_forms import OpeningDoorForm, OpeningForm
from anju.channels.pages import notices
from anju.channels.pages.doors import address_of_visitor
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Row
from anju.domain.money import yuan
from anju.domain.rules import Finding

_VOUCHED, _OPENED = "opening_vouched", "opening_done"
_DOOR_FIELDS: Final = {"bad_uscc": "uscc", "unknown": "uscc", "wrong_password": "password"}
_FIELDS: Final = {
    "opening.first_month_before_founding": "first_month",
    "opening.first_month_out_of_reach": "first_month",
    "opening.member_ratio_outside": "member_ratio",
    "opening.employer_ratio_outside": "employer_ratio",
    "opening.wages_without_people": "headcount",
    "opening.average_below_minimum": "wages",
    "opening.average_above_cap": "wages",
    "opening.bad_payday": "payday",
    "opening.unknown_bank": "bank",
    "opening.unknown_affiliation": "affiliation",
    "opening.no_agent": "agent_phone",
}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """单位自主开户登录: what the market regulator gave the employer."""
    form = OpeningDoorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = vouching.look_up(
            form.cleaned_data["uscc"],
            password=form.cleaned_data["password"],
            ip=address_of_visitor(request),
            at=request.at,
        )
        if isinstance(told, Vouched):
            request.session[_VOUCHED] = told.sealed()
            request.session.pop(_OPENED, None)
            return redirect("employer:opening_details")
        form.add_error(_DOOR_FIELDS.get(told.code), f"{told.text}。")
    return draw(request, "opening_door", problems=problems_of(form), form=form)


@sensitive_post_parameters("agent_name", "agent_phone")
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """启缴信息录入; 提交 opens the account at once."""
    word = vouching.kept(request.session.get(_VOUCHED), at=request.at)
    if word is None:
        notices.leave(request, "登录已超时，请重新输入统一社会信用代码和登录密码。")
        return redirect("employer:opening")
    offer = opening.offer(on=request.business_date)
    form = OpeningForm(
        request.POST if request.method == "POST" else None,
        offer=offer,
        initial=_beginning(request, word),
    )
    total = ""
    if form.is_valid():
        typed = form.opening()
        total = yuan(typed.month_total_fen)
        if "reckon" not in request.POST:
            told = opening.open_account(word.enterprise, typed, key=word.key, at=request.at)
            if not isinstance(told, NotOpened):
                request.session[_OPENED] = {
                    "number": told.number,
                    "due": told.first_due_on.isoformat(),
                    "with_hall": told.with_hall,
                }
                return redirect("employer:opening_done")
            for finding in told.findings:
                form.add_error(_FIELDS.get(finding.code), _told(finding))
    return draw(
        request,
        "opening_details",
        problems=problems_of(form),
        form=form,
        registered=_registered(word),
        total=total,
    )


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The number, and what comes next."""
    opened = request.session.get(_OPENED)
    if opened is None:
        return redirect("employer:opening")
    due = date.fromisoformat(opened["due"])
    late = due < request.business_date
    return draw(request, "opening_done", opened=opened, due=due, late=late)


def _beginning(request: HttpRequest, word: Vouched) -> dict[str, str]:
    """What most new employers would type."""
    month = max(word.enterprise.founded_on, request.business_date).replace(day=1)
    return {"headcount": "0", "wages": "0", "first_month": f"{month:%Y-%m}"}


def _registered(word: Vouched) -> tuple[Row, ...]:
    enterprise = word.enterprise
    return (
        Row("企业名称", enterprise.name),
        Row("社会统一信用代码", enterprise.uscc, "number"),
        Row("企业地址", enterprise.address),
        Row("成立日期", enterprise.founded_on, "day"),
        Row("法人姓名", enterprise.legal_representative),
        Row("注册地行政区划", enterprise.division, "number"),
    )


def _told(finding: Finding) -> str:
    return f"{finding.says}（{finding.saw}）。{finding.mended_by}。"
