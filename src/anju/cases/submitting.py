"""The submit: everything checked once more under the subject's lock, then the case is let in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from anju import ledger, policy
from anju.cases import registry
from anju.cases.assessment import (
    Assessment,
    asked_of,
    assess,
    payload_hash,
    pays,
    stored_quote,
    why_review,
)
from anju.cases.declaration import Service
from anju.cases.engine import advance, locked_case, record, tell_finished
from anju.cases.models import Case
from anju.cases.ownership import is_entered
from anju.cases.records import Advanced, Mistakes, NotOpen, Submitted
from anju.cases.telling import tell
from anju.domain.case import CaseState, Resubmit, Submit
from anju.store import audit
from anju.store.audit import Actor

OPEN_TO_APPLICANT = (CaseState.DRAFT, CaseState.RETURNED)
Lack = Callable[[Case, Service[Any], Assessment], Advanced | Mistakes | None]
"""What a case still lacks before it may be submitted, asked with its row locked."""


def submit(
    reference: str, *, actor: Actor, lack: Lack, at: datetime
) -> Advanced | Submitted | Mistakes | NotOpen:
    """Check everything again under the subject's lock, then set money aside, order it, or finish.

    `actor` is the applicant, or who acts for him; the caller knows that the case is his. Repeating
    it answers the same.
    """
    try:
        return ledger.retrying(lambda: _submit_once(reference, actor=actor, lack=lack, at=at))
    except IntegrityError as error:
        if "one_live_case" not in str(error):
            raise
        # Another case of the same subject was quicker: say so with the rule's own words.
        case = Case.objects.get(reference=reference)
        service = registry.service(case.service_code)
        asked = asked_of(case, at=at)
        return NotOpen(assess(service, asked, on=ledger.business_date(), besides=case).conditions)


def _submit_once(
    reference: str, *, actor: Actor, lack: Lack, at: datetime
) -> Advanced | Submitted | Mistakes | NotOpen:
    with transaction.atomic():
        on = ledger.enter_day()
        case = locked_case(reference)
        if case.state not in OPEN_TO_APPLICANT:
            return Submitted(reference)
        service = registry.service(case.service_code)
        service.lock(case.subject_id)
        found = assess(service, asked_of(case, at=at), on=on, besides=case)
        if not found.is_open:
            return NotOpen(found.conditions)
        lacking = lack(case, service, found)
        if lacking is not None:
            return lacking
        _enter(case, service, found, actor=actor, at=at)
        return Submitted(reference)


def _enter(
    case: Case, service: Service[Any], found: Assessment, *, actor: Actor, at: datetime
) -> None:
    """Let the case in: straight through, or to the staff of its branch."""
    city = policy.current()
    block = city.services[case.service_code]
    resubmitted = case.state == CaseState.RETURNED
    case.why_review = (
        case.why_review if resubmitted else why_review(block, found.checks, case.reference)
    )
    case.quote = stored_quote(service, found)
    case.policy_version = city.version
    if case.submitted_at is None:
        case.submitted_at = at
    case.waiting_since = at
    case.due_on = city.calendar.add_working_days(at.date(), block.decision_working_days)
    event: Submit | Resubmit = (
        Resubmit()
        if resubmitted
        else Submit(needs_review=bool(case.why_review), pays=pays(service, found))
    )
    case.payload_hash = payload_hash(
        case,
        principal_fen=found.quote.principal_fen if found.quote is not None else None,
        payee=service.payee_of(found.facts),
    )
    advance(case, event, at=at, assessment=found)
    audit.write(
        "cases.submitted",
        at=at,
        actor=actor,
        subject=audit.Subject("case", str(case.pk)),
        case_ref=case.reference,
        details={"service": case.service_code, "channel": case.channel, "state": case.state},
    )
    record(
        case,
        "cases.resubmitted" if resubmitted else "cases.submitted",
        title="补正后再次提交" if resubmitted else "提交申请",
        actor=actor,
        at=at,
    )
    _tell_entered(case, title=block.title, at=at)


def _tell_entered(case: Case, *, title: str, at: datetime) -> None:
    if case.state == CaseState.COMPLETED:
        tell_finished(case, at=at)
        return
    if is_entered(case):
        # Whoever entered it sees it in the hall; the member is told of what has come about.
        return
    if case.state == CaseState.IN_REVIEW:
        kept = "，款项已为您留存" if case.quote is not None else ""
        body = (
            f"我们已收到您的{title}申请（编号 {case.reference}）。工作人员将在"
            f" {case.due_on:%Y年%m月%d日} 前答复{kept}。"
        )
    else:
        body = f"您的{title}申请（编号 {case.reference}）已通过核验，正在由银行付款。"
    tell(case, title=f"{title}已受理", body=body, at=at)
