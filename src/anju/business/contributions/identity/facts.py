"""What a change of a member's data looks at: who he is, what was entered, whose number it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju import ledger
from anju.business.contributions import facts as contributions
from anju.business.contributions.facts import EnrolmentFacts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Mistakes, Quote
from anju.domain.identifiers import normalise_id_number, normalise_phone, phone_problem
from anju.ledger import AccountRow
from anju.parties import facts as parties
from anju.parties import identities
from anju.parties.facts import PersonFacts

REASONS = {"mistyped": "登记有误", "changed": "依法变更姓名或证件号码"}
RECORD_FIELDS = frozenset({"account_no", "name", "id_number", "phone", "employer", "has_login"})
_FIELDS = ("name", "id_number", "phone")


@dataclass(frozen=True)
class IdentityFacts:
    """A member, and the data that shall stand in place of his.

    Attributes:
        enrolment, account: None for a person without an account.
        name, id_number, phone: what was entered, tidied; "" where it stays as it is.
        entered: whether anything was entered at all; a look before that knows nothing of it.
        changed: which of the three would be another than now.
        number_of: the key of another person who has the new ID number, or None.
        another_case: the reference of another live change of this member, if any.
    """

    person: PersonFacts
    full_name: str
    enrolment: EnrolmentFacts | None
    account: AccountRow | None
    name: str
    id_number: str
    phone: str
    entered: bool
    changed: tuple[str, ...]
    number_of: int | None
    another_case: str | None


def gather(asked: Asked) -> IdentityFacts:
    """Read everything the rules and the pages need."""
    enrolment = contributions.enrolment(asked.member_id)
    person, full_name = parties.person_by_name(asked.member_id)
    new = {code: asked.answers.get(code, "") for code in _FIELDS}
    return IdentityFacts(
        person=person,
        full_name=full_name,
        enrolment=enrolment,
        account=ledger.account(enrolment.account_id) if enrolment is not None else None,
        **new,
        entered=bool(asked.answers),
        changed=identities.differing(asked.member_id, **new),
        number_of=_somebody_else(new["id_number"], asked.member_id),
        another_case=asked.another_case,
    )


def _somebody_else(id_number: str, person_id: int) -> int | None:
    found = parties.person_by_id_number(id_number) if id_number else None
    return None if found == person_id else found


def tidied(answers: Answers) -> Answers | Mistakes:
    """Numbers as they are stored; at least one of the three is there."""
    number, phone = normalise_id_number(answers["id_number"]), normalise_phone(answers["phone"])
    wrong = phone_problem(phone) if phone else None
    if wrong is not None:
        return Mistakes({"phone": wrong})
    if not (answers["name"] or number or phone):
        return Mistakes({"name": "请填写要变更的姓名、证件号码或手机号码。"})
    return {**answers, "id_number": number, "phone": phone}


def subject(facts: IdentityFacts) -> Subject | None:
    """The member's account, None where there is none."""
    if facts.enrolment is None or facts.account is None:
        return None
    branch, employer = facts.enrolment.branch_code, facts.enrolment.employer_id
    return Subject("account", facts.account.id, branch, employer)


def record(facts: IdentityFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """What stands now, by field code."""
    assert facts.enrolment is not None
    return {
        "account_no": facts.enrolment.account_no,
        "name": facts.full_name,
        "id_number": str(facts.person.id_number),
        "phone": str(facts.person.phone or "—"),
        "employer": facts.enrolment.employer_name,
        "has_login": "已开通" if facts.person.has_login else "未开通",
    }


def finished_text(quote: Quote | None) -> str:
    """What the member reads once his data are changed."""
    return (
        "您的个人信息已经管理部审批变更。变更证件号码的，请用新的证件号码登录；变更姓名的，原来绑定的"
        "收款卡已经解除，请重新绑定。不是您或单位申请的，请立即联系管理部。"
    )
