"""人员名册导入: a file is sent, its rows are seen and mended, and then it is confirmed once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from anju.business.contributions.rosters import actions, columns, facts
from anju.business.contributions.rosters.answers import NotYours, RosterBroken
from anju.channels.desk.desk import absent_if, draw, go, turns
from anju.channels.desk.files import KINDS
from anju.channels.desk.people_forms import RosterFileForm, RosterRowForm
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Chip, Problem, Row
from anju.channels.pages.uploads import was_let_go

_HERE = "rosters"


own_only = absent_if(NotYours)
"""What is no roster of this employer is not there."""


def rosters(request: HttpRequest) -> HttpResponse:
    """Send a file; what was sent before stands below."""
    posted = request.method == "POST"
    form = RosterFileForm(request.POST, request.FILES) if posted else RosterFileForm()
    mine = request.desk.act(request)
    if posted and form.is_valid():
        try:
            reference = actions.upload(content=form.cleaned_data["file"].read(), **mine)
        except RosterBroken as refusal:
            form.add_error("file", f"{refusal}。")
        else:
            return go(request, "roster", reference)
    elif posted and was_let_go(request):
        form.errors.clear()
        form.add_error("file", "文件过大，没有收下，请分成几个文件上传。")
    return draw(
        request,
        "rosters",
        here=_HERE,
        problems=problems_of(form),
        form=form,
        sent=facts.rosters(mine["employer_id"], at=request.at),
    )


def template(request: HttpRequest, kind: str) -> FileResponse:
    """An empty roster to fill in."""
    if kind not in KINDS:
        raise Http404
    name, content = columns.template(kind)
    return FileResponse(
        BytesIO(content), content_type=KINDS[kind], as_attachment=True, filename=name
    )


@own_only
def roster(request: HttpRequest, reference: str) -> HttpResponse:
    """Where an import stands: being read, its preview, being written, or its end."""
    return _draw_roster(request, reference)


def _draw_roster(
    request: HttpRequest, reference: str, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    employer_id = request.desk.employer.employer_id
    standing = facts.standing(reference, employer_id=employer_id, at=request.at)
    context: dict[str, Any] = {"standing": standing}
    if standing.state in ("preview", "done") and standing.bad + standing.good:
        asked = request.GET.get("show", "")
        only_bad = standing.bad > 0 and asked != "all"
        number = request.GET.get("page", "1")
        page = facts.preview(
            reference, employer_id=employer_id, at=request.at, only_bad=only_bad,
            page=int(number) if number.isdecimal() and len(number) < 7 else 1,
        )  # fmt: skip
        context |= {"page": page, "chips": _chips(standing, only_bad)}
        show = "bad" if only_bad else "all"
        context |= turns(page.page, page.pages, show=show)
    if standing.state == "preview":
        will = facts.summary(reference, employer_id=employer_id)
        context["rows"] = [
            Row("新开户", f"{will.new:,} 人"),
            Row("已登记、新开账户", f"{will.known:,} 人"),
            Row("从原单位转入", f"{will.transfers:,} 人"),
            Row("缴存基数按上下限调整", f"{will.clipped:,} 人"),
            Row("缴存基数合计", will.base_fen, "money"),
        ]
    return draw(request, "roster", here=_HERE, problems=problems, **context)


def _chips(standing: facts.Standing, only_bad: bool) -> tuple[Chip, ...]:
    if not standing.bad:
        return ()
    return (
        Chip("有问题", "?show=bad", only_bad, standing.bad),
        Chip("全部", "?show=all", not only_bad, standing.bad + standing.good),
    )


@own_only
def row(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Mend one row, or leave it out of the roster."""
    mine = request.desk.act(request)
    line = facts.row(reference, employer_id=mine["employer_id"], number=number)
    if line is None:
        raise Http404
    form = RosterRowForm(request.POST) if request.method == "POST" else RosterRowForm.of(line)
    try:
        if "leave_out" in request.POST:
            actions.leave_out(reference, number=number, **mine)
            notices.leave(request, f"第 {number} 行已移出名册。")
            return go(request, "roster", reference)
        if request.method == "POST" and form.is_valid():
            actions.mend(reference, number=number, values=form.cleaned_data, **mine)
            line = facts.row(reference, employer_id=mine["employer_id"], number=number)
            if line is not None and not line.problems:
                notices.leave(request, f"第 {number} 行已修改，没有问题了。")
                return go(request, "roster", reference)
            form.blame(line)
    except RosterBroken as refusal:
        form.add_error(None, f"{refusal}。")
    return draw(
        request, "roster_row", here=_HERE, form=form, line=line, reference=reference,
        problems=problems_of(form) if request.method == "POST" else (),
    )  # fmt: skip


@own_only
def act(request: HttpRequest, reference: str, deed: str) -> HttpResponse:
    """Confirm a roster as a whole or its good rows, or give it up."""
    mine = request.desk.act(request)
    try:
        if deed == "confirm":
            actions.confirm(reference, mode=request.POST.get("mode", ""), **mine)
        elif deed == "discard":
            actions.discard(reference, **mine)
            notices.leave(request, "名册已放弃，没有写入任何人员。")
            return go(request, "rosters")
        else:
            raise Http404
    except RosterBroken as refusal:
        return _draw_roster(request, reference, (Problem(f"{refusal}。", ""),))
    return go(request, "roster", reference)
