"""What agents and staff who enter may know of services and of the cases they entered."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from anju import ledger, policy
from anju.cases import registry
from anju.cases.assessment import asked_of, assess
from anju.cases.declaration import Asked, Entry, Subject
from anju.cases.entering import entered_service, somebody
from anju.cases.entry_fields import answers_of, typed_again
from anju.cases.evidence import open_picture
from anju.cases.models import MEMBER, STAFF, Case, Evidence
from anju.cases.ownership import Entrant, case_worker, seen_case
from anju.cases.records import (
    CaseLine,
    EnteredPage,
    EntryPage,
    EvidenceFile,
    NotYours,
    Slot,
    Value,
)
from anju.cases.showing import (
    all_values_of,
    entered_values,
    lines_of,
    returned_note,
    slots_of,
    timeline_of,
)
from anju.cases.submitting import OPEN_TO_APPLICANT
from anju.cases.words import CHANNEL_TEXT, STATE_TEXT
from anju.domain.case import LIVE, CaseState
from anju.domain.rules import Finding, Outcome
from anju.store.paging import cut

LINES_PER_PAGE = 50
_TAKEN_BACK_FROM = (*OPEN_TO_APPLICANT, CaseState.IN_REVIEW)


@dataclass(frozen=True)
class EntryForm:
    """What is entered for a service, before anything is kept.

    Attributes:
        entry: the fields, and whether a member must be named.
        slots: every place for pictures; `only_for` says by which answers each is asked for.
    """

    title: str
    summary: str
    button: str
    warning: str
    entry: Entry
    slots: tuple[Slot, ...]
    only_for: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Prospect:
    """Whom a case would be about, as the rules see it before anything is entered."""

    about: tuple[Value, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class FiledCase:
    """An approved case whose pictures lie in the member's file."""

    reference: str
    title: str
    ended_at: datetime
    slots: tuple[Slot, ...]


def entry_form(service_code: str, *, by: Entrant) -> EntryForm:
    """What is entered for a service in this hall. Raises NotYours."""
    service, entry = entered_service(service_code, by)
    block = policy.current().services[service_code]
    (step,) = block.steps
    return EntryForm(
        title=block.title,
        summary=block.summary,
        button=step.button,
        warning=service.warning,
        entry=entry,
        slots=tuple(
            Slot(each.code, each.label, each.required, each.pages_max, each.example, each.hint, ())
            for each in block.slots
        ),
        only_for={each.code: dict(each.only_for) for each in block.slots},
    )


def prospect(
    service_code: str,
    *,
    by: Entrant,
    at: datetime,
    person_id: int | None = None,
    employer_id: int | None = None,
) -> Prospect:
    """Whom it would be about, to look at before something is entered.

    A rule that cannot say yet, since nothing is entered, is left out: it is asked when it is.

    Raises:
        NotYours: nothing it could be about, or another branch's.
    """
    service, entry = entered_service(service_code, by)
    somebody(entry, person_id, by.employer_id or employer_id)
    asked = Asked(at, person_id, by.employer_id or employer_id)
    found = assess(service, asked, on=ledger.business_date())
    if not _is_theirs(found.subject, by):
        raise NotYours(service_code)
    subject = found.subject
    assert subject is not None
    if by.employer_id is None and case_worker(by.user_id).branch_code != subject.branch_code:
        raise NotYours(service_code)
    said = tuple(one for one in by.told(found.conditions) if one.outcome is not Outcome.UNKNOWN)
    return Prospect(all_values_of(service, found, None, at), said)


def _is_theirs(subject: Subject | None, by: Entrant) -> bool:
    """Whether what a case is about is there, and still the employer's for whom an agent looks."""
    return subject is not None and by.employer_id in (None, subject.employer_id)


def entered_case_page(reference: str, *, by: Entrant, at: datetime) -> EntryPage:
    """One case as those who entered it, or whose people it is about, see it. Raises NotYours."""
    case = seen_case(reference, by)
    service = registry.service(case.service_code)
    block = policy.current().services[case.service_code]
    found = assess(service, asked_of(case, at=at), on=ledger.business_date(), besides=case)
    ours = case.applicant_kind == by.kind
    is_open = case.state in OPEN_TO_APPLICANT
    answers = answers_of(case)
    fields = service.entry.fields if service.entry is not None else ()
    return EntryPage(
        reference=reference,
        service_code=case.service_code,
        title=block.title,
        state=case.state,
        state_text=STATE_TEXT[case.state],
        channel_text=CHANNEL_TEXT[case.channel],
        # A person who has left for elsewhere is nothing that the employer before is told of.
        about=all_values_of(service, found, None, at) if _is_theirs(found.subject, by) else (),
        answers={each.code: typed_again(each, answers.get(each.code, "")) for each in fields},
        entered=entered_values(service, case),
        findings=by.told(found.conditions) if is_open else (),
        slots=slots_of(case),
        timeline=timeline_of(case, for_staff=by.employer_id is None),
        returned=returned_note(case),
        warning=service.warning,
        button=block.steps[-1].button,
        due_on=case.due_on if case.state == CaseState.IN_REVIEW else None,
        submitted_at=case.submitted_at,
        may_mend=ours and is_open,
        may_take_back=ours and case.state in _TAKEN_BACK_FROM,
    )


def entered_cases(
    service_code: str, *, employer_id: int, at: datetime, page: int = 1
) -> EnteredPage:
    """The cases of a service that an employer has to do with, newest first; no case twice."""
    rows = (
        Case.objects.filter(employer_id=employer_id, service_code=service_code)
        .exclude(applicant_kind=MEMBER)
        .exclude(applicant_kind=STAFF, submitted_at=None)
        .exclude(state=CaseState.CANCELLED, submitted_at=None)
    )
    total = rows.count()
    found = cut(total, size=LINES_PER_PAGE, number=page)
    shown = rows.order_by("-id")[found.rows]
    return EnteredPage(lines_of(shown, at=at), total, found.number, found.pages)


def live_case_of(employer_id: int, *, besides: str) -> str:
    """The reference of a live case about an employer or its people, but for one service; or ""."""
    rows = Case.objects.filter(employer_id=employer_id, state__in=LIVE)
    found = rows.exclude(service_code=besides).order_by("pk")
    return found.values_list("reference", flat=True).first() or ""


def live_case_of_person(person_id: int) -> str:
    """The reference of a live case about a person, whoever began it; or ""."""
    rows = Case.objects.filter(person_id=person_id, state__in=LIVE).order_by("pk")
    return rows.values_list("reference", flat=True).first() or ""


def entered_evidence(
    evidence_id: int, *, reference: str, by: Entrant, at: datetime
) -> EvidenceFile:
    """A picture of a case that is seen from here. Raises NotYours."""
    theirs = Evidence.objects.filter(case=seen_case(reference, by), removed_at__isnull=True)
    picture = theirs.filter(pk=evidence_id).first()
    if picture is None:
        raise NotYours(str(evidence_id))
    return open_picture(picture)


def services_at_counter() -> tuple[tuple[str, str, str], ...]:
    """What is entered at the counter in this city, as (code, title, summary)."""
    blocks = policy.current().services
    return tuple(
        (one.code, blocks[one.code].title, blocks[one.code].summary)
        for one in registry.services()
        if one.entry is not None and one.code in blocks and "counter" in blocks[one.code].channels
    )


def open_at_counter(by: Entrant, *, at: datetime) -> tuple[CaseLine, ...]:
    """What was entered at this person's counter and waits there: the own drafts, and returned."""
    branch = case_worker(by.user_id).branch_code
    rows = Case.objects.filter(branch_code=branch, applicant_kind=STAFF)
    waiting = Q(state=CaseState.RETURNED) | Q(state=CaseState.DRAFT, applicant_id=by.user_id)
    return lines_of(rows.filter(waiting).order_by("-id")[:LINES_PER_PAGE], at=at)


def filed(person_id: int) -> tuple[FiledCase, ...]:
    """What others entered about a member and was approved, newest first, with its pictures.

    The caller has made sure that the member is the branch's.
    """
    rows = Case.objects.filter(person_id=person_id, state=CaseState.COMPLETED)
    return tuple(
        FiledCase(
            reference=case.reference,
            title=policy.current().services[case.service_code].title,
            ended_at=case.ended_at,
            slots=slots_of(case),
        )
        for case in rows.exclude(applicant_kind=MEMBER).order_by("-ended_at", "-id")
        if case.service_code in policy.current().services
    )
