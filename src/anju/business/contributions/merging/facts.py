"""What a merge looks at: the account that stays, and the other one that goes into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju import ledger
from anju.business.contributions.models import Enrolment
from anju.business.contributions.stopping import facts as stopping
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.cases import entered_facts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Quote
from anju.domain import interest
from anju.domain.money import yuan
from anju.ledger import AccountRow
from anju.parties import facts as parties

REASONS = {"opened_twice": "重复开户", "number_mistyped": "证件号码登记有误"}
"""How one person came to have two accounts."""
RECORD_FIELDS = stopping.RECORD_FIELDS | {"other_person", "other_employer", "other_balance"}
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class OtherAccount:
    """The account that would go, and whatever of it is not settled yet.

    Attributes:
        name, id_number: of its person, masked.
        same_person: whether it is registered to the very person whose account stays.
        same_name: whether its person has the same name.
        sealed: whether nobody pays into it any more.
        list_unpaid: the number of a confirmed list with it that is not paid yet, or "".
        live_case: the reference of a live case about its person, or "".
        has_loan: whether its person owes principal of a loan.
    """

    account_no: str
    account: AccountRow
    name: str
    id_number: str
    employer_name: str
    same_person: bool
    same_name: bool
    sealed: bool
    list_unpaid: str
    live_case: str
    has_loan: bool


@dataclass(frozen=True)
class MergingFacts:
    """One member, and the other account that is his as well.

    Attributes:
        who: the member whose account stays, with enrolment and account, as for a stop.
        entered: the other account's number; "" while nothing is entered.
        other: None where no account has this number.
        year_unsettled: whether a year's interest of either account has still to be settled.
    """

    who: StoppingFacts
    entered: str
    other: OtherAccount | None
    year_unsettled: bool


def gather(asked: Asked) -> MergingFacts:
    """Read everything the rules and the pages need."""
    who, number = stopping.gather(asked), asked.answers.get("other_account_no", "")
    other = _other(number, who) if number else None
    found = [each for each in (who.account, other.account if other else None) if each is not None]
    return MergingFacts(who, number, other, any(_owes_a_year(each) for each in found))


def _owes_a_year(account: AccountRow) -> bool:
    turned = interest.year_start(ledger.business_date())
    return account.n_prev is not None or account.interest_from < turned


def _other(number: str, who: StoppingFacts) -> OtherAccount | None:
    row = Enrolment.objects.select_related("employer").filter(account_no=number).first()
    if row is None:
        return None
    names = parties.full_names([row.person_id, who.person.person_id])
    person = parties.person(row.person_id)
    return OtherAccount(
        account_no=row.account_no,
        account=ledger.account(row.account_id),
        name=str(person.name),
        id_number=str(person.id_number),
        employer_name=row.employer.name,
        same_person=row.person_id == who.person.person_id,
        same_name=names[row.person_id] == names[who.person.person_id],
        sealed=row.sealed_on is not None,
        list_unpaid=stopping.list_unpaid(row.account_id),
        live_case=entered_facts.live_case_of_person(row.person_id),
        has_loan=ledger.loan_of_person(row.person_id) is not None,
    )


def tidied(answers: Answers) -> Answers:
    """The account's number without blanks."""
    number = "".join(answers["other_account_no"].split()).upper()
    return {**answers, "other_account_no": number}


def subject(facts: MergingFacts) -> Subject | None:
    """The account that stays; None where there is none or it is closed."""
    enrolment, account = facts.who.enrolment, facts.who.account
    if enrolment is None or account is None or account.state == "closed":
        return None
    # Its employer has no part in it: the other account may be of any other employer.
    return Subject("account", account.id, enrolment.branch_code)


def record(facts: MergingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    # Whoever is called otherwise is a stranger: a mistyped number shows nothing of him.
    other = facts.other if facts.other is not None and facts.other.same_name else None
    return {
        **stopping.record(facts.who, quote, at),
        "other_person": f"{other.name} {other.id_number}" if other is not None else "—",
        "other_employer": other.employer_name if other is not None else "—",
        "other_balance": _balance(other.account) if other is not None else "—",
    }


def _balance(account: AccountRow) -> str:
    return "已销户" if account.state == "closed" else f"{yuan(account.balance)} 元"


def finished_text(quote: Quote | None) -> str:
    """What the member reads once there is one account."""
    return (
        "您的两个个人账户已经管理部审批合并：另一个账户的余额和计息积数全部转入本账户，那个账户已销户。"
        "请在账户明细核对合并转入的金额；不是您申请的，请立即联系管理部。"
    )
