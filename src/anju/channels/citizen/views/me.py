"""The member's own: who we hold them for, their card, their passwords, this device's text size."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from anju import policy
from anju.channels.citizen.hall import Here, draw, members_only
from anju.channels.pages.shapes import Row
from anju.parties import facts as parties


@require_GET
@members_only
def me(request: HttpRequest) -> HttpResponse:
    """The list of what is one's own."""
    person = parties.person(request.person_id)
    return draw(request, "me", here=Here(tab="me"), person=person, labels=policy.current().labels)


@require_GET
@members_only
def profile(request: HttpRequest) -> HttpResponse:
    """What we hold about the person, and who can correct it."""
    person = parties.person(request.person_id)
    rows = [
        Row("姓名", parties.full_name(request.person_id)),
        Row("身份证号", str(person.id_number), "number"),
        Row("性别", person.sex),
        Row("出生日期", person.born_on, "day"),
        Row("手机号码", str(person.phone or ""), "number"),
    ]
    return draw(request, "profile", here=Here(tab="me", page="profile"), rows=rows)


@require_GET
@members_only
def card(request: HttpRequest) -> HttpResponse:
    """The card that withdrawals are paid to."""
    bound = parties.receiving_card(request.person_id)
    rows = []
    if bound is not None:
        bank = policy.current().bank_branch_name(bound.bank_code, bound.branch_code)
        rows = [
            Row("收款账号", str(bound.number), "number"),
            Row("收款人", str(bound.holder)),
            Row("开户银行", bank),
            Row("绑定时间", bound.bound_at, "moment"),
            Row("同名核验", "已核验为本人账户" if bound.same_name else "尚未核验"),
        ]
    return draw(request, "card", here=Here(tab="me", page="cards"), rows=rows)


@require_GET
@members_only
def security(request: HttpRequest) -> HttpResponse:
    """The two passwords and the phone; changing them comes later, so where to go meanwhile."""
    person = parties.person(request.person_id)
    rows = [
        Row("登录密码", "已设置"),
        Row("业务密码", "已设置" if person.has_business_password else "尚未设置"),
        Row("登记手机", str(person.phone or ""), "number"),
    ]
    return draw(
        request,
        "security",
        here=Here(tab="me", page="security"),
        rows=rows,
        branches=list(policy.current().branches.values()),
    )
