"""经办人管理: who acts for the employer; an administrator invites, changes and ends."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju.channels.employer.forms import InviteForm, RoleForm
from anju.channels.employer.hall import administrators_only, agents_only, draw
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Row
from anju.parties import agent_facts, appointments
from anju.parties.agent_facts import AppointmentFacts
from anju.parties.answers import RuleBroken

_HERE = "agents"


@require_GET
@agents_only
@administrators_only
def agents(request: HttpRequest) -> HttpResponse:
    """Everybody who acts, is invited or has acted."""
    found = agent_facts.appointed(request.acting.employer.employer_id, at=request.at)
    present = [one for one in found if one.state != "ended"]
    past = [one for one in found if one.state == "ended"]
    return draw(request, "agents", here=_HERE, present=present, past=past)


@require_http_methods(["GET", "POST"])
@agents_only
@administrators_only
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by name and phone."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            appointments.invite(
                request.acting.employer.employer_id,
                **form.cleaned_data,
                by=request.user.pk,
                at=request.at,
            )
        except RuleBroken as refusal:
            form.add_error(None, f"{refusal}。")
        else:
            notices.leave(request, "邀请已发出，短信已通知本人。")
            return redirect("employer:agents")
    return draw(request, "invite", here=_HERE, form=form, problems=problems_of(form))


@require_GET
@agents_only
def agent(request: HttpRequest, number: int) -> HttpResponse:
    """One agent or invitation: an administrator sees anybody's, a clerk the own."""
    return _draw_agent(request, _one(request, number))


def _one(request: HttpRequest, number: int) -> AppointmentFacts:
    acting = request.acting
    found = agent_facts.appointment(number, employer_id=acting.employer.employer_id, at=request.at)
    if found is None or not (acting.is_admin or found.user_id == acting.user_id):
        raise Http404
    return found


def _draw_agent(
    request: HttpRequest, one: AppointmentFacts, form: forms.Form | None = None
) -> HttpResponse:
    rows = [
        Row("姓名", one.name),
        Row("手机号码", str(one.phone), "number"),
        Row("角色", one.role_text),
        Row("状态", one.state_text),
        Row("邀请", one.invited_at, "moment", note=one.invited_by),
    ]
    if one.state in ("invited", "expired"):
        rows.append(Row("邀请有效至", one.expires_at, "moment"))
    if one.begun_at is not None:
        rows.append(Row("任命", one.begun_at, "moment"))
    if one.ended_at is not None:
        rows.append(Row("结束", one.ended_at, "moment", note=one.ended_by))
    form = form or RoleForm(initial={"role": one.role})
    return draw(
        request,
        "agent",
        here=_HERE,
        problems=problems_of(form),
        one=one,
        rows=rows,
        form=form,
        is_self=one.user_id == request.user.pk,
    )


@require_POST
@agents_only
def act(request: HttpRequest, number: int, deed: str) -> HttpResponse:
    """Change somebody's role, or end an appointment or invitation."""
    one = _one(request, number)
    employer_id = request.acting.employer.employer_id
    form = RoleForm(request.POST if deed == "role" else {"role": one.role})
    if not form.is_valid():
        return _draw_agent(request, one, form)
    mine = {"employer_id": employer_id, "by": request.user.pk, "at": request.at}
    try:
        if deed == "role":
            role = form.cleaned_data["role"]
            appointments.change_role(one.appointment_id, role=role, **mine)
            done = "角色已更改。"
        elif deed == "end":
            appointments.end(one.appointment_id, **mine)
            done = "邀请已撤回。" if one.user_id is None else "任命已结束，相关登录已全部退出。"
        else:
            raise Http404
    except RuleBroken as refusal:
        form.add_error(None, f"{refusal}。")
        return _draw_agent(request, one, form)
    notices.leave(request, done)
    return redirect("employer:agents" if request.acting.is_admin else "employer:home")
