"""An applicant's acts: begin, answer page by page, submit, take back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from anju import ledger, policy
from anju.cases import proving, registry
from anju.cases.assessment import Assessment, asked_of, assess
from anju.cases.declaration import Asked, Service
from anju.cases.engine import advance, locked_case, record
from anju.cases.evidence import first_lacking_step, missing_slots
from anju.cases.models import MEMBER, Case, Message
from anju.cases.ownership import applicant, is_entered, own_case
from anju.cases.records import (
    Advanced,
    Begun,
    Done,
    Mistakes,
    NotOpen,
    NotYours,
    Submitted,
)
from anju.cases.submitting import OPEN_TO_APPLICANT, submit
from anju.cases.telling import tell
from anju.domain.case import LIVE, Cancel, CaseState
from anju.parties import facts as parties
from anju.store import references
from anju.store.audit import Actor

_RELEASED = "留存的款项已恢复为可用余额。"


def begin(service_code: str, *, person_id: int, channel: str, at: datetime) -> Begun | NotOpen:
    """Begin an application, or take up the draft that waits.

    Raises:
        NotYours: the city does not offer the service in this channel.
    """
    block = policy.current().services.get(service_code)
    if block is None or channel not in block.channels:
        raise NotYours(service_code)
    service = registry.service(service_code)
    found = assess(service, Asked(at, person_id), on=ledger.business_date())
    if found.subject is None or not found.is_open:
        return NotOpen(found.conditions)
    draft = Case.objects.filter(
        person_id=person_id,
        service_code=service_code,
        state=CaseState.DRAFT,
        applicant_kind=MEMBER,
    ).first()
    if draft is not None and draft.subject_id == found.subject.id:
        return Begun(draft.reference, draft.step)
    with transaction.atomic():
        case = _draft(service, found, person_id=person_id, channel=channel, at=at)
    return Begun(case.reference, 1)


def _draft(
    service: Service[Any], found: Assessment, *, person_id: int, channel: str, at: datetime
) -> Case:
    assert found.subject is not None
    mine = {
        "person_id": person_id,
        "service_code": service.code,
        "state": CaseState.DRAFT,
        "applicant_kind": MEMBER,
    }
    Case.objects.filter(**mine).update(state=CaseState.CANCELLED, ended_at=at)
    case, created = Case.objects.get_or_create(
        **mine,
        defaults={
            "applicant_id": _login_of(person_id),
            "reference": references.next(service.number_kind, on=at.date()),
            "channel": channel,
            "subject_kind": found.subject.kind,
            "subject_id": found.subject.id,
            "branch_code": found.subject.branch_code,
            "exclusion_group": service.exclusion_group,
            "policy_version": policy.current().version,
            "begun_at": at,
        },
    )
    if created:
        record(case, "cases.begun", title="开始填写", actor=applicant(case), at=at)
    return case


def _login_of(person_id: int) -> int | None:
    user = parties.member_user_of(person_id)
    return None if user is None else user.user_id


def take_step(
    reference: str, *, person_id: int, number: int, posted: Mapping[str, str], at: datetime
) -> Advanced | Submitted | Mistakes | NotOpen:
    """Finish page `number`; the last page submits. Repeating it answers the same.

    Raises:
        NotYours: not a case of this person.
    """
    case = own_case(reference, person_id)
    if case.state not in OPEN_TO_APPLICANT:
        return Submitted(reference)
    service = registry.service(case.service_code)
    steps = policy.current().services[case.service_code].steps
    if number > case.step or number < 1:
        return Advanced(reference, case.step)
    step = steps[number - 1]
    found = assess(service, asked_of(case, at=at), on=ledger.business_date(), besides=case)
    if not found.is_open:
        return NotOpen(found.conditions)
    missing = missing_slots(case, step)
    if missing:
        return Mistakes(dict.fromkeys(missing, "请拍摄或上传这张照片。"))
    if step.proof is not None:
        refused = proving.prove(
            case, service, found, step_number=number, step=step, posted=posted, at=at
        )
        if refused is not None:
            pressed_twice = own_case(reference, person_id).state not in OPEN_TO_APPLICANT
            return Submitted(reference) if pressed_twice else refused
    if number < len(steps):
        Case.objects.filter(pk=case.pk, step=number).update(step=number + 1)
        return Advanced(reference, number + 1)
    return submit(reference, actor=applicant(case), lack=_lack, at=at)


def _lack(case: Case, service: Service[Any], found: Assessment) -> Advanced | None:
    """The page to go back to: a picture is gone, or a proof does not stand for this any more."""
    lacks = (first_lacking_step(case), proving.first_stale_step(case, service, found))
    again = min((number for number in lacks if number is not None), default=None)
    if again is None:
        return None
    case.step = again
    case.save(update_fields=["step"])
    return Advanced(case.reference, again)


def cancel(reference: str, *, person_id: int, at: datetime) -> Done | Mistakes:
    """The applicant takes the case back; a hold is given back to the account.

    Raises:
        NotYours: not a case of this person.
    """
    case = own_case(reference, person_id)
    return take_back(reference, actor=applicant(case), at=at)


def take_back(reference: str, *, actor: Actor, at: datetime) -> Done | Mistakes:
    """End a case that nobody has decided, whose applicant `actor` is or acts for."""
    return ledger.retrying(lambda: _cancel_once(reference, actor, at=at))


def _cancel_once(reference: str, actor: Actor, *, at: datetime) -> Done | Mistakes:
    with transaction.atomic():
        ledger.enter_day()
        case = locked_case(reference)
        if case.state == CaseState.CANCELLED:
            return Done()
        if case.state not in (*OPEN_TO_APPLICANT, CaseState.IN_REVIEW):
            return Mistakes({"": "这笔业务已经审核通过或办结，不能再撤回。"})
        was_live = case.state in LIVE
        if was_live:
            registry.service(case.service_code).lock(case.subject_id)
        advance(case, Cancel(), at=at)
        record(case, "cases.cancelled", title="申请人撤回", actor=actor, at=at)
        if was_live and not is_entered(case):
            title = policy.current().services[case.service_code].title
            body = _RELEASED if case.quote is not None else "这笔申请已终止，没有办理任何变更。"
            tell(case, title=f"{title}已撤回", body=body, at=at)
        return Done()


def mark_read(person_id: int, *, message_id: int, at: datetime) -> None:
    """Note that the member has read a message of theirs."""
    Message.objects.filter(pk=message_id, person_id=person_id, read_at__isnull=True).update(
        read_at=at
    )
