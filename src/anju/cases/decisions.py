"""What staff decide, and who may: never somebody who made part of the case."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from anju import ledger, policy
from anju.cases import registry
from anju.cases.assessment import (
    Assessment,
    asked_of,
    assess,
    payload_hash,
    pays,
    quote_from_json,
)
from anju.cases.engine import advance, locked_case, made_by, record, tell_finished
from anju.cases.evidence import keep
from anju.cases.models import STAFF, Case, CaseDecision, CaseMaker
from anju.cases.ownership import REVIEWING_ROLES, case_worker, is_entered, staff_case
from anju.cases.records import (
    Decided,
    DecisionRefused,
    EvidenceAdded,
    Mistakes,
)
from anju.cases.showing import reason_tells
from anju.cases.telling import tell, tell_employer
from anju.cases.words import STATE_TEXT
from anju.domain import case as machine
from anju.domain.case import CaseState
from anju.domain.money import yuan
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store import audit
from anju.store.audit import Actor

_MADE = "您录入或修改过这笔业务的内容，须由其他人员审核。"
_CHANGED = "业务内容在您查看之后有变化，请重新核对后再决定。"
DECISIONS = ("approve", "return_for_correction", "reject")
_EVENT_OF: dict[str, machine.Event] = {
    "return_for_correction": machine.ReturnForCorrection(),
    "reject": machine.Reject(),
}


def reasons_for(decision: str) -> tuple[tuple[str, str], ...]:
    """The city's reasons for a decision, as (code, label) in the order of its list."""
    reasons = getattr(policy.current().reasons, decision)
    return tuple((code, reason.label) for code, reason in reasons.items())


def why_may_not_decide(case: Case, staff: StaffFacts) -> str:
    """Why this person may not decide this case, or "" when they may."""
    if case.state != CaseState.IN_REVIEW:
        return f"这笔业务现在是“{STATE_TEXT[case.state]}”，没有等待审核的事项。"
    if not staff.roles & REVIEWING_ROLES:
        return "您的岗位不含审核权限，请由复核或审批人员办理。"
    if _made(case, staff):
        return _MADE
    if case.person_id is not None and parties.is_oneself(staff.user_id, case.person_id):
        return "这是您本人的业务，须由其他人员审核。"
    if first_check_is_due(case):
        return "这笔业务还没有初审，请先由其他人员初审。"
    return ""


def _made(case: Case, staff: StaffFacts) -> bool:
    """Whether this person made part of the case, be it as the agent who entered it."""
    makers = set(CaseMaker.objects.filter(case=case).values_list("staff_id", flat=True))
    makers |= {case.applicant_id} if is_entered(case) else set()
    return staff.user_id in makers or parties.is_one_of(staff.user_id, makers)


def first_check_is_due(case: Case) -> bool:
    """Whether policy asks for 初审 and nobody has done it in this round.

    Whoever takes papers in at the counter looks at them there: that is the first check.
    """
    asked = policy.current().services[case.service_code].review.first_check
    return asked and case.applicant_kind != STAFF and case.first_checked_by_id is None


def why_may_not_check_first(case: Case, staff: StaffFacts) -> str:
    """Why this person may not do the first check of this case, or "" when they may."""
    if case.state != CaseState.IN_REVIEW or not first_check_is_due(case):
        return f"这笔业务现在是“{STATE_TEXT[case.state]}”，没有等待初审的事项。"
    if _made(case, staff):
        return "您录入或修改过这笔业务的内容，须由其他人员初审。"
    if case.person_id is not None and parties.is_oneself(staff.user_id, case.person_id):
        return "这是您本人的业务，须由其他人员初审。"
    return ""


def check_first(
    reference: str, *, staff_id: int, payload_hash: str, at: datetime
) -> Decided | DecisionRefused:
    """初审: say that exactly what was shown is complete; whoever does may not decide it.

    Raises:
        NotYours: not a case of this person's branch.
    """
    staff = case_worker(staff_id)
    staff_case(reference, staff)
    with transaction.atomic():
        case = locked_case(reference)
        why_not = why_may_not_check_first(case, staff)
        if why_not:
            return DecisionRefused(why_not)
        service = registry.service(case.service_code)
        found = assess(
            service,
            asked_of(case, at=at),
            on=ledger.business_date(),
            besides=case,
            deciding=True,
        )
        if current_hash(case, found) != payload_hash:
            return DecisionRefused(_CHANGED)
        case.first_checked_by_id, case.first_checked_at = staff_id, at
        advance(case, machine.CheckFirst(), at=at)
        made_by(case, staff_id, at=at)
        record(case, "cases.first_checked", title="初审通过", actor=Actor.staff(staff_id), at=at)
        return Decided(reference, STATE_TEXT[case.state], next_waiting(staff, besides=case))


def approve(
    reference: str, *, staff_id: int, reason_code: str, note: str, payload_hash: str, at: datetime
) -> Decided | DecisionRefused:
    """Approve exactly what was shown (`payload_hash`); the payment order is written with it.

    Raises:
        NotYours: not a case of this person's branch.
    """
    return _decide(reference, "approve", staff_id, reason_code, note, payload_hash, at)


def return_for_correction(
    reference: str, *, staff_id: int, reason_code: str, note: str, payload_hash: str, at: datetime
) -> Decided | DecisionRefused:
    """退回补正: the applicant mends the same case; the hold stays."""
    return _decide(
        reference, "return_for_correction", staff_id, reason_code, note, payload_hash, at
    )


def reject(
    reference: str, *, staff_id: int, reason_code: str, note: str, payload_hash: str, at: datetime
) -> Decided | DecisionRefused:
    """不予通过: the case ends and the hold is released."""
    return _decide(reference, "reject", staff_id, reason_code, note, payload_hash, at)


def _decide(
    reference: str,
    decision: str,
    staff_id: int,
    reason_code: str,
    note: str,
    shown_hash: str,
    at: datetime,
) -> Decided | DecisionRefused:
    staff = case_worker(staff_id)
    staff_case(reference, staff)
    if reason_code not in dict(reasons_for(decision)):
        return DecisionRefused("请选择一个理由。")
    try:
        return ledger.retrying(
            lambda: _decide_once(
                reference, decision, staff, reason_code, note.strip(), shown_hash, at
            )
        )
    except IntegrityError as error:
        if "maker_is_checker" in str(error):
            return DecisionRefused(_MADE)
        if "decided_once" in str(error):
            return DecisionRefused("另一位工作人员刚刚已作出决定，请查看最新状态。")
        raise


def _decide_once(
    reference: str,
    decision: str,
    staff: StaffFacts,
    reason_code: str,
    note: str,
    shown_hash: str,
    at: datetime,
) -> Decided | DecisionRefused:
    with transaction.atomic():
        on = ledger.enter_day()
        case = locked_case(reference)
        why_not = why_may_not_decide(case, staff)
        if why_not:
            return DecisionRefused(why_not)
        service = registry.service(case.service_code)
        service.lock(case.subject_id)
        found = assess(service, asked_of(case, at=at), on=on, besides=case, deciding=True)
        if current_hash(case, found) != shown_hash:
            return DecisionRefused(_CHANGED)
        if decision == "approve" and not found.is_open:
            unmet = "；".join(f.says for f in found.conditions if not f.met)
            return DecisionRefused(f"办理条件现在不满足：{unmet}。可退回补正或不予通过。")
        CaseDecision.objects.create(
            case=case,
            round=case.round,
            staff_id=staff.user_id,
            decision=decision,
            reason_code=reason_code,
            note=note,
            payload_hash=shown_hash,
            at=at,
        )
        case.decided_reason, case.decided_note = reason_code, note
        case.decided_by_id = staff.user_id
        _apply(case, decision, pays=pays(service, found), found=found, at=at)
        _remember(case, decision, staff, reason_tells(decision, reason_code), note, at)
        return Decided(reference, STATE_TEXT[case.state], next_waiting(staff, besides=case))


def _apply(case: Case, decision: str, *, pays: bool, found: Assessment, at: datetime) -> None:
    if decision == "return_for_correction":
        # What was proved and approved belonged to the round that ends here.
        case.round += 1
        case.step = 1
        case.first_checked_by, case.first_checked_at = None, None
    event: machine.Event = (
        machine.Approve(pays=pays) if decision == "approve" else _EVENT_OF[decision]
    )
    case.waiting_since = at
    advance(case, event, at=at, assessment=found)


def _remember(
    case: Case, decision: str, staff: StaffFacts, reason_text: str, note: str, at: datetime
) -> None:
    title = policy.current().services[case.service_code].title
    said = reason_text + (f"（{note}）" if note else "")
    happened = {"approve": "审核通过", "return_for_correction": "退回补正", "reject": "不予通过"}[
        decision
    ]
    actor = Actor.staff(staff.user_id)
    record(case, f"cases.{decision}", title=happened, actor=actor, at=at, note=said)
    audit.write(
        f"cases.{decision}",
        at=at,
        actor=actor,
        subject=audit.Subject("case", str(case.pk)),
        case_ref=case.reference,
        reason=reason_text,
        details={"round": case.round, "state": case.state},
    )
    if case.state == CaseState.COMPLETED:
        tell_finished(case, at=at)
        return
    if is_entered(case):
        tell_employer(case, f"{title}（业务编号 {case.reference}）{happened}", at=at)
        return
    body = _told(case, decision, said)
    tell(case, title=f"{title}{happened}", body=body, at=at, by_sms=decision != "approve")


def _told(case: Case, decision: str, said: str) -> str:
    """What a member reads of a decision on his own application."""
    quote = quote_from_json(case.quote)
    match decision:
        case "approve":
            amount = f"{yuan(quote.total_fen)} 元" if quote is not None else "款项"
            return f"您的申请已审核通过，{amount}正在由银行付款。"
        case "return_for_correction":
            kept = "，款项仍为您留存" if quote is not None else ""
            return f"您的申请需要补正：{said}。请打开该业务按提示修改后再次提交{kept}。"
        case _:
            freed = "留存的款项已恢复为可用余额；" if quote is not None else ""
            hotline = policy.current().identity.hotline
            return f"您的申请未能通过：{said}。{freed}如有疑问请拨打 {hotline}。"


def current_hash(case: Case, found: Assessment) -> str:
    """The hash of what staff would approve as it stands now."""
    service = registry.service(case.service_code)
    return payload_hash(
        case,
        principal_fen=found.quote.principal_fen if found.quote is not None else None,
        payee=service.payee_of(found.facts),
    )


def waiting_cases(staff: StaffFacts) -> "QuerySet[Case]":
    """The cases of this person's branch that wait for a decision, oldest first."""
    return Case.objects.filter(branch_code=staff.branch_code, state=CaseState.IN_REVIEW).order_by(
        "waiting_since", "id"
    )


def next_waiting(staff: StaffFacts, *, besides: Case) -> str | None:
    """The case that has waited longest, besides this one."""
    return waiting_cases(staff).exclude(pk=besides.pk).values_list("reference", flat=True).first()


def replace_evidence(
    reference: str, *, staff_id: int, slot: str, content: bytes, at: datetime
) -> EvidenceAdded | Mistakes:
    """Staff put a picture in; from then on they are makers of this case.

    Raises:
        NotYours: not a case of this person's branch.
    """
    case = staff_case(reference, case_worker(staff_id))
    if case.state not in (CaseState.IN_REVIEW, CaseState.RETURNED):
        return Mistakes({slot: "这笔业务已有结果，不能再更换材料。"})
    kept = keep(case, slot=slot, content=content, uploaded_by=staff_id, at=at)
    if isinstance(kept, EvidenceAdded):
        with transaction.atomic():
            record(
                case,
                "cases.evidence_replaced",
                title="工作人员补录材料",
                actor=Actor.staff(staff_id),
                at=at,
                note=slot,
            )
    return kept
