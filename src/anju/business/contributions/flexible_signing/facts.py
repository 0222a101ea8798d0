"""What an agreement looks at: who signs, what account there is, and on which terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju import ledger, policy
from anju.business.contributions import facts as contributions
from anju.business.contributions.facts import EnrolmentFacts
from anju.business.contributions.flexible import agreements, terms
from anju.business.contributions.flexible.terms import Terms
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Mistakes, Quote
from anju.domain.identifiers import (
    id_number_problem,
    normalise_id_number,
    normalise_phone,
    phone_problem,
)
from anju.domain.masks import mask_name
from anju.ledger import AccountRow
from anju.parties import facts as parties

RECORD_FIELDS = frozenset({"branch", "account_no", "account_state"})
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class SigningFacts:
    """Somebody who signs; all but `another_case` None or "" while nothing is entered.

    Attributes:
        id_number: as entered.
        person_id: None for somebody whom the books do not know.
        same_name: whether the person is known by the name that was entered.
        enrolment, account: of the account there is, a closed one too; None without one.
        agreement: the number of the agreement there is, or "".
        branch_code: of the account, else the one that was chosen.
    """

    id_number: str
    person_id: int | None
    same_name: bool
    enrolment: EnrolmentFacts | None
    account: AccountRow | None
    agreement: str
    branch_code: str
    terms: Terms | None
    another_case: str | None

    @property
    def has_terms(self) -> bool | None:
        """Whoever signs does so on terms."""
        return None if self.terms is None else True

    @property
    def has_account(self) -> bool:
        """Whether there is an account that is not closed."""
        return self.account is not None and self.account.state != "closed"


def gather(asked: Asked) -> SigningFacts:
    """Read everything the rules and the pages need."""
    answers = asked.answers
    if not answers.get("id_number"):
        return SigningFacts("", None, True, None, None, "", "", None, asked.another_case)
    person_id = parties.person_by_id_number(answers["id_number"])
    enrolment = contributions.enrolment(person_id) if person_id is not None else None
    account = ledger.account(enrolment.account_id) if enrolment is not None else None
    live = account is not None and account.state != "closed"
    month = date.fromisoformat(f"{answers['first_month']}-01")
    return SigningFacts(
        id_number=answers["id_number"],
        person_id=person_id,
        same_name=person_id is None or parties.full_name(person_id) == answers["name"],
        enrolment=enrolment,
        account=account,
        agreement=agreements.number_of(person_id) if person_id is not None else "",
        branch_code=enrolment.branch_code if enrolment and live else answers["branch"],
        terms=terms.of_answers(answers, first_month=month),
        another_case=asked.another_case,
    )


def branches() -> tuple[tuple[str, str], ...]:
    """The branches of the centre."""
    return tuple((code, one.name) for code, one in policy.current().branches.items())


def clean(answers: Answers) -> Answers | Mistakes:
    """Numbers are numbers; the terms are a plan."""
    tidy = terms.tidied(answers) | {
        "id_number": normalise_id_number(answers["id_number"]),
        "phone": normalise_phone(answers["phone"]),
        "name": answers["name"].strip(),
    }
    # Lists call him as they call every member: not by the whole name.
    tidy["called"] = mask_name(tidy["name"])
    problem = phone_problem(tidy["phone"])
    wrong = terms.mistakes(tidy) | ({"phone": problem} if problem else {})
    return Mistakes(wrong) if wrong else tidy


def number_problem(facts: SigningFacts, on: date) -> str | None:
    """What is wrong with the ID number, or None."""
    return id_number_problem(facts.id_number, on)


def subject(facts: SigningFacts) -> Subject | None:
    """Whoever has this ID number, known or not."""
    if not facts.id_number:
        return None
    return Subject("newcomer", parties.number_key(facts.id_number), facts.branch_code)


def record(facts: SigningFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    branch = policy.current().branches.get(facts.branch_code)
    has, enrolment, account = facts.has_account, facts.enrolment, facts.account
    return {
        "branch": branch.name if branch is not None else "—",
        "account_no": enrolment.account_no if has and enrolment else "批准后开立",
        "account_state": contributions.state_text(account) if has and account else "—",
    }


def fingerprint(facts: SigningFacts) -> str:
    """What was approved is of this person and this account."""
    return f"{facts.person_id}/{facts.account.id if facts.account and facts.has_account else 0}"
