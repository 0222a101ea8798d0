"""What an agreement to fetch money looks at, and the one that an employer has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju import ledger, policy
from anju.business.contributions.collecting import payers
from anju.business.contributions.models import CollectionAgreement, EmployerAccount
from anju.business.contributions.remittance_lists import unpaid
from anju.business.contributions.remitting_facts import ListFacts
from anju.business.treasury import facts as treasury
from anju.cases.declaration import Asked, Subject
from anju.cases.records import Quote
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts

SIGN, END = "sign", "end"
DEEDS = {SIGN: "签订或更换协议", END: "终止协议"}
RECORD_FIELDS = frozenset({"employer_account", "employer", "agreement"})
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """The agreement an employer has; the account masked."""

    key: int
    agreement_no: str
    bank: str
    account: str
    valid_until: date | None

    @property
    def text(self) -> str:
        """As pages tell it."""
        until = f"，有效期至 {self.valid_until:%Y年%m月%d日}" if self.valid_until else "，长期有效"
        return f"{self.agreement_no}（{self.bank} {self.account}{until}）"

    def holds_on(self, on: date) -> bool:
        """Whether it lets money be fetched on a day."""
        return self.valid_until is None or on <= self.valid_until


@dataclass(frozen=True)
class CollectingFacts:
    """An employer that signs an agreement, or ends one.

    Attributes:
        account_id, account_number: None and "" where it has no account that is not closed.
        agreement: the one it has now, None without one.
        deed: "sign" or "end"; "" while nothing is entered.
        signed_on, valid_until: as entered; None while nothing is.
        under_way: the number of a list whose money is being fetched, or "".
        another_case: the reference of another live case of this kind, if any.
    """

    employer: EmployerFacts
    account_id: int | None
    account_number: str
    agreement: AgreementFacts | None
    deed: str
    signed_on: date | None
    valid_until: date | None
    under_way: str
    another_case: str | None


def gather(asked: Asked) -> CollectingFacts:
    """Read everything the rules and the pages need. Raises LookupError for no employer."""
    if asked.employer_id is None:
        raise LookupError("this is about no employer")
    account = EmployerAccount.objects.live_of(asked.employer_id).first()
    answers = asked.answers
    return CollectingFacts(
        employer=parties.employer(asked.employer_id),
        account_id=None if account is None else account.pk,
        account_number="" if account is None else account.number,
        agreement=None if account is None else agreement_of(account.pk),
        deed=answers.get("deed", ""),
        signed_on=_day(answers.get("signed_on", "")),
        valid_until=_day(answers.get("valid_until", "")),
        under_way="" if account is None else _being_fetched(account),
        another_case=asked.another_case,
    )


def _day(answer: str) -> date | None:
    return date.fromisoformat(answer) if answer else None


def agreement_of(account_id: int) -> AgreementFacts | None:
    """The agreement that an employer's account has, ended ones left out."""
    row = CollectionAgreement.objects.filter(account_id=account_id, ended_on=None).first()
    if row is None:
        return None
    bank = policy.current().banks.get(row.bank_code)
    return AgreementFacts(
        row.pk,
        row.agreement_no,
        bank.name if bank is not None else row.bank_code,
        payers.masked(row),
        row.valid_until,
    )


@dataclass(frozen=True, slots=True)
class FetchingStand:
    """Whether a list's money can be fetched, and is being: for the page of the list."""

    agreement: AgreementFacts | None
    holds: bool
    under_way: bool


def fetching_of(account_id: int, live: ListFacts | None) -> FetchingStand:
    """How it stands with fetching the money of a list that waits; without one nothing does."""
    agreement = agreement_of(account_id)
    return FetchingStand(
        agreement=agreement,
        holds=agreement is not None and agreement.holds_on(ledger.business_date()),
        under_way=live is not None and is_being_fetched(live.number),
    )


def _being_fetched(account: EmployerAccount) -> str:
    number = unpaid(account)
    return number if number and is_being_fetched(number) else ""


def is_being_fetched(number: str) -> bool:
    """Whether the bank is at fetching a list's money, or its money is on the way."""
    return any(each.under_way for each in treasury.fetched_for(number))


def subject(facts: CollectingFacts) -> Subject | None:
    """The employer, None where it has no account."""
    if facts.account_id is None:
        return None
    who = facts.employer
    return Subject("employer", who.employer_id, who.branch_code, who.employer_id)


def record(facts: CollectingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    return {
        "employer_account": facts.account_number,
        "employer": facts.employer.name,
        "agreement": facts.agreement.text if facts.agreement else "没有委托收款协议",
    }
