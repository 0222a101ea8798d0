"""An applicant's acts: begin, answer page by page, submit, take back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from anju import ledger, policy
from anju.cases import proving, registry
from anju.cases.assessment import (
    Assessment,
    assess,
    payload_hash,
    pays,
    quote_to_json,
    why_review,
)
from anju.cases.declaration import Service
from anju.cases.engine import advance, locked_case, record, tell_finished
from anju.cases.evidence import first_lacking_step, missing_slots
from anju.cases.models import Case, Message
from anju.cases.ownership import applicant, own_case
from anju.cases.records import (
    Advanced,
    Begun,
    Done,
    Mistakes,
    NotOpen,
    NotYours,
    Submitted,
)
from anju.cases.telling import tell
from anju.domain.case import LIVE, Cancel, CaseState, Resubmit, Submit
from anju.store import audit, references

_OPEN_TO_APPLICANT = (CaseState.DRAFT, CaseState.RETURNED)
REFERENCE_KIND = "TQ"


def begin(service_code: str, *, person_id: int, channel: str, at: datetime) -> Begun | NotOpen:
    """Begin an application, or take up the draft that waits.

    Raises:
        NotYours: the city does not offer the service in this channel.
    """
    block = policy.current().services.get(service_code)
    if block is None or channel not in block.channels:
        raise NotYours(service_code)
    service = registry.service(service_code)
    found = assess(service, person_id, at=at, on=ledger.business_date())
    if found.subject is None or not found.is_open:
        return NotOpen(found.conditions)
    draft = Case.objects.filter(
        person_id=person_id, service_code=service_code, state=CaseState.DRAFT
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
    Case.objects.filter(
        person_id=person_id, service_code=service.code, state=CaseState.DRAFT
    ).update(state=CaseState.CANCELLED, ended_at=at)
    case, created = Case.objects.get_or_create(
        person_id=person_id,
        service_code=service.code,
        state=CaseState.DRAFT,
        defaults={
            "reference": references.next(REFERENCE_KIND, on=at.date()),
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


def take_step(
    reference: str, *, person_id: int, number: int, posted: Mapping[str, str], at: datetime
) -> Advanced | Submitted | Mistakes | NotOpen:
    """Finish page `number`; the last page submits. Repeating it answers the same.

    Raises:
        NotYours: not a case of this person.
    """
    case = own_case(reference, person_id)
    if case.state not in _OPEN_TO_APPLICANT:
        return Submitted(reference)
    service = registry.service(case.service_code)
    steps = policy.current().services[case.service_code].steps
    if number > case.step or number < 1:
        return Advanced(reference, case.step)
    step = steps[number - 1]
    found = assess(service, person_id, at=at, on=ledger.business_date(), besides=case)
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
            pressed_twice = own_case(reference, person_id).state not in _OPEN_TO_APPLICANT
            return Submitted(reference) if pressed_twice else refused
    if number < len(steps):
        Case.objects.filter(pk=case.pk, step=number).update(step=number + 1)
        return Advanced(reference, number + 1)
    return _submit(reference, person_id=person_id, at=at)


def _submit(reference: str, *, person_id: int, at: datetime) -> Advanced | Submitted | NotOpen:
    """Check everything again under the subject's lock, then set money aside or order it."""
    try:
        return ledger.retrying(lambda: _submit_once(reference, person_id=person_id, at=at))
    except IntegrityError as error:
        if "one_live_case" not in str(error):
            raise
        # Another case of the same subject was quicker: say so with the rule's own words.
        case = own_case(reference, person_id)
        service = registry.service(case.service_code)
        found = assess(service, person_id, at=at, on=ledger.business_date(), besides=case)
        return NotOpen(found.conditions)


def _submit_once(reference: str, *, person_id: int, at: datetime) -> Advanced | Submitted | NotOpen:
    with transaction.atomic():
        on = ledger.enter_day()
        case = locked_case(reference)
        if case.state not in _OPEN_TO_APPLICANT:
            return Submitted(reference)
        service = registry.service(case.service_code)
        block = policy.current().services[case.service_code]
        service.lock(case.subject_id)
        found = assess(service, person_id, at=at, on=on, besides=case)
        if not found.is_open or found.quote is None:
            return NotOpen(found.conditions)
        lacks = (first_lacking_step(case), proving.first_stale_step(case, service, found))
        again = min((number for number in lacks if number is not None), default=None)
        if again is not None:
            case.step = again
            case.save(update_fields=["step"])
            return Advanced(reference, again)
        _enter(case, service, found, block_days=block.decision_working_days, at=at)
        return Submitted(reference)


def _enter(
    case: Case, service: Service[Any], found: Assessment, *, block_days: int, at: datetime
) -> None:
    """Let the case in: straight through, or to the staff of its branch."""
    city = policy.current()
    block = city.services[case.service_code]
    assert found.quote is not None
    resubmitted = case.state == CaseState.RETURNED
    case.why_review = (
        case.why_review if resubmitted else why_review(block, found.checks, case.reference)
    )
    case.quote = quote_to_json(found.quote, pay_to=service.pay_to(found.facts))
    case.policy_version = city.version
    if case.submitted_at is None:
        case.submitted_at = at
    case.waiting_since = at
    case.due_on = city.calendar.add_working_days(at.date(), block_days)
    event: Submit | Resubmit = (
        Resubmit()
        if resubmitted
        else Submit(needs_review=bool(case.why_review), pays=pays(service, found))
    )
    case.payload_hash = payload_hash(
        case, principal_fen=found.quote.principal_fen, payee=service.payee(found.facts)
    )
    advance(case, event, at=at, assessment=found)
    audit.write(
        "cases.submitted",
        at=at,
        actor=applicant(case),
        subject=audit.Subject("case", str(case.pk)),
        case_ref=case.reference,
        details={"service": case.service_code, "channel": case.channel, "state": case.state},
    )
    record(
        case,
        "cases.resubmitted" if resubmitted else "cases.submitted",
        title="补正后再次提交" if resubmitted else "提交申请",
        actor=applicant(case),
        at=at,
    )
    _tell_entered(case, title=block.title, at=at)


def _tell_entered(case: Case, *, title: str, at: datetime) -> None:
    if case.state == CaseState.COMPLETED:
        tell_finished(case, at=at)
        return
    if case.state == CaseState.IN_REVIEW:
        body = (
            f"我们已收到您的{title}申请（编号 {case.reference}）。工作人员将在"
            f" {case.due_on:%Y年%m月%d日} 前答复，款项已为您留存。"
        )
    else:
        body = f"您的{title}申请（编号 {case.reference}）已通过核验，正在由银行付款。"
    tell(case, title=f"{title}已受理", body=body, at=at)


def cancel(reference: str, *, person_id: int, at: datetime) -> Done | Mistakes:
    """The applicant takes the case back; a hold is given back to the account.

    Raises:
        NotYours: not a case of this person.
    """
    own_case(reference, person_id)
    return ledger.retrying(lambda: _cancel_once(reference, at=at))


def _cancel_once(reference: str, *, at: datetime) -> Done | Mistakes:
    with transaction.atomic():
        ledger.enter_day()
        case = locked_case(reference)
        if case.state == CaseState.CANCELLED:
            return Done()
        if case.state not in (*_OPEN_TO_APPLICANT, CaseState.IN_REVIEW):
            return Mistakes({"": "这笔业务已经审核通过或办结，不能再撤回。"})
        was_live = case.state in LIVE
        if was_live:
            registry.service(case.service_code).lock(case.subject_id)
        advance(case, Cancel(), at=at)
        record(case, "cases.cancelled", title="申请人撤回", actor=applicant(case), at=at)
        if was_live:
            title = policy.current().services[case.service_code].title
            tell(case, title=f"{title}已撤回", body="留存的款项已恢复为可用余额。", at=at)
        return Done()


def mark_read(person_id: int, *, message_id: int, at: datetime) -> None:
    """Note that the member has read a message of theirs."""
    Message.objects.filter(pk=message_id, person_id=person_id, read_at__isnull=True).update(
        read_at=at
    )
