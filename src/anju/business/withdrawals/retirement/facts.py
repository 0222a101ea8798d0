"""What the rules of retirement look at, and the values its pages show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from anju import ledger, policy
from anju.business.contributions import facts as contributions
from anju.business.contributions.facts import EnrolmentFacts
from anju.business.loans import facts as loans
from anju.business.loans.facts import LoanFacts
from anju.business.withdrawals import closing
from anju.cases.declaration import Asked, Subject
from anju.cases.records import Quote
from anju.domain.calendar import SHANGHAI
from anju.domain.money import yuan
from anju.ledger import AccountRow
from anju.parties import facts as parties
from anju.parties.facts import CardFacts, PersonFacts

RECORD_FIELDS = frozenset(
    {
        "account_no",
        "name",
        "id_number",
        "employer",
        "phone",
        "account_state",
        "balance",
        "interest",
        "total",
        "reason",
        "card_number",
        "card_holder",
        "bank_branch",
        "query_time",
    }
)
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class RetirementFacts:
    """One member, as far as retirement is concerned.

    Attributes:
        enrolment, account: None for a person without an account.
        card: the receiving card on record, if any.
        loan: an outstanding fund loan, if any.
        another_case: the reference of another live case of the account, if any.
    """

    person: PersonFacts
    full_name: str
    enrolment: EnrolmentFacts | None
    account: AccountRow | None
    card: CardFacts | None
    loan: LoanFacts | None
    another_case: str | None


def gather(asked: Asked) -> RetirementFacts:
    """Read everything the rules and the pages need."""
    person_id = asked.member_id
    enrolment = contributions.enrolment(person_id)
    person, full_name = parties.person_by_name(person_id)
    return RetirementFacts(
        person=person,
        full_name=full_name,
        enrolment=enrolment,
        account=ledger.account(enrolment.account_id) if enrolment is not None else None,
        card=parties.receiving_card(person_id),
        loan=loans.outstanding_loan(person_id),
        another_case=asked.another_case,
    )


def subject(facts: RetirementFacts) -> Subject | None:
    """The account the case would close, None where there is none or it is closed."""
    if facts.enrolment is None or facts.account is None or facts.account.state == "closed":
        return None
    return Subject("account", facts.account.id, facts.enrolment.branch_code)


def record(facts: RetirementFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    assert facts.enrolment is not None
    assert facts.account is not None
    block = policy.current().services["withdrawals.retirement"]
    card = facts.card
    balance = quote.principal_fen if quote is not None else facts.account.balance
    return {
        "account_no": facts.enrolment.account_no,
        "name": facts.full_name,
        "id_number": str(facts.person.id_number),
        "employer": facts.enrolment.employer_name,
        "phone": str(facts.person.phone or "—"),
        "account_state": contributions.state_text(facts.account),
        "balance": yuan(balance),
        "interest": yuan(quote.interest_fen) if quote is not None else "—",
        "total": yuan(quote.total_fen) if quote is not None else "—",
        "reason": block.reason_label,
        "card_number": str(card.number) if card is not None else "—",
        "card_holder": str(card.holder) if card is not None else "—",
        "bank_branch": bank_name(card) if card is not None else "—",
        "query_time": f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
    }


def quote(facts: RetirementFacts, city: Any, on: date) -> Quote:
    """What would be paid if the account were closed on business date `on`."""
    assert facts.account is not None
    return closing.quote(facts.account, city, on)


def bank_name(card: CardFacts) -> str:
    """The name of a card's bank branch, or of its bank where the branch is not recorded."""
    return policy.current().bank_branch_name(card.bank_code, card.branch_code)


def pay_to(facts: RetirementFacts) -> str:
    """The receiving card in masked words."""
    if facts.card is None:
        return ""
    return f"{bank_name(facts.card)} {facts.card.number} {facts.card.holder}"


def payee(facts: RetirementFacts) -> str:
    """The receiving card itself: bound again, the same number is another card."""
    return f"card:{facts.card.card_id}" if facts.card is not None else ""


def proving(facts: RetirementFacts, quote: Quote | None) -> str:
    """What the member proves: this amount, to this card."""
    assert quote is not None
    title = policy.current().services["withdrawals.retirement"].title
    tail = facts.card.last4 if facts.card is not None else ""
    bank = policy.current().banks[facts.card.bank_code].name if facts.card is not None else ""
    return f"申请{title} {yuan(quote.total_fen)} 元到尾号 {tail} 的{bank}卡"


def finished_text(quote: Quote | None) -> str:
    """What the member reads at the end."""
    assert quote is not None
    if quote.total_fen == 0:
        return "账户余额和利息为零，个人账户已直接销户。"
    return (
        f"{yuan(quote.total_fen)} 元（本金 {yuan(quote.principal_fen)} 元，"
        f"利息 {yuan(quote.interest_fen)} 元）已付至您的收款卡，个人账户已销户。"
    )
