"""缴存基数调整 and 缴存比例调整: filled in by file or on the page, confirmed once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from anju.business.contributions.adjusting import bases, facts, files, ratios, reading
from anju.business.contributions.adjusting.facts import BasePage, RatioPage
from anju.business.contributions.models import BaseAdjustment
from anju.business.contributions.remittance_lists import NotConfirmed
from anju.channels.desk.adjustment_forms import FileForm, NewBases, RatioForm
from anju.channels.desk.desk import NO_ACCOUNT, draw, go, turns
from anju.channels.desk.files import KINDS
from anju.channels.desk.seen import told
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Chip, Problem, Row
from anju.channels.pages.uploads import was_let_go
from anju.domain.contribution import month_words, ratio_words
from anju.domain.money import yuan

_BASES, _RATIOS = "base_adjustment", "ratio_change"


def base_adjustment(request: HttpRequest) -> HttpResponse:
    """Begin an adjustment, or fill in the one that was begun."""
    return _draw(request)


def _page(request: HttpRequest) -> BasePage | None:
    return facts.base_page(
        request.desk.employer.employer_id,
        at=request.at,
        show=request.GET.get("show", ""),
        number=row_key(request.GET.get("page", "")) or 1,
    )


def _draw(
    request: HttpRequest, problems: tuple[Problem, ...] = (), form: FileForm | None = None
) -> HttpResponse:
    page = _page(request)
    if page is None:
        return draw(request, _BASES, here=_BASES, page=None, none=NO_ACCOUNT)
    show = request.GET.get("show", "")
    context: dict[str, Any] = {"page": page, "form": form or FileForm(), "rows": _rows(page)}
    if page.draft is not None:
        draft = page.draft
        context |= {
            "chips": (
                Chip("全部", "?", show not in (facts.WRONG, facts.UNUSUAL), draft.people),
                Chip("有问题", f"?show={facts.WRONG}", show == facts.WRONG, draft.wrong),
                Chip("变动异常或按限额", f"?show={facts.UNUSUAL}", show == facts.UNUSUAL,
                     draft.unusual),
            ),
            **turns(draft.page, draft.pages, show=show),
        }  # fmt: skip
    return draw(request, _BASES, here=_BASES, problems=problems, **context)


def _rows(page: BasePage) -> list[Row]:
    limits = page.limits
    rows = [
        Row("从何时起", page.effective_month, "month"),
        Row("办理截止", page.window_ends - timedelta(days=1), "day", note="当日仍可办理"),
        Row("基数上下限", f"{yuan(limits.floor_fen)} 至 {yuan(limits.cap_fen)} 元"),
    ]
    draft = page.draft
    if draft is None:
        return [*rows, Row("待调整职工", f"{page.people:,} 人")]
    return [
        *rows,
        Row("职工", f"{draft.people:,} 人，无误 {draft.good:,} 人，有问题 {draft.wrong:,} 人"),
        Row("原基数合计", draft.old_bases_fen, "money", note="只计填写无误的职工"),
        Row("新基数合计", draft.bases_fen, "money"),
    ]


def template(request: HttpRequest, kind: str) -> FileResponse:
    """Everybody of the draft with his base, to fill in."""
    draft = facts.draft_of(request.desk.employer.employer_id)
    if draft is None or kind not in KINDS:
        raise Http404
    name, content = files.template(draft, kind)
    return FileResponse(
        BytesIO(content), content_type=KINDS[kind], as_attachment=True, filename=name
    )


def act(request: HttpRequest, deed: str) -> HttpResponse:
    """Begin, fill in, send a file, confirm, give up."""
    page = _page(request)
    if page is None:
        raise Http404
    who = request.desk.by(request)
    if deed == "begin":
        begun = bases.begin(page.account_id, **who)
        if isinstance(begun, NotConfirmed):
            return _draw(request, told(begun.findings))
        return go(request, "base_adjustment")
    if page.draft is None or deed not in _DEEDS:
        raise Http404
    try:
        return _DEEDS[deed](request, page.draft.number, who)
    except BaseAdjustment.DoesNotExist as error:
        raise Http404 from error


def _fill(request: HttpRequest, number: str, who: dict[str, Any]) -> HttpResponse:
    typed = NewBases(request.POST)
    if typed.wrong:
        return _draw(request, typed.problems)
    bases.fill(number, typed.fen, **who)
    notices.leave(request, "已保存本页填写的基数。")
    asked = {key: request.POST[key] for key in ("show", "page") if request.POST.get(key)}
    answer = go(request, "base_adjustment")
    answer["Location"] += f"?{urlencode(asked)}" if asked else ""
    return answer


def _upload(request: HttpRequest, number: str, who: dict[str, Any]) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if was_let_go(request):
        form.errors.clear()
        form.add_error("file", "文件过大，没有收下；请只保留模板中的列，或在页面上填写。")
    if not form.is_valid():
        return _draw(request, problems_of(form), form)
    try:
        reading.send(number, content=form.cleaned_data["file"].read(), **who)
    except reading.NotSent as refusal:
        form.add_error("file", f"{refusal}。")
        return _draw(request, problems_of(form), form)
    return go(request, "base_adjustment")


def _confirm(request: HttpRequest, number: str, who: dict[str, Any]) -> HttpResponse:
    mode = bases.GOOD if request.POST.get("mode") == bases.GOOD else bases.ALL
    answer = bases.confirm(number, mode=mode, **who)
    if isinstance(answer, NotConfirmed):
        return _draw(request, told(answer.findings))
    text = f"已调整 {answer.people} 人的缴存基数。"
    if answer.back_list:
        text += f"已汇缴月份的差额列入补缴清册 {answer.back_list}，请按通知缴款。"
    notices.leave(request, text)
    return go(request, "remittances" if answer.back_list else "base_adjustment")


def _discard(request: HttpRequest, number: str, who: dict[str, Any]) -> HttpResponse:
    bases.discard(number, **who)
    notices.leave(request, "已放弃，没有调整任何职工的基数。")
    return go(request, "base_adjustment")


_DEEDS = {"fill": _fill, "upload": _upload, "confirm": _confirm, "discard": _discard}


def ratio_change(request: HttpRequest) -> HttpResponse:
    """Change both ratios from the month whose turn it is."""
    page = facts.ratio_page(request.desk.employer.employer_id)
    if page is None:
        return draw(request, _RATIOS, here=_RATIOS, page=None, none=NO_ACCOUNT)
    form = RatioForm(request.POST if request.method == "POST" else None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        answer = ratios.change(
            page.account_id,
            member_ratio=typed["member_ratio"],
            employer_ratio=typed["employer_ratio"],
            key=typed["request_key"],
            **request.desk.by(request),
        )
        if not isinstance(answer, NotConfirmed):
            notices.leave(request, f"缴存比例已调整，{answer.headcount} 人的月缴存额已重新计算。")
            return go(request, "ratio_change")
        problems = told(answer.findings)
    elif request.method == "POST":
        problems = problems_of(form)
    return draw(
        request,
        _RATIOS,
        here=_RATIOS,
        page=page,
        form=form,
        problems=problems,
        rows=_ratio_rows(page),
        request_key=uuid4().hex,
    )


def _ratio_rows(page: RatioPage) -> list[Row]:
    employer, member = page.employer_lawful, page.member_lawful
    return [
        Row("现单位缴存比例", page.employer_ratio, note=(
            f"可在 {ratio_words(employer.least)} 至 {ratio_words(employer.most)} 之间")),
        Row("现个人缴存比例", page.member_ratio, note=(
            f"可在 {ratio_words(member.least)} 至 {ratio_words(member.most)} 之间")),
        Row("从何时起", f"{month_words(page.due_month)}（应汇缴年月）"),
        Row("在缴职工", f"{page.headcount:,} 人"),
        Row("现月缴存额合计", page.month_fen, "money"),
    ]  # fmt: skip
