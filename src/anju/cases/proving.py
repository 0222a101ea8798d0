"""Proofs bound to exactly what is proved: this case, this amount, this card."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from anju import ledger, policy
from anju.cases import registry
from anju.cases.assessment import Assessment, asked_of, assess
from anju.cases.declaration import Service
from anju.cases.models import Case, CaseProof
from anju.cases.ownership import applicant_user, own_case
from anju.cases.records import CodeSent, Mistakes
from anju.parties import codes, credentials
from anju.policy import Step

SMS = "sms"


def binding(case: Case, service: Service[Any], found: Assessment) -> str:
    """The hash a proof is bound to: the sentence the person was shown, the case, the very card."""
    return codes.binding(
        f"{service.code}.submit",
        case=case.reference,
        round=case.round,
        says=service.proving(found.facts, found.quote),
        payee=service.payee_of(found.facts),
    )


def send_code(
    reference: str, *, person_id: int, number: int, ip: str, at: datetime
) -> CodeSent | Mistakes:
    """Send an SMS code that names what it proves.

    Raises:
        NotYours: not a case of this person.
    """
    case = own_case(reference, person_id)
    steps = policy.current().services[case.service_code].steps
    if not 1 <= number <= len(steps) or steps[number - 1].proof != SMS:
        return Mistakes({"": "这一步不需要短信验证码。"})
    service = registry.service(case.service_code)
    found = assess(service, asked_of(case, at=at), on=ledger.business_date(), besides=case)
    if not found.is_open:
        return Mistakes({"": "办理条件有变化，请返回业务页面查看原因。"})
    sent = codes.request(
        person_id,
        purpose=service.code,
        binding=binding(case, service, found),
        says=service.proving(found.facts, found.quote),
        ip=ip,
        at=at,
    )
    if isinstance(sent, codes.CodeSent):
        return CodeSent(phone_masked=str(sent.phone or ""), resend_at=sent.resend_at)
    return Mistakes({"code": sent.text}, retry_at=sent.retry_at)


def prove(
    case: Case,
    service: Service[Any],
    found: Assessment,
    *,
    step_number: int,
    step: Step,
    posted: Mapping[str, str],
    at: datetime,
) -> Mistakes | None:
    """Check what was posted against the step's proof; None when it holds."""
    bound_to = binding(case, service, found)
    if is_proved(case, step_number, bound_to):
        return None
    if step.proof == SMS:
        refused = _check_code(case, service, bound_to, posted, at)
    else:
        refused = _check_business_password(case, posted, at)
    if refused is not None and is_proved(case, step_number, bound_to):
        # The same press came twice and the other one was quicker.
        return None
    if refused is None:
        with transaction.atomic():
            CaseProof.objects.create(
                case=case, step=step_number, kind=step.proof, request_hash=bound_to, at=at
            )
    return refused


def _check_code(
    case: Case, service: Service[Any], bound_to: str, posted: Mapping[str, str], at: datetime
) -> Mistakes | None:
    code = posted.get("code", "").strip()
    if not code:
        return Mistakes({"code": "请输入短信验证码。"})
    answer = codes.verify(case.person_id, purpose=service.code, binding=bound_to, code=code, at=at)
    if isinstance(answer, codes.Proved):
        return None
    return Mistakes({"code": answer.text}, retry_at=answer.retry_at)


def _check_business_password(
    case: Case, posted: Mapping[str, str], at: datetime
) -> Mistakes | None:
    password = posted.get("business_password", "")
    if not password:
        return Mistakes({"business_password": "请输入 6 位业务密码。"})
    user_id = applicant_user(case)
    answer = credentials.check_business_password(user_id, password=password, at=at)
    if isinstance(answer, credentials.Proved):
        return None
    return Mistakes({"business_password": answer.text}, retry_at=answer.retry_at)


def is_proved(case: Case, step_number: int, bound_to: str) -> bool:
    """Whether this step's proof stands for exactly this content."""
    return case.proofs.filter(step=step_number, request_hash=bound_to).exists()


def first_stale_step(case: Case, service: Service[Any], found: Assessment) -> int | None:
    """The first step whose proof does not stand for what would be submitted now."""
    bound_to = binding(case, service, found)
    steps = policy.current().services[case.service_code].steps
    for number, step in enumerate(steps, start=1):
        if step.proof is not None and not is_proved(case, number, bound_to):
            return number
    return None
