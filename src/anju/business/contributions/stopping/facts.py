"""What a stop of contributions looks at: the member's enrolment, account, and what was entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju import ledger
from anju.business.contributions import consecutive
from anju.business.contributions import facts as contributions
from anju.business.contributions.facts import EnrolmentFacts
from anju.business.contributions.flexible import agreements
from anju.business.contributions.models import RemittanceLine
from anju.business.contributions.models.remittances import LIVE
from anju.cases.declaration import Asked, Subject
from anju.cases.records import Quote, Value
from anju.domain.contribution import month_words
from anju.ledger import AccountRow
from anju.parties import facts as parties
from anju.parties.facts import PersonFacts

REASONS = {"retired": "离退休", "left": "终止劳动关系"}
"""Why contributions stop, as the enrolment's seal keeps it."""

RECORD_FIELDS = frozenset(
    {"account_no", "name", "id_number", "employer", "account_state", "paid_through", "stop_mark"}
)
"""The field codes a page of this service may ask for; what a member has saved is none of them."""


@dataclass(frozen=True)
class StoppingFacts:
    """One member for whom contributions are to stop.

    Attributes:
        enrolment, account: None for a person without an account.
        reason: "retired" or "left"; "" while nothing is entered.
        last_month: the last month that is paid for; None while nothing is entered.
        list_unpaid: the number of a confirmed list with this member that is not paid yet, or "".
        another_case: the reference of another live stop of the account, if any.
        agreement: the number of the agreement by which he pays for himself, or "".
    """

    person: PersonFacts
    full_name: str
    enrolment: EnrolmentFacts | None
    account: AccountRow | None
    reason: str
    last_month: date | None
    list_unpaid: str
    another_case: str | None
    agreement: str = ""


def gather(asked: Asked) -> StoppingFacts:
    """Read everything the rules and the pages need."""
    enrolment = contributions.enrolment(asked.member_id)
    person, full_name = parties.person_by_name(asked.member_id)
    month = asked.answers.get("last_month", "")
    return StoppingFacts(
        person=person,
        full_name=full_name,
        enrolment=enrolment,
        account=ledger.account(enrolment.account_id) if enrolment is not None else None,
        reason=asked.answers.get("reason", ""),
        last_month=date.fromisoformat(f"{month}-01") if month else None,
        list_unpaid=list_unpaid(enrolment.account_id) if enrolment is not None else "",
        another_case=asked.another_case,
        agreement=agreements.number_of(asked.member_id),
    )


def list_unpaid(account_id: int) -> str:
    """The number of a confirmed list with this account that waits for its money, or ""."""
    lines = RemittanceLine.objects.filter(account_id=account_id, remittance__state__in=LIVE)
    return lines.values_list("remittance__number", flat=True).first() or ""


def subject(facts: StoppingFacts) -> Subject | None:
    """The account that would be sealed, None where there is none or it is closed."""
    enrolment = facts.enrolment
    if enrolment is None or facts.account is None or facts.account.state == "closed":
        return None
    return Subject("account", facts.account.id, enrolment.branch_code, enrolment.employer_id)


def record(facts: StoppingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    assert facts.enrolment is not None
    assert facts.account is not None
    return _texts(facts.person, facts.full_name, facts.enrolment, facts.account)


def _texts(
    person: PersonFacts, full_name: str, enrolment: EnrolmentFacts, account: AccountRow
) -> dict[str, str]:
    paid = enrolment.paid_through
    return {
        "account_no": enrolment.account_no,
        "name": full_name,
        "id_number": str(person.id_number),
        "employer": enrolment.employer_name,
        "account_state": contributions.state_text(account),
        "paid_through": month_words(paid) if paid is not None else "—",
        "stop_mark": stop_mark(enrolment),
    }


def stop_mark(enrolment: EnrolmentFacts) -> str:
    """The mark that a stop leaves with the enrolment, in words; "—" without one."""
    if enrolment.stop_approved_on is None:
        return "—"
    reason = REASONS.get(enrolment.seal_reason, enrolment.seal_reason)
    approved = f"{enrolment.stop_approved_on:%Y年%m月%d日} 经{enrolment.stop_approved_by}审批"
    return f"{reason}，{approved}"


def finished_text(quote: Quote | None) -> str:
    """What the member reads once contributions have stopped."""
    return (
        "停缴已经管理部审批，您的个人账户已封存：不再汇缴，余额照常计息。因离退休停缴的，可以申请提取。"
        "与实际情况不符的，请联系单位或管理部。"
    )


FILE_LABELS = {
    "account_no": "个人账号",
    "name": "姓名",
    "id_number": "身份证号",
    "employer": "单位名称",
    "account_state": "账户状态",
    "paid_through": "缴至年月",
    "stop_mark": "停缴标记",
    "consecutive_months": "连续缴存月数",
}


def file_values(person_id: int, *, branch_code: str) -> tuple[Value, ...] | None:
    """A member's file at the counter of his branch, masked; None where he is not the branch's."""
    enrolment = contributions.enrolment(person_id)
    if enrolment is None or enrolment.branch_code != branch_code:
        return None
    person = parties.person(person_id)
    account = ledger.account(enrolment.account_id)
    months = consecutive.of_account(account.id, on=ledger.business_date())
    texts = _texts(person, str(person.name), enrolment, account)
    return tuple(
        Value(code, FILE_LABELS[code], text)
        for code, text in {**texts, "consecutive_months": consecutive.words(months)}.items()
    )
