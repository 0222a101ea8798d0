"""What closing an employer's account looks at: whatever of it is not settled yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anju import ledger
from anju.business.contributions import standing
from anju.business.contributions.models import Enrolment
from anju.business.contributions.standing import Standing
from anju.business.treasury.facts import being_refunded
from anju.cases import entered_facts
from anju.cases.declaration import Asked
from anju.cases.records import Quote
from anju.domain.money import yuan

REASONS = {
    "merged": "合并",
    "split": "分立",
    "revoked": "撤销",
    "dissolved": "解散",
    "bankrupt": "破产",
    "other": "其他",
}
"""Why an employer ends, as article 14 of the Regulation names it."""
SERVICE: Final = "contributions.employer_closing"
RECORD_FIELDS = standing.RECORD_FIELDS | {"people_left", "unallocated"}
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class EmployerClosingFacts:
    """An employer that would close its account; sums in fen.

    Attributes:
        people_left: accounts of its people that are neither closed nor with another employer.
        balance_fen: what stands on them together.
        unallocated_fen: money of the employer that is nobody's yet, also what is on its way back to
            it: if the bank does not pay, it waits again.
        other_case: the reference of any other live case about the employer or its people, or "".
    """

    who: Standing
    people_left: int
    balance_fen: int
    unallocated_fen: int
    other_case: str


def gather(asked: Asked) -> EmployerClosingFacts:
    """Read everything the rules and the pages need. Raises NotYours."""
    who = standing.gather(asked)
    employer_id = who.employer.employer_id
    people = Enrolment.objects.filter(employer_id=employer_id)
    people = people.exclude(account_id__in=ledger.closed_of(employer_id))
    left = list(people.values_list("account_id", flat=True))
    return EmployerClosingFacts(
        who=who,
        people_left=len(left),
        balance_fen=sum(each.balance for each in ledger.accounts(left)) if left else 0,
        unallocated_fen=ledger.unallocated(employer_id) + being_refunded(employer_id),
        other_case=entered_facts.live_case_of(employer_id, besides=SERVICE),
    )


def record(facts: EmployerClosingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    return {
        **standing.record(facts.who),
        "people_left": f"{facts.people_left} 人，余额合计 {yuan(facts.balance_fen)} 元",
        "unallocated": f"{yuan(facts.unallocated_fen)} 元",
    }
