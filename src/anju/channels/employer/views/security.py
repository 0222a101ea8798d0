"""安全设置: the password, the second factor, where one is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju.channels.employer.forms import (
    ChangePasswordForm,
    ChangePhoneForm,
    CurrentPasswordForm,
    NewPasswordForm,
    TotpEnrolForm,
)
from anju.channels.employer.hall import draw, signed_in
from anju.channels.employer.views.registering import CODE_FIELDS, CodePage, serve
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Row
from anju.parties import agent_security, agent_sessions, sessions
from anju.parties.answers import CodeSent, Refused
from anju.parties.registering import Done

_HERE = "security"
_FIELDS = {"current": "current", "locked": "current", "password": "password", "code": "totp"}


@require_GET
@signed_in
def security(request: HttpRequest) -> HttpResponse:
    """What protects this login, and where it is open."""
    facts = agent_security.facts(request.user.pk)
    rows = [
        Row("证件号码", str(facts.id_number), "number"),
        Row(
            "手机号码",
            str(facts.phone),
            "number",
            note="登录和重设密码的验证码发送到这个号码。",
            href=reverse("employer:phone"),
            action="更换",
        ),
        Row(
            "登录密码",
            facts.password_since,
            "moment",
            note="上次设置的时间",
            href=reverse("employer:password"),
            action="修改",
        ),
        Row(
            "动态口令",
            "已启用" if facts.uses_totp else "未启用",
            note="登录时用手机上的认证应用代替短信验证码。",
            href=reverse("employer:totp"),
            action="停用" if facts.uses_totp else "启用",
        ),
    ]
    found = agent_sessions.listed(request.user.pk, request.session, at=request.at)
    return draw(request, "security", here=_HERE, rows=rows, sessions=found)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Another password; every other sign-in ends."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("current", "password")}
        answer = agent_security.change_password(request.user.pk, **typed, at=request.at)
        if not isinstance(answer, Refused):
            why = agent_sessions.PASSWORD
            agent_sessions.end_others(request.user.pk, request.session, why, request.at)
            sessions.keep(request, request.user.pk)
            notices.leave(request, "登录密码已修改，其他设备上的登录都已结束。")
            return redirect("employer:security")
        form.add_error(_FIELDS.get(answer.code), f"{answer.text}。")
    return draw(request, "password", here=_HERE, form=form, problems=problems_of(form))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def phone(request: HttpRequest) -> HttpResponse:
    """Another phone for codes."""
    user_id = request.user.pk

    def ask(form: NewPasswordForm, **where: Any) -> CodeSent | Refused:
        return agent_security.ask_phone(user_id, phone=form.cleaned_data["phone"], **where)

    def finish(form: NewPasswordForm, *, ticket: str, ip: str, at: datetime) -> Done | Refused:
        typed = form.cleaned_data
        given = {"phone": typed["phone"], "code": typed["code"], "password": typed["current"]}
        return agent_security.change_phone(user_id, **given, ticket=ticket, at=at)

    page = CodePage(
        "phone",
        "更换手机号码",
        ChangePhoneForm,
        ask,
        finish,
        "手机号码已更换，今后的验证码发送到新号码。",
        then="employer:security",
        here=_HERE,
        fields=CODE_FIELDS | {"current": "current", "locked": "current"},
    )
    return serve(request, page)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def totp(request: HttpRequest) -> HttpResponse:
    """Begin to use an app's one-time passwords, or stop."""
    facts, user_id = agent_security.facts(request.user.pk), request.user.pk
    if "offer" in request.POST and not facts.uses_totp:
        agent_security.offer_totp(user_id, at=request.at)
        return redirect("employer:totp")
    posted = request.POST if request.method == "POST" else None
    kind = CurrentPasswordForm if facts.uses_totp else TotpEnrolForm
    form: forms.Form = kind(posted)
    if posted is not None and form.is_valid():
        current = form.cleaned_data["current"]
        if facts.uses_totp:
            answer = agent_security.remove_totp(user_id, password=current, at=request.at)
        else:
            code = form.cleaned_data["totp"]
            answer = agent_security.confirm_totp(
                user_id, password=current, code=code, at=request.at
            )
        if not isinstance(answer, Refused):
            done = "动态口令已停用。" if facts.uses_totp else "动态口令已启用，下次登录时使用。"
            notices.leave(request, done)
            return redirect("employer:security")
        form.add_error(_FIELDS.get(answer.code), f"{answer.text}。")
    return draw(request, "totp", here=_HERE, facts=facts, form=form, problems=problems_of(form))


@require_POST
@signed_in
def end_others(request: HttpRequest) -> HttpResponse:
    """End every sign-in but this one."""
    count = agent_security.end_others(request.user.pk, request.session, at=request.at)
    told = f"已结束其他 {count} 处登录。" if count else "没有其他登录。"
    notices.leave(request, told)
    return redirect("employer:security")
