"""Moves a case: the pure machine decides, the service's functions do, the rows remember.

Every function here runs inside the caller's transaction, with the case row locked.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from anju import policy
from anju.cases import registry
from anju.cases.assessment import Assessment, quote_from_json, quote_to_json
from anju.cases.declaration import CaseRef, Service
from anju.cases.entry_fields import answers_of
from anju.cases.models import Case, CaseEvent, CaseMaker
from anju.cases.telling import tell, tell_employer
from anju.domain import case as machine
from anju.domain.case import CaseState, Effect
from anju.domain.money import yuan
from anju.store.audit import Actor

_ENDED = frozenset(
    {
        CaseState.COMPLETED,
        CaseState.REJECTED,
        CaseState.FAILED,
        CaseState.CANCELLED,
        CaseState.PAYMENT_RETURNED,
        CaseState.REINSTATED,
    }
)


def case_ref(case: Case) -> CaseRef:
    """What a service may know of a case."""
    return CaseRef(
        id=case.pk,
        reference=case.reference,
        service_code=case.service_code,
        person_id=case.person_id,
        employer_id=case.employer_id,
        subject_id=case.subject_id,
        branch_code=case.branch_code,
        answers=answers_of(case),
        decided_by=case.decided_by_id,
        hold_id=case.hold_id,
        order_no=case.order_no,
    )


def locked_case(reference: str) -> Case:
    """The case row, locked for this transaction (without barring foreign-key inserts).

    Raises:
        Case.DoesNotExist: there is none.
    """
    assert connection.in_atomic_block, "a case is locked inside a transaction"
    return Case.objects.select_for_update(no_key=True).get(reference=reference)


def record(
    case: Case, action: str, *, title: str, actor: Actor, at: datetime, note: str = ""
) -> None:
    """Add what happened to the case's history."""
    CaseEvent.objects.create(
        case=case,
        at=at,
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        title=title,
        note=note,
    )


def made_by(case: Case, user_id: int, *, at: datetime) -> None:
    """Remember who entered or edited part of the case: he never decides it."""
    CaseMaker.objects.get_or_create(case=case, staff_id=user_id, defaults={"at": at})


def advance(
    case: Case,
    event: machine.Event,
    *,
    at: datetime,
    assessment: Assessment | None = None,
) -> None:
    """Let the machine decide, carry out its effects, and store the new state.

    Args:
        case: the locked row.
        event: what happened.
        at: when.
        assessment: the facts as read under the subject's lock; needed where money is set aside
            or ordered.

    Raises:
        machine.IllegalStep: the event does not fit.
    """
    service = registry.service(case.service_code)
    state, effects = machine.decide(CaseState(case.state), event)
    case.state = state.value
    if state in _ENDED:
        case.ended_at = at
    for effect in effects:
        _carry_out(effect, case, service, assessment, at)
    case.save()


def _carry_out(
    effect: Effect,
    case: Case,
    service: Service[Any],
    assessment: Assessment | None,
    at: datetime,
) -> None:
    payment = service.payment
    if effect is Effect.FINISH:
        service.finish(case_ref(case), at)
        if case.quote is not None:
            # Whatever was an estimate is final now, also where the bank had nothing to pay.
            case.quote = {**case.quote, "is_estimate": False}
        return
    if payment is None:
        # Nothing is set aside, ordered or given back where nothing is paid.
        return
    match effect:
        case Effect.HOLD:
            assert assessment is not None
            case.hold_id = payment.hold(case_ref(case), assessment.facts)
        case Effect.ORDER:
            assert assessment is not None
            case.order_no, quote = payment.order(case_ref(case), assessment.facts, at)
            case.quote = quote_to_json(quote, pay_to=payment.pay_to(assessment.facts))
        case Effect.RELEASE:
            if case.hold_id is not None:
                payment.release(case_ref(case), at)
        case Effect.BOOK_RETURN:
            payment.book_return(case_ref(case), at)


def payment_succeeded(order_no: str, *, at: datetime) -> None:
    """The bank paid this order: the service finishes, the member is told."""
    case = _case_of_order(order_no)
    advance(case, machine.Paid(), at=at)
    record(case, "cases.paid", title="款项已到账", actor=Actor.system(), at=at)
    tell_finished(case, at=at)


def tell_finished(case: Case, *, at: datetime) -> None:
    """Tell the member how the case ended well, and for whom an agent entered it."""
    body = registry.service(case.service_code).finished_text(quote_from_json(case.quote))
    if case.person_id is not None and body:
        tell(case, title=f"{_title(case)}已办结", body=body, at=at, by_sms=True)
    tell_employer(case, f"{_title(case)}（业务编号 {case.reference}）已办结", at=at)


def payment_failed(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank did not pay this order: the money is given back to the account."""
    case = _case_of_order(order_no)
    advance(case, machine.PaymentFailed(), at=at)
    record(
        case, "cases.payment_failed", title="银行未能付款", actor=Actor.system(), at=at, note=reason
    )
    hotline = policy.current().identity.hotline
    tell(
        case,
        title=f"{_title(case)}未能付款",
        body=f"银行未能完成付款（{reason}）。您的账户和余额没有变化，请核对收款银行卡后重新申请；"
        f"如需帮助请拨打 {hotline}。",
        at=at,
        by_sms=True,
    )


def payment_came_back(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank paid and the money came back: it waits in suspense, staff see it."""
    _came_back(_case_of_order(order_no), machine.PaymentCameBack(), reason=reason, at=at)


def paid_again(reference: str, *, at: datetime) -> None:
    """The bank paid, by another order, what had come back: the case has ended well after all."""
    case = locked_case(reference)
    advance(case, machine.PaidAgain(), at=at)
    record(case, "cases.paid", title="款项重新付出，已到账", actor=Actor.system(), at=at)
    tell_finished(case, at=at)


def came_back_again(reference: str, *, reason: str, at: datetime) -> None:
    """What was paid once more came back as well."""
    _came_back(locked_case(reference), machine.CameBackAgain(), reason=reason, at=at)


def reinstated(reference: str, *, money: str, at: datetime) -> None:
    """Two people had what came back put on the account again: the member is told.

    `money` says in words what is on the account again.
    """
    case = locked_case(reference)
    advance(case, machine.Reinstated(), at=at)
    title = "款项已退回个人账户，账户恢复为封存"
    record(case, "cases.reinstated", title=title, actor=Actor.system(), at=at, note=money)
    tell(
        case,
        title=f"{_title(case)}款项已退回账户",
        body=f"款项没有付到您的收款卡，经复核已恢复您的个人账户（封存状态）：{money}。"
        "余额和明细可在账户页查看。仍需提取的，请核对收款卡后重新申请；"
        f"如需帮助请拨打 {policy.current().identity.hotline}。",
        at=at,
        by_sms=True,
    )


def _came_back(case: Case, event: machine.Event, *, reason: str, at: datetime) -> None:
    advance(case, event, at=at)
    record(
        case, "cases.payment_returned", title="款项被退回", actor=Actor.system(), at=at, note=reason
    )
    quote = quote_from_json(case.quote)
    assert quote is not None
    hotline = policy.current().identity.hotline
    tell(
        case,
        title=f"{_title(case)}款项被退回",
        body=f"{yuan(quote.total_fen)} 元被收款银行退回（{reason}），款项由中心保管，不会丢失。"
        f"工作人员会与您联系，也可拨打 {hotline}。",
        at=at,
        by_sms=True,
    )


def lock_case_of_order(order_no: str) -> None:
    """Lock the case an order belongs to: cases are locked before accounts and orders."""
    _case_of_order(order_no)


def branch_of(reference: str) -> str:
    """The branch whose staff look after a case."""
    return Case.objects.values_list("branch_code", flat=True).get(reference=reference)


def _case_of_order(order_no: str) -> Case:
    return Case.objects.select_for_update(no_key=True).get(order_no=order_no)


def _title(case: Case) -> str:
    block = policy.current().services.get(case.service_code)
    return block.title if block is not None else case.service_code
