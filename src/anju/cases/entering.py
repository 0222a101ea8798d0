"""Entering for somebody: an employer's agent in his hall, staff at the counter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from anju import ledger, policy
from anju.cases import registry
from anju.cases.applying import take_back
from anju.cases.assessment import Assessment, assess
from anju.cases.declaration import Answers, Asked, Entry, Service
from anju.cases.engine import locked_case, made_by, record
from anju.cases.entry_fields import keep_answers, shaped
from anju.cases.evidence import keep, missing_slots, take_away
from anju.cases.models import Case
from anju.cases.ownership import Entrant, case_worker, entered_case
from anju.cases.records import (
    Done,
    Entered,
    EvidenceAdded,
    Mistakes,
    NotOpen,
    NotYours,
    Submitted,
)
from anju.cases.showing import places_of
from anju.cases.submitting import OPEN_TO_APPLICANT, submit
from anju.domain.case import CaseState
from anju.parties import facts as parties
from anju.store import references
from anju.store.fields import next_pk

_SUBMITTED = "业务已提交，不能再修改。"
_ELSEWHERE = "该业务不在本管理部受理范围内，请到{branch}办理。"


def enter(
    service_code: str,
    *,
    by: Entrant,
    posted: Mapping[str, str],
    at: datetime,
    person_id: int | None = None,
    employer_id: int | None = None,
) -> Entered | Mistakes | NotOpen:
    """Begin a case for somebody with what was entered, or go on with one's draft about the same.

    Args:
        service_code: the service.
        by: who enters; an agent enters for his own employer alone.
        posted: what was typed, by field code.
        at: when.
        person_id: the member it is about, for a service that is about one.
        employer_id: the employer it is about, where staff enter.

    Raises:
        NotYours: not offered here, nothing it could be about, or another employer's member.
    """
    service, entry = entered_service(service_code, by)
    somebody(entry, person_id, by.employer_id or employer_id)
    answers = shaped(entry, posted)
    if isinstance(answers, Mistakes):
        return answers
    asked = Asked(at, person_id, by.employer_id or employer_id, answers)
    found = assess(service, asked, on=ledger.business_date())
    refused = _refused(found, by)
    if refused is not None:
        return refused
    with transaction.atomic():
        case = _draft(service, found, asked, by)
        _keep(case, answers, by=by, at=at)
    return Entered(case.reference)


def entered_service(service_code: str, by: Entrant) -> tuple[Service[Any], Entry]:
    """A service that the city has entered in this hall. Raises NotYours."""
    block = policy.current().services.get(service_code)
    if block is None or by.channel not in block.channels:
        raise NotYours(service_code)
    service = registry.service(service_code)
    if service.entry is None:
        raise NotYours(service_code)
    return service, service.entry


def somebody(entry: Entry, person_id: int | None, employer_id: int | None) -> None:
    """Refuse a service for nobody, and one about an employer for a member. Raises NotYours."""
    if entry.about == "newcomer":
        if person_id is not None or employer_id is not None:
            raise NotYours("a newcomer is nobody yet")
    elif entry.about == "member":
        if person_id is None or not parties.people([person_id]):
            raise NotYours("nobody")
    elif person_id is not None or employer_id is None or not parties.employers([employer_id]):
        raise NotYours("nobody")


def _refused(found: Assessment, by: Entrant) -> Mistakes | NotOpen | None:
    """Why this may not be entered by him now, None when it may. Raises NotYours."""
    subject = found.subject
    if subject is None or (by.employer_id is not None and subject.employer_id != by.employer_id):
        raise NotYours("there is nothing of this employer's it could be about")
    if by.employer_id is None and case_worker(by.user_id).branch_code != subject.branch_code:
        branch = policy.current().branches.get(subject.branch_code)
        name = branch.name if branch is not None else subject.branch_code
        return Mistakes({"": _ELSEWHERE.format(branch=name)})
    return None if found.is_open else NotOpen(by.told(found.conditions))


def _draft(service: Service[Any], found: Assessment, asked: Asked, by: Entrant) -> Case:
    """The draft that this person has about the same, or a new one."""
    subject = found.subject
    assert subject is not None
    draft = (
        Case.objects.select_for_update(no_key=True)
        .filter(
            applicant_id=by.user_id,
            applicant_kind=by.kind,
            service_code=service.code,
            subject_kind=subject.kind,
            subject_id=subject.id,
            state=CaseState.DRAFT,
        )
        .first()
    )
    if draft is not None:
        known: Case = draft
        return known
    case = Case(
        pk=next_pk(Case),
        reference=references.next(service.number_kind, on=asked.at.date()),
        service_code=service.code,
        channel=by.channel,
        applicant_kind=by.kind,
        applicant_id=by.user_id,
        person_id=asked.person_id,
        employer_id=subject.employer_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        branch_code=subject.branch_code,
        exclusion_group=service.exclusion_group,
        state=CaseState.DRAFT,
        policy_version=policy.current().version,
        answers_version=0,
        begun_at=asked.at,
    )
    case.save(force_insert=True)
    record(case, "cases.begun", title="开始录入", actor=by.actor, at=asked.at)
    return case


def _keep(case: Case, answers: Answers, *, by: Entrant, at: datetime) -> None:
    """Write the answers; pictures that they do not ask for any more are taken away."""
    keep_answers(case, answers)
    case.save(update_fields=["answers", "answers_version"])
    asked_for = [place.code for place in places_of(case)]
    kept = case.evidence.filter(removed_at__isnull=True)
    kept.exclude(slot__in=asked_for).update(removed_at=at)
    made_by(case, by.user_id, at=at)


def amend(
    reference: str, *, by: Entrant, posted: Mapping[str, str], at: datetime
) -> Done | Mistakes | NotOpen:
    """Enter something else into a case that is not submitted, or was returned.

    Raises:
        NotYours: not entered from here.
    """
    case = entered_case(reference, by)
    service, entry = entered_service(case.service_code, by)
    answers = shaped(entry, posted)
    if isinstance(answers, Mistakes):
        return answers
    asked = Asked(at, case.person_id, case.employer_id, answers)
    found = assess(service, asked, on=ledger.business_date(), besides=case)
    if not found.is_open:
        return NotOpen(by.told(found.conditions))
    with transaction.atomic():
        case = locked_case(reference)
        if case.state not in OPEN_TO_APPLICANT:
            return Mistakes({"": _SUBMITTED})
        _keep(case, answers, by=by, at=at)
    return Done()


def add_entered_evidence(
    reference: str, *, by: Entrant, slot: str, content: bytes, at: datetime
) -> EvidenceAdded | Mistakes:
    """Keep a picture of the papers. Raises NotYours."""
    case = entered_case(reference, by)
    if case.state not in OPEN_TO_APPLICANT:
        return Mistakes({slot: "业务已提交，不能再更换照片。"})
    return keep(case, slot=slot, content=content, uploaded_by=by.user_id, at=at)


def remove_entered_evidence(
    reference: str, *, by: Entrant, evidence_id: int, at: datetime
) -> Done | Mistakes:
    """Take a picture away; its row stays, marked. Raises NotYours."""
    return take_away(entered_case(reference, by), evidence_id, at=at)


def submit_entered(reference: str, *, by: Entrant, at: datetime) -> Submitted | Mistakes | NotOpen:
    """Hand the case to review, or finish it where the city asks for none.

    Raises:
        NotYours: not entered from here.
    """
    entered_case(reference, by)
    with transaction.atomic():
        case = locked_case(reference)
        if case.state in OPEN_TO_APPLICANT:
            made_by(case, by.user_id, at=at)
    answer = submit(reference, actor=by.actor, lack=_lack, at=at)
    assert isinstance(answer, Submitted | Mistakes | NotOpen)
    return NotOpen(by.told(answer.findings)) if isinstance(answer, NotOpen) else answer


def _lack(case: Case, service: Service[Any], found: Assessment) -> Mistakes | None:
    (step,) = policy.current().services[service.code].steps
    missing = missing_slots(case, step)
    return Mistakes(dict.fromkeys(missing, "请拍摄或上传这张照片。")) if missing else None


def take_back_entered(reference: str, *, by: Entrant, at: datetime) -> Done | Mistakes:
    """Take a case back before a decision. Raises NotYours."""
    entered_case(reference, by)
    return take_back(reference, actor=by.actor, at=at)
