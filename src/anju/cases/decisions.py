"""What staff decide, and who may: never somebody who made part of the case."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from anju import ledger, policy
from anju.cases import registry
from anju.cases.assessment import Assessment, assess, payload_hash, pays, quote_from_json
from anju.cases.engine import advance, locked_case, record, tell_finished
from anju.cases.evidence import keep
from anju.cases.models import Case, CaseDecision, CaseMaker
from anju.cases.records import (
    Decided,
    DecisionRefused,
    EvidenceAdded,
    Mistakes,
    NotYours,
)
from anju.cases.telling import tell
from anju.cases.words import STATE_TEXT
from anju.domain import case as machine
from anju.domain.case import CaseState
from anju.domain.money import yuan
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store import audit
from anju.store.audit import Actor

REVIEWING_ROLES = frozenset({"reviewer", "approver"})
# Who may open cases, look at their pictures and full numbers, and put pictures in. Keeping the
# books or the system is no reason to.
CASE_ROLES = REVIEWING_ROLES | {"teller"}
DECISIONS = ("approve", "return_for_correction", "reject")
_EVENT_OF: dict[str, machine.Event] = {
    "return_for_correction": machine.ReturnForCorrection(),
    "reject": machine.Reject(),
}


def reasons_for(decision: str) -> tuple[tuple[str, str], ...]:
    """The city's reasons for a decision, as (code, label) in the order of its list."""
    reasons = getattr(policy.current().reasons, decision)
    return tuple((code, reason.label) for code, reason in reasons.items())


def reason_tells(decision: str, code: str) -> str:
    """The sentence a member reads for a reason; the bare code when the city dropped it since."""
    reason = getattr(policy.current().reasons, decision).get(code)
    return reason.tells if reason is not None else code


def case_worker(staff_id: int) -> StaffFacts:
    """A member of staff whose work cases are.

    Raises:
        NotYours: another kind of work, or no longer here.
    """
    staff = parties.staff_member(staff_id)
    if not (staff.is_active and staff.roles & CASE_ROLES):
        raise NotYours(str(staff_id))
    return staff


def staff_case(reference: str, staff: StaffFacts) -> Case:
    """A submitted case of this person's branch.

    Raises:
        NotYours: none, or another branch's, or a draft that nobody but its owner sees.
    """
    case = Case.objects.filter(reference=reference, branch_code=staff.branch_code).first()
    if case is None or case.submitted_at is None:
        raise NotYours(reference)
    return case


def why_may_not_decide(case: Case, staff: StaffFacts) -> str:
    """Why this person may not decide this case, or "" when they may."""
    if case.state != CaseState.IN_REVIEW:
        return f"这笔业务现在是“{STATE_TEXT[case.state]}”，没有等待审核的事项。"
    if not staff.roles & REVIEWING_ROLES:
        return "您的岗位不含审核权限，请由复核或审批人员办理。"
    if CaseMaker.objects.filter(case=case, staff_id=staff.user_id).exists():
        return "您录入或修改过这笔业务的内容，须由其他人员审核。"
    if parties.is_oneself(staff.user_id, case.person_id):
        return "这是您本人的业务，须由其他人员审核。"
    return ""


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
            return DecisionRefused("您录入或修改过这笔业务的内容，须由其他人员审核。")
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
        found = assess(service, case.person_id, at=at, on=on, besides=case, deciding=True)
        if current_hash(case, found) != shown_hash:
            return DecisionRefused("业务内容在您查看之后有变化，请重新核对后再决定。")
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
        _apply(case, decision, pays=pays(service, found), found=found, at=at)
        _remember(case, decision, staff, reason_tells(decision, reason_code), note, at)
        return Decided(reference, STATE_TEXT[case.state], next_waiting(staff, besides=case))


def _apply(case: Case, decision: str, *, pays: bool, found: Assessment, at: datetime) -> None:
    if decision == "return_for_correction":
        # What was proved and approved belonged to the round that ends here.
        case.round += 1
        case.step = 1
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
    hotline = policy.current().identity.hotline
    quote = quote_from_json(case.quote)
    amount = f"{yuan(quote.total_fen)} 元" if quote is not None else "款项"
    body = {
        "approve": f"您的申请已审核通过，{amount}正在由银行付款。",
        "return_for_correction": f"您的申请需要补正：{said}。"
        "请打开该业务按提示修改后再次提交，款项仍为您留存。",
        "reject": f"您的申请未能通过：{said}。留存的款项已恢复为可用余额；"
        f"如有疑问请拨打 {hotline}。",
    }[decision]
    tell(case, title=f"{title}{happened}", body=body, at=at, by_sms=decision != "approve")


def current_hash(case: Case, found: Assessment) -> str:
    """The hash of what staff would approve as it stands now."""
    assert found.quote is not None
    service = registry.service(case.service_code)
    return payload_hash(
        case,
        principal_fen=found.quote.principal_fen,
        payee=service.payee(found.facts),
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
