"""One case: its facts, its evidence, its decision."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from anju.cases import actions, facts
from anju.cases.records import Decided, DecisionRefused, ReviewPage
from anju.channels.counter.acts import acts
from anju.channels.counter.forms import NOTE_MAX, PictureForm, RevealForm
from anju.channels.counter.guard import staff_only
from anju.channels.counter.sheets import sheets
from anju.channels.counter.shell import draw
from anju.channels.pages import notices

DECIDE = {
    "approve": actions.approve,
    "return_for_correction": actions.return_for_correction,
    "reject": actions.reject,
}


@require_safe
@staff_only
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a case in three panes."""
    page = facts.review_page(reference, staff_id=request.user.pk, at=request.at)
    return draw_case(request, page)


@require_POST
@staff_only
def decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """Take one decision and go on to the next case that waits."""
    act = DECIDE.get(decision)
    if act is None:
        raise Http404
    posted = request.POST
    if not posted.get("reason_code") or not posted.get("payload_hash"):
        return _again(request, reference, decision, "请选择一个理由。", status=422)
    if len(posted.get("note", "").strip()) > NOTE_MAX:
        return _again(request, reference, decision, f"说明请写在 {NOTE_MAX} 字以内。", status=422)
    answer = act(
        reference,
        staff_id=request.user.pk,
        reason_code=posted["reason_code"],
        note=posted.get("note", "").strip(),
        payload_hash=posted["payload_hash"],
        at=request.at,
    )
    if isinstance(answer, DecisionRefused):
        return _again(request, reference, decision, answer.text, status=409)
    return _onwards(request, answer)


@require_POST
@staff_only
def first_check(request: HttpRequest, reference: str) -> HttpResponse:
    """初审: what was entered and photographed is complete; somebody else decides."""
    answer = actions.check_first(
        reference,
        staff_id=request.user.pk,
        payload_hash=request.POST.get("payload_hash", ""),
        at=request.at,
    )
    if isinstance(answer, DecisionRefused):
        return _again(request, reference, "", answer.text, status=409)
    notices.leave(request, "初审已通过，请由其他人员审核。")
    return redirect("counter:case", reference=reference)


@require_POST
@staff_only
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one masked value in the clear, once, on a page of its own; the act is recorded."""
    form = RevealForm(request.POST, auto_id="reveal-%s")
    if not form.is_valid():
        return _masked_still(request, reference, form, status=422)
    answer = actions.reveal(reference, **form.cleaned_data, staff_id=request.user.pk, at=request.at)
    if isinstance(answer, DecisionRefused):
        form.add_error(None, answer.text)
        return _masked_still(request, reference, form, status=409)
    return draw(request, "reveal", here="work", reference=reference, value=answer)


def draw_case(
    request: HttpRequest,
    page: ReviewPage,
    *,
    opened: str = "",
    posted: QueryDict | None = None,
    error: str = "",
    reveal_form: RevealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the three panes; `opened` with `posted` and `error` after an act that failed."""
    leaves = sheets(page.slots, request.GET.get("page", ""))
    return draw(
        request,
        "case",
        here="work",
        status=status,
        page=page,
        open_points=[finding for finding in page.findings if not finding.met],
        met=[finding for finding in page.findings if finding.met],
        leaves=leaves,
        shown=next((leaf for leaf in leaves if leaf.is_shown), None),
        acts=acts(page, opened=opened, posted=posted),
        reveal_form=_reveal_form(page, reveal_form),
        picture_form=PictureForm(auto_id=False),
        error=error,
    )


def _reveal_form(page: ReviewPage, sent: RevealForm | None) -> RevealForm:
    form = sent or RevealForm(auto_id="reveal-%s")
    form.fields["field"].widget.choices = page.revealable
    return form


def _masked_still(
    request: HttpRequest, reference: str, form: RevealForm, *, status: int
) -> HttpResponse:
    page = facts.review_page(reference, staff_id=request.user.pk, at=request.at)
    return draw_case(request, page, reveal_form=form, status=status)


def _again(
    request: HttpRequest, reference: str, decision: str, error: str, *, status: int
) -> HttpResponse:
    """The case as it is now, with what was typed kept and what went wrong said first."""
    page = facts.review_page(reference, staff_id=request.user.pk, at=request.at)
    return draw_case(
        request, page, opened=decision, posted=request.POST, error=error, status=status
    )


def _onwards(request: HttpRequest, answer: Decided) -> HttpResponse:
    said = f"{answer.reference} 已处理，现在是“{answer.state_text}”。"
    if answer.next_reference is None:
        notices.leave(request, f"{said}等待审核的业务已全部处理完。")
        return redirect("counter:work")
    notices.leave(request, f"{said}已打开下一笔。")
    return redirect("counter:case", reference=answer.next_reference)
