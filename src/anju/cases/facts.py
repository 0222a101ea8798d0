"""What members may know of services and of their own cases."""

from datetime import datetime
from typing import Any

from anju import ledger, policy
from anju.cases import proving, registry
from anju.cases.assessment import Assessment, asked_of, assess, quote_from_json, service_policy
from anju.cases.declaration import Asked, Service
from anju.cases.evidence import open_picture
from anju.cases.models import MEMBER, Case, Evidence, Message
from anju.cases.ownership import CASE_ROLES, own_case
from anju.cases.records import (
    CaseLine,
    CaseView,
    EvidenceFile,
    NotYours,
    Proof,
    Quote,
    ServiceCard,
    StepPage,
    Value,
)
from anju.cases.records import Message as MessageRecord
from anju.cases.showing import lines_of, returned_note, slots_of, timeline_of, values_of
from anju.cases.staff_facts import review_page, staff_evidence, worklist
from anju.cases.words import STATE_TEXT
from anju.domain.calendar import SHANGHAI
from anju.domain.case import CaseState
from anju.domain.money import yuan
from anju.parties import codes
from anju.parties import facts as parties
from anju.policy import Step

__all__ = [
    "CASE_ROLES",
    "case_view",
    "cases_of",
    "evidence_file",
    "messages",
    "quote_trace",
    "review_page",
    "service_card",
    "services_for",
    "staff_evidence",
    "step_page",
    "unread",
    "worklist",
]


_SHOWN_LIVE = ("in_review", "returned", "paying")


def services_for(person_id: int, *, channel: str, at: datetime) -> tuple[ServiceCard, ...]:
    """Every service the city offers in this channel, open or grey with its reasons."""
    on = ledger.business_date()
    cards = []
    for service in registry.services():
        block = service_policy(service.code)
        if block is not None and channel in block.channels:
            cards.append(_card(service, person_id, at=at, on=on))
    return tuple(cards)


def service_card(code: str, *, person_id: int, channel: str, at: datetime) -> ServiceCard | None:
    """One service as this member sees it, None where it is not offered."""
    block = service_policy(code)
    if block is None or channel not in block.channels:
        return None
    return _card(registry.service(code), person_id, at=at, on=ledger.business_date())


def _card(service: Service[Any], person_id: int, *, at: datetime, on: Any) -> ServiceCard:
    block = policy.current().services[service.code]
    found = assess(service, Asked(at, person_id), on=on)
    # Live cases and the draft in one query; the oldest of each.
    mine: dict[bool, str] = {}
    for reference, state in (
        Case.objects.filter(
            person_id=person_id,
            service_code=service.code,
            applicant_kind=MEMBER,
            state__in=(*_SHOWN_LIVE, CaseState.DRAFT),
        )
        .order_by("id")
        .values_list("reference", "state")
    ):
        mine.setdefault(state in _SHOWN_LIVE, reference)
    live, draft = mine.get(True), mine.get(False)
    return ServiceCard(
        code=service.code,
        title=block.title,
        summary=block.summary,
        life_event=block.life_event or "",
        is_open=found.is_open,
        findings=found.conditions,
        live_reference=live,
        draft_reference=draft if found.is_open else None,
    )


def step_page(reference: str, *, person_id: int, number: int, at: datetime) -> StepPage:
    """One page of the applicant's case.

    Raises:
        NotYours: not a case of this person, or no such page.
    """
    case = own_case(reference, person_id)
    service = registry.service(case.service_code)
    block = policy.current().services[case.service_code]
    if not 1 <= number <= min(case.step, len(block.steps)):
        raise NotYours(f"{reference}/{number}")
    step = block.steps[number - 1]
    found = assess(service, asked_of(case, at=at), on=ledger.business_date(), besides=case)
    return StepPage(
        reference=reference,
        service_code=case.service_code,
        title=block.title,
        number=number,
        count=len(block.steps),
        kind=step.page,
        heading=step.title,
        button=step.button,
        code_label=step.code_label or "",
        code_hint=step.code_hint or "",
        code_button=step.code_button or "",
        values=values_of(service, found, step, found.quote, at),
        quote=found.quote,
        slots=slots_of(case, step.slots) if step.slots else (),
        proof=_proof(case, service, found, number, step, at),
        warning=service.warning if number == len(block.steps) or step.fields else "",
        returned=returned_note(case),
    )


def _proof(
    case: Case,
    service: Service[Any],
    found: Assessment,
    number: int,
    step: Step,
    at: datetime,
) -> Proof | None:
    if step.proof is None or found.subject is None:
        return None
    bound_to = proving.binding(case, service, found)
    person = parties.person(case.person_id)
    return Proof(
        kind=step.proof,
        proving=f"您正在{service.proving(found.facts, found.quote)}",
        phone_masked=str(person.phone or ""),
        resend_at=codes.resend_at(case.person_id, purpose=service.code, at=at),
        done=proving.is_proved(case, number, bound_to),
    )


def case_view(reference: str, *, person_id: int, at: datetime) -> CaseView:
    """The applicant's own case: where it stands, what comes next, what happened.

    Raises:
        NotYours: not a case of this person.
    """
    case = own_case(reference, person_id)
    city = policy.current()
    block = city.services[case.service_code]
    quote = quote_from_json(case.quote)
    state = CaseState(case.state)
    pay_to = case.quote["pay_to"] if case.quote is not None else ""
    return CaseView(
        reference=reference,
        service_code=case.service_code,
        title=block.title,
        state=case.state,
        state_text=STATE_TEXT[case.state],
        next_text=_next_text(case, block.arrival_working_days),
        due_on=case.due_on if state is CaseState.IN_REVIEW else None,
        quote=quote,
        pay_to=pay_to,
        timeline=timeline_of(case, for_staff=False),
        can_cancel=state in (CaseState.DRAFT, CaseState.IN_REVIEW, CaseState.RETURNED),
        resume_step=case.step if state in (CaseState.DRAFT, CaseState.RETURNED) else None,
        receipt=_receipt(case, quote, block.title, pay_to),
        contact=city.identity.hotline,
    )


def _next_text(case: Case, arrival_days: int | None) -> str:
    match CaseState(case.state):
        case CaseState.DRAFT:
            return "还没有提交。您填写的内容已保存，可随时继续。"
        case CaseState.IN_REVIEW:
            return f"工作人员将在 {case.due_on:%Y年%m月%d日} 前答复，结果会用短信和消息通知您。"
        case CaseState.RETURNED:
            kept = "，款项仍为您留存" if case.quote is not None else ""
            return f"请按退回的说明修改后再次提交{kept}。"
        case CaseState.PAYING:
            # True as well while worker or bank is away: what is safe, and what still waits.
            return (
                f"款项已为您留存，正交银行付款，预计 {arrival_days} 个工作日内到账。"
                "银行暂时联系不上时会自动再办，您不需要再做什么。"
            )
        case CaseState.COMPLETED:
            return registry.service(case.service_code).finished_text(quote_from_json(case.quote))
        case CaseState.REJECTED:
            freed = "，留存的款项已恢复为可用余额" if case.quote is not None else ""
            return f"申请未能通过{freed}。"
        case CaseState.FAILED:
            return "银行未能付款，您的账户和余额没有变化，请核对收款卡后重新申请。"
        case CaseState.PAYMENT_RETURNED:
            return "款项被收款银行退回，由中心保管，工作人员会与您联系。"
        case CaseState.REINSTATED:
            return "款项没有付到收款卡，已退回您的个人账户，账户已恢复。仍需提取的，请重新申请。"
        case _:
            return "您已撤回这笔申请。"


def _receipt(case: Case, quote: Quote | None, title: str, pay_to: str) -> tuple[Value, ...]:
    """The receipt's lines once the case is submitted (domain: 提取业务回执单)."""
    if quote is None or case.submitted_at is None:
        return ()
    amount_label = "预计金额" if quote.is_estimate else "提取总额"
    rows = (
        ("reference", "业务编号", case.reference, "text"),
        ("title", "业务类型", title, "text"),
        (
            "submitted_at",
            "提交时间",
            f"{case.submitted_at.astimezone(SHANGHAI):%Y年%m月%d日 %H:%M}",
            "text",
        ),
        ("principal", "本金", yuan(quote.principal_fen), "money"),
        ("interest", "利息", yuan(quote.interest_fen), "money"),
        ("total", amount_label, yuan(quote.total_fen), "total"),
        ("pay_to", "收款账户", pay_to, "text"),
    )
    return tuple(
        Value(code, label, text, kind, has_trace=code == "total")
        for code, label, text, kind in rows
    )


def cases_of(person_id: int, *, at: datetime) -> tuple[CaseLine, ...]:
    """The member's cases, newest first, drafts included; drafts taken back are left out."""
    cases = Case.objects.filter(person_id=person_id, applicant_kind=MEMBER).exclude(
        state=CaseState.CANCELLED, submitted_at__isnull=True
    )
    return lines_of(cases.order_by("-id")[:50], at=at)


def quote_trace(reference: str, *, person_id: int, at: datetime) -> Quote:
    """The amount of a case with its trace: as stored, or as it stands for a draft.

    Raises:
        NotYours: not a case of this person, or nothing to explain.
    """
    case = own_case(reference, person_id)
    quote = quote_from_json(case.quote)
    if quote is None:
        service = registry.service(case.service_code)
        asked = asked_of(case, at=at)
        quote = assess(service, asked, on=ledger.business_date(), besides=case).quote
    if quote is None:
        raise NotYours(reference)
    return quote


def messages(
    person_id: int, *, before: int | None = None, limit: int = 20
) -> tuple[MessageRecord, ...]:
    """The member's inbox, newest first, `limit` at a time before message `before`."""
    found = Message.objects.filter(person_id=person_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(
        MessageRecord(m.pk, m.at, m.title, m.body, m.reference or None, m.read_at is not None)
        for m in found.order_by("-id")[:limit]
    )


def unread(person_id: int) -> int:
    """How many messages the member has not read."""
    return Message.objects.filter(person_id=person_id, read_at__isnull=True).count()


def evidence_file(
    evidence_id: int, *, reference: str, person_id: int, at: datetime
) -> EvidenceFile:
    """A picture of the applicant's own case.

    Raises:
        NotYours: not theirs, or taken away.
    """
    mine = Evidence.objects.filter(case=own_case(reference, person_id), removed_at__isnull=True)
    picture = mine.filter(pk=evidence_id).first()
    if picture is None:
        raise NotYours(str(evidence_id))
    return open_picture(picture)
