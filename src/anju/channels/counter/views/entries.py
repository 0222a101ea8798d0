"""受理 (take in): staff enter what papers say and photograph them, on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anju.business.contributions.facts import employer_of_account, person_of_account
from anju.cases import actions, entered_facts
from anju.cases.entered_facts import EntryForm as Said
from anju.cases.entry_fields import choices_of
from anju.cases.ownership import CASE_ROLES, Entrant, at_counter
from anju.cases.records import Entered, EntryPage, Mistakes, NotOpen, NotYours, Slot, Submitted
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages import notices, pictures
from anju.channels.pages.entry_forms import WHO, EntryForm, problems_of_findings
from anju.channels.pages.evidence_slots import drawn_slot
from anju.channels.pages.forms import problems_of
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Problem
from anju.channels.pages.uploads import lost_pictures
from anju.parties import facts as parties

_HERE = "entries"
_NOBODY_TYPED = {
    "member": "请填写职工的个人账号或身份证号码。",
    "employer": "请填写单位账号或统一社会信用代码。",
}
_NOBODY = {
    "member": "本管理部没有这名职工，请核对个人账号或身份证号码。",
    "employer": "本管理部没有这家单位的单位账户，请核对单位账号或统一社会信用代码。",
}
_WORKERS = for_roles(CASE_ROLES)


def _by(request: HttpRequest) -> Entrant:
    return at_counter(request.user.pk)


@require_safe
@staff_only
@_WORKERS
def entries(request: HttpRequest) -> HttpResponse:
    """What may be taken in here, and what was begun or came back."""
    by = _by(request)
    return draw(
        request,
        "entries",
        here=_HERE,
        services=entered_facts.services_at_counter(),
        account=request.GET.get("account", "")[:20],
        lines=entered_facts.open_at_counter(by, at=request.at),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
@_WORKERS
def enter(request: HttpRequest, service: str) -> HttpResponse:
    """Find whom it is about, look at what stands, enter, photograph and submit, on one screen."""
    by = _by(request)
    said = entered_facts.entry_form(service, by=by)
    if request.method != "POST":
        return _begun(request, service, said)
    if "find" in request.POST and said.entry.about in _NOBODY:
        return _found(request, service, said)
    whom = _whom(said, row_key(request.POST.get("whom", "")))
    form = EntryForm(said.entry, request.POST)
    answer = actions.enter(service, by=by, posted=form.typed, at=request.at, **whom)
    if isinstance(answer, Entered):
        return _take(request, answer.reference)
    problems = _blamed(form, answer)
    return _draw_new(request, service, said, form, whom=whom, problems=problems)


def _begun(request: HttpRequest, service: str, said: Said) -> HttpResponse:
    """The screen as it is opened: for an employer whom the address names, already found."""
    if said.entry.about == "newcomer":
        return _draw_new(request, service, said, EntryForm(said.entry))
    account = request.GET.get("account", "")[:20]
    found = _employer_named(account) if said.entry.about == "employer" else None
    if found is not None:
        with suppress(NotYours):
            whom = _whom(said, found)
            return _draw_new(request, service, said, EntryForm(said.entry), whom=whom)
    form = EntryForm(said.entry, whom=True, known={WHO: account})
    return _draw_new(request, service, said, form)


def _whom(said: Said, key: int | None) -> dict[str, int | None]:
    """By its key whom it is about, as the room of cases names it; a newcomer has none."""
    if said.entry.about == "newcomer":
        return {}
    return {"employer_id" if said.entry.about == "employer" else "person_id": key}


def _found(request: HttpRequest, service: str, said: Said) -> HttpResponse:
    """Whom the papers name, with what stands; or that there is none such here."""
    form = EntryForm(said.entry, request.POST, whom=True)
    who = form.typed[WHO]
    if not who:
        form.blame(Mistakes({WHO: _NOBODY_TYPED[said.entry.about]}))
        return _draw_new(request, service, said, form, problems=problems_of(form))
    found = _employer_named(who) if said.entry.about == "employer" else _member_named(request, who)
    try:
        if found is None:
            raise NotYours(service)
        whom = _whom(said, found)
        return _draw_new(request, service, said, EntryForm(said.entry), whom=whom)
    except NotYours:
        form.blame(Mistakes({WHO: _NOBODY[said.entry.about]}))
        return _draw_new(request, service, said, form, problems=problems_of(form))


def _employer_named(who: str) -> int | None:
    by_code = parties.employer_by_uscc(who)
    return employer_of_account(who) or (by_code.employer_id if by_code is not None else None)


def _member_named(request: HttpRequest, who: str) -> int | None:
    """The member; that somebody looked for him is written down."""
    person_id = person_of_account(who) or parties.person_by_id_number(who)
    found = [person_id] if person_id else []
    parties.searched("papers", found, actor=_by(request).actor, at=request.at)
    return person_id


def _draw_new(
    request: HttpRequest,
    service: str,
    said: Said,
    form: EntryForm,
    *,
    whom: dict[str, int | None] | None = None,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    """The screen before anything is kept. Raises NotYours for somebody of another branch."""
    prospect = None
    if whom:
        prospect = entered_facts.prospect(service, by=_by(request), at=request.at, **whom)
    return draw(
        request,
        "entry",
        here=_HERE,
        status=422 if problems else 200,
        problems=problems,
        said=said,
        form=form,
        whom=next(iter(whom.values())) if whom else None,
        about=prospect.about if prospect is not None else (),
        findings=prospect.findings if prospect is not None else (),
        slots=[(slot, _asked_when(said, slot)) for slot in said.slots],
        address=reverse("counter:enter", args=[service]),
        is_found=prospect is not None or said.entry.about == "newcomer",
    )


def _asked_when(said: Said, slot: Slot) -> str:
    """In words by which answers a place for pictures is asked for."""
    fields = {each.code: each for each in said.entry.fields}
    return "，".join(
        f"{fields[code].label}为{dict(choices_of(fields[code])).get(value, value)}"
        for code, value in said.only_for[slot.code].items()
    )


def _blamed(form: EntryForm, answer: Mistakes | NotOpen) -> tuple[Problem, ...]:
    if isinstance(answer, NotOpen):
        return problems_of_findings(answer.findings)
    form.blame(answer)
    return problems_of(form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
@_WORKERS
def entry(request: HttpRequest, reference: str) -> HttpResponse:
    """A case that was begun here or came back: mended, its papers completed, submitted."""
    by = _by(request)
    page = entered_facts.entered_case_page(reference, by=by, at=request.at)
    if not page.may_mend:
        return redirect("counter:case", reference)
    said = entered_facts.entry_form(page.service_code, by=by)
    if request.method != "POST":
        return _draw_entry(request, page, said, EntryForm(said.entry, known=page.answers))
    form = EntryForm(said.entry, request.POST)
    answer = actions.amend(reference, by=by, posted=form.typed, at=request.at)
    if isinstance(answer, Mistakes | NotOpen):
        return _draw_entry(request, page, said, form, _blamed(form, answer))
    return _take(request, reference)


def _take(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the pictures that came along and submit; what lacks is said on the case's own screen."""
    by = _by(request)
    page = entered_facts.entered_case_page(reference, by=by, at=request.at)
    lost = lost_pictures(request)
    refused = [lost] if lost else list(_kept(request, page, by))
    answer = actions.submit_entered(reference, by=by, at=request.at) if not refused else None
    if isinstance(answer, Submitted):
        notices.leave(request, f"{page.title} {reference} 已录入并提交，须由其他人员审核。")
        return redirect("counter:case", reference)
    if isinstance(answer, Mistakes):
        labels = {slot.code: f"{slot.label}：" for slot in page.slots}
        refused += [f"{labels.get(code, '')}{text}" for code, text in answer.errors.items()]
    elif isinstance(answer, NotOpen):
        refused += [one.text for one in problems_of_findings(answer.findings)]
    lacking = "；".join(text.rstrip("。") for text in refused)
    notices.leave(request, f"已保存为 {reference}，还没有提交。{lacking}。", tone="warn")
    return redirect("counter:entry", reference)


def _kept(request: HttpRequest, page: EntryPage, by: Entrant) -> Iterable[str]:
    """Keep each picture in its place; yields what was refused, in words."""
    for slot in page.slots:
        for file in request.FILES.getlist(f"photo-{slot.code}"):
            answer = actions.add_entered_evidence(
                page.reference, by=by, slot=slot.code, content=file.read(), at=request.at
            )
            if isinstance(answer, Mistakes):
                yield f"{slot.label}：{'；'.join(answer.errors.values())}"


def _draw_entry(
    request: HttpRequest,
    page: EntryPage,
    said: Said,
    form: EntryForm,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    drawn = {
        slot.code: drawn_slot(
            slot, href=lambda photo: reverse("counter:entry_photo", args=[page.reference, photo])
        )
        for slot in page.slots
    }
    return draw(
        request,
        "entry",
        here=_HERE,
        status=422 if problems else 200,
        problems=problems,
        said=said,
        form=form,
        page=page,
        about=page.about,
        findings=page.findings,
        slots=[(drawn.get(slot.code, slot), _asked_when(said, slot)) for slot in said.slots],
        address=reverse("counter:entry", args=[page.reference]),
        is_found=True,
    )


@require_POST
@staff_only
@_WORKERS
def act(request: HttpRequest, reference: str, deed: str) -> HttpResponse:
    """Take a case back, or a picture out of it."""
    by = _by(request)
    if deed == "take-back":
        answer = actions.take_back_entered(reference, by=by, at=request.at)
        onwards, said = redirect("counter:entries"), f"{reference} 已撤回，没有办理任何变更。"
    elif deed == "remove":
        photo = row_key(request.POST.get("photo", "")) or 0
        answer = actions.remove_entered_evidence(reference, by=by, evidence_id=photo, at=request.at)
        onwards, said = redirect("counter:entry", reference), "照片已删除。"
    else:
        raise Http404
    if isinstance(answer, Mistakes):
        notices.leave(request, "；".join(answer.errors.values()), tone="danger")
    else:
        notices.leave(request, said)
    return onwards


@require_safe
@staff_only
@_WORKERS
def photo(request: HttpRequest, reference: str, photo: int) -> HttpResponse:
    """A picture of a case that was entered here; nothing keeps a copy."""
    by = _by(request)
    return pictures.shown(
        lambda: entered_facts.entered_evidence(photo, reference=reference, by=by, at=request.at)
    )
