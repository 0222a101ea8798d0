"""What an agent enters for review: the list of one service, a new one, its papers, its way."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anju.business.contributions.facts import person_of_account
from anju.cases import actions, entered_facts
from anju.cases.ownership import Entrant, agent
from anju.cases.records import (
    Entered,
    EntryPage,
    Mistakes,
    NotOpen,
    NotYours,
    Submitted,
    TimelineEntry,
    Value,
)
from anju.channels.desk.desk import absent_if
from anju.channels.employer.hall import agents_only, draw, page_of_service
from anju.channels.pages import notices, pictures
from anju.channels.pages.entry_forms import WHO, EntryForm, problems_of_findings
from anju.channels.pages.evidence_slots import drawn_slot
from anju.channels.pages.forms import problems_of
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Event, Problem, Row
from anju.channels.pages.uploads import absent_because
from anju.parties import facts as parties

_NOBODY_TYPED = "请填写职工的个人账号或身份证号码。"
_NOBODY = "本单位没有这名职工，请核对个人账号或身份证号码。"
_NOTHING = "本单位没有可以办理这项业务的单位账户，请联系管理部。"
_NEXT = {"in_review": "管理部审核", "returned": "等待补正"}
_STOPPED = ("rejected", "cancelled")


ours_only = absent_if(NotYours)
"""What the employer has nothing to do with is not there."""


def _by(request: HttpRequest) -> Entrant:
    return agent(request.user.pk, employer_id=request.acting.employer.employer_id)


def _rows(values: tuple[Value, ...]) -> list[Row]:
    return [Row(value.label, value.text) for value in values]


@require_GET
@agents_only
@ours_only
def listed(request: HttpRequest, service: str) -> HttpResponse:
    """The employer's cases of one service, newest first, also those entered at the counter."""
    by = _by(request)
    form = entered_facts.entry_form(service, by=by)
    page = entered_facts.entered_cases(
        service,
        employer_id=request.acting.employer.employer_id,
        page=row_key(request.GET.get("page", "")) or 1,
        at=request.at,
    )
    return draw(
        request, "entered", here=page_of_service(service), service=service, form=form, page=page
    )


@require_http_methods(["GET", "POST"])
@agents_only
@ours_only
def enter(request: HttpRequest, service: str) -> HttpResponse:
    """Name the member and enter what is asked; the papers come on the next page."""
    by = _by(request)
    said = entered_facts.entry_form(service, by=by)
    if request.method != "POST":
        known = {WHO: request.GET.get("account", "")[:20]}
        return _draw_form(request, service, said, _form(said, known=known))
    form = _form(said, posted=request.POST)
    answer = _entered(service, by, form, request)
    if isinstance(answer, Entered):
        return redirect("employer:entry", service, answer.reference)
    if isinstance(answer, Mistakes):
        form.blame(answer)
        return _draw_form(request, service, said, form, problems_of(form))
    return _draw_form(request, service, said, form, problems_of_findings(answer.findings))


def _form(
    said: entered_facts.EntryForm,
    *,
    posted: QueryDict | None = None,
    known: dict[str, str] | None = None,
) -> EntryForm:
    """The form of a new case; an agent names a member, never an employer: he acts for one."""
    return EntryForm(said.entry, posted, whom=said.entry.about == "member", known=known)


def _entered(
    service: str, by: Entrant, form: EntryForm, request: HttpRequest
) -> Entered | Mistakes | NotOpen:
    """What comes of it; an unknown person is answered like somebody else's."""
    typed = form.typed
    person_id = None
    if WHO in form.fields:
        who = typed.pop(WHO)
        if not who:
            return Mistakes({WHO: _NOBODY_TYPED})
        person_id = person_of_account(who) or parties.person_by_id_number(who)
        if person_id is None:
            return Mistakes({WHO: _NOBODY})
    try:
        return actions.enter(service, by=by, person_id=person_id, posted=typed, at=request.at)
    except NotYours:
        return Mistakes({WHO: _NOBODY} if WHO in form.fields else {"": _NOTHING})


def _draw_form(
    request: HttpRequest,
    service: str,
    said: entered_facts.EntryForm,
    form: EntryForm,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    found = _as_it_stands(request, service, said)
    return draw(
        request,
        "entry_new",
        here=page_of_service(service),
        problems=problems,
        service=service,
        said=said,
        form=form,
        about=_rows(found.about) if found is not None else [],
        against=problems_of_findings(found.findings) if found and not problems else (),
    )


def _as_it_stands(
    request: HttpRequest, service: str, said: entered_facts.EntryForm
) -> entered_facts.Prospect | None:
    """What is on record of the employer, None where it is a member who is spoken of."""
    if said.entry.about != "employer":
        return None
    try:
        return entered_facts.prospect(service, by=_by(request), at=request.at)
    except NotYours:
        return None


@require_GET
@agents_only
@ours_only
def one(request: HttpRequest, service: str, reference: str) -> HttpResponse:
    """One case: whom it is about, what was entered, its papers, and where it stands."""
    return _draw_one(request, _page(request, service, reference))


def _page(request: HttpRequest, service: str, reference: str) -> EntryPage:
    page = entered_facts.entered_case_page(reference, by=_by(request), at=request.at)
    if page.service_code != service:
        raise Http404
    return page


def _draw_one(
    request: HttpRequest,
    page: EntryPage,
    *,
    form: EntryForm | None = None,
    problems: tuple[Problem, ...] = (),
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    said = entered_facts.entry_form(page.service_code, by=_by(request))
    errors = errors or {}
    slots = [
        drawn_slot(
            slot,
            href=lambda photo: reverse(
                "employer:entry_photo", args=[page.service_code, page.reference, photo]
            ),
            error=errors.get(slot.code, ""),
        )
        for slot in page.slots
    ]
    problems += tuple(
        Problem(f"{slot.label}：{slot.error}", f"slot-{slot.code}") for slot in slots if slot.error
    )
    known = {slot.code for slot in slots}
    problems += tuple(Problem(text) for code, text in errors.items() if code not in known)
    return draw(
        request,
        "entry",
        here=page_of_service(page.service_code),
        problems=problems,
        page=page,
        form=form or EntryForm(said.entry, known=page.answers),
        about=_rows(page.about),
        whom="单位" if said.entry.about == "employer" else "职工",
        entered=_rows(page.entered),
        slots=slots,
        events=_events(page.timeline, page.state),
        opened=form is not None,
    )


def _events(entries: tuple[TimelineEntry, ...], state: str) -> list[Event]:
    events = [Event(each.title, each.at, each.who, each.note) for each in entries]
    if events and state in _STOPPED:
        last = events[-1]
        events[-1] = Event(last.title, last.at, last.who, last.note, "stopped")
    return events + ([Event(_NEXT[state], state="now")] if state in _NEXT else [])


@require_POST
@agents_only
@ours_only
def act(request: HttpRequest, service: str, reference: str, deed: str) -> HttpResponse:
    """Enter something else, submit, or take the case back."""
    by = _by(request)
    page = _page(request, service, reference)
    if deed == "amend":
        said = entered_facts.entry_form(service, by=by)
        form = EntryForm(said.entry, request.POST)
        return _answered(
            request, page, actions.amend(reference, by=by, posted=form.typed, at=request.at), form
        )
    if deed == "submit":
        return _answered(request, page, actions.submit_entered(reference, by=by, at=request.at))
    if deed != "take-back":
        raise Http404
    answer = actions.take_back_entered(reference, by=by, at=request.at)
    if isinstance(answer, Mistakes):
        return _answered(request, page, answer)
    notices.leave(request, f"{page.title} {reference} 已撤回。")
    return redirect("employer:entries", service)


def _answered(
    request: HttpRequest, page: EntryPage, answer: object, form: EntryForm | None = None
) -> HttpResponse:
    """Draw what is to be mended where it is, or go on to the case as it is now."""
    if isinstance(answer, Mistakes):
        if form is not None:
            form.blame(answer)
            return _draw_one(request, page, form=form, problems=problems_of(form))
        return _draw_one(request, page, errors=answer.errors)
    if isinstance(answer, NotOpen):
        found = problems_of_findings(answer.findings)
        return _draw_one(request, page, form=form, problems=found)
    if isinstance(answer, Submitted):
        notices.leave(request, f"{page.title} {page.reference} 已提交，等待管理部审核。")
    return redirect("employer:entry", page.service_code, page.reference)


@require_POST
@agents_only
@ours_only
def add_photo(request: HttpRequest, service: str, reference: str) -> HttpResponse:
    """Keep a picture of the papers; a full slot's newest picture is replaced."""
    page = _page(request, service, reference)
    chosen = next(iter(request.FILES.values()), None)
    slot = request.POST.get("slot", "")
    if chosen is None:
        said = absent_because(request, nothing_chosen="请先选择一张照片。")
        return _draw_one(request, page, errors={slot: said})
    answer = actions.add_entered_evidence(
        reference, by=_by(request), slot=slot, content=chosen.read(), at=request.at
    )
    if isinstance(answer, Mistakes):
        return _draw_one(request, page, errors=answer.errors)
    return redirect(f"{reverse('employer:entry', args=[service, reference])}#slot-{slot}")


@require_POST
@agents_only
@ours_only
def remove_photo(request: HttpRequest, service: str, reference: str) -> HttpResponse:
    """Take a picture away."""
    _page(request, service, reference)
    answer = actions.remove_entered_evidence(
        reference,
        by=_by(request),
        evidence_id=row_key(request.POST.get("photo", "")) or 0,
        at=request.at,
    )
    if isinstance(answer, Mistakes):
        notices.leave(request, " ".join(answer.errors.values()), tone="warn")
    return redirect("employer:entry", service, reference)


@require_GET
@agents_only
@ours_only
def photo(request: HttpRequest, service: str, reference: str, photo: int) -> HttpResponse:
    """A picture of a case of the employer's; nothing keeps a copy."""
    _page(request, service, reference)
    by = _by(request)
    return pictures.shown(
        lambda: entered_facts.entered_evidence(photo, reference=reference, by=by, at=request.at)
    )
