"""What a refund looks at: what waits for the employer, and the payment it came in with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju import ledger
from anju.business.contributions.models import EmployerAccount, Remittance
from anju.business.contributions.remittance_lists import unpaid
from anju.business.contributions.remittance_sources import REMITTANCE
from anju.business.treasury import facts as treasury
from anju.business.treasury.facts import PaidIn
from anju.cases.declaration import Asked, Subject
from anju.cases.records import Quote
from anju.domain.money import yuan
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts

EMPLOYER = "employer"
"""What the treasury calls money that is an employer's and for no list."""
RECORD_FIELDS = frozenset(
    {"employer_account", "employer", "unallocated", "receipt", "receipt_amount", "refund_to"}
)
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class RefundingFacts:
    """An employer that wants back what it paid in.

    Attributes:
        account_id, account_number: None and "" where it has no account that is not closed.
        unallocated_fen: what waits for it.
        receipt: the receipt's number as entered, "" while nothing is.
        came: the receipt, where it is this employer's.
        amount_fen: what is asked for; 0 while nothing is entered.
        live: the number of a list that is not paid yet, or "".
        another_case: the reference of another live refund of the employer's, if any.
    """

    employer: EmployerFacts
    account_id: int | None
    account_number: str
    unallocated_fen: int
    receipt: str
    came: PaidIn | None
    amount_fen: int
    live: str
    another_case: str | None


def gather(asked: Asked) -> RefundingFacts:
    """Read everything the rules and the pages need. Raises LookupError for no employer."""
    employer_id = asked.employer_id
    if employer_id is None:
        raise LookupError("this is about no employer")
    employer = parties.employer(employer_id)
    accounts = EmployerAccount.objects.live_of(employer_id)
    account = accounts.first()
    number = asked.answers.get("receipt", "")
    return RefundingFacts(
        employer=employer,
        account_id=None if account is None else account.pk,
        account_number="" if account is None else account.number,
        unallocated_fen=ledger.unallocated(employer_id),
        receipt=number,
        came=_ours(employer, number),
        amount_fen=int(asked.answers.get("amount") or 0),
        live="" if account is None else unpaid(account),
        another_case=asked.another_case,
    )


def _ours(employer: EmployerFacts, number: str) -> PaidIn | None:
    """A receipt that came for this employer, by its number."""
    came = treasury.paid_in(number) if number else None
    if came is None:
        return None
    if came.kind == EMPLOYER:
        return came if came.number == employer.uscc else None
    lists = Remittance.objects.filter(number=came.number, account__employer_id=employer.employer_id)
    return came if came.kind == REMITTANCE and lists.exists() else None


def subject(facts: RefundingFacts) -> Subject | None:
    """The employer, None where it has no account."""
    if facts.account_id is None:
        return None
    who = facts.employer
    return Subject("employer", who.employer_id, who.branch_code, who.employer_id)


def record(facts: RefundingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    came = facts.came
    return {
        "employer_account": facts.account_number,
        "employer": facts.employer.name,
        "unallocated": f"{yuan(facts.unallocated_fen)} 元",
        "receipt": f"{came.reference}（{came.booked_on:%Y年%m月%d日}）" if came else "—",
        "receipt_amount": f"{yuan(came.amount_fen)} 元" if came else "—",
        "refund_to": f"{came.payer} {came.account}" if came and came.account else "—",
    }


def fingerprint(facts: RefundingFacts) -> str:
    """What is given back, and of what: anything else asks for another look."""
    return f"{facts.receipt}:{facts.amount_fen}:{facts.came.account if facts.came else ''}"
