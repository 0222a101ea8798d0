"""What the approval of an agreement brings about: person, account and agreement."""

from datetime import date, datetime

from anju.business.contributions.flexible import agreements, terms
from anju.cases.declaration import CaseRef
from anju.parties import facts as parties
from anju.store import turns
from anju.store.audit import Actor


def lock(number: int) -> None:
    """One agreement at a time is signed: the account of our own is made by the first."""
    turns.take_turn("contributions.flexible")


def finish(case: CaseRef, at: datetime) -> None:
    """Keep the agreement in the name of who approved; whoever is not known is written down."""
    assert case.decided_by is not None
    answers = case.answers
    person_id = parties.person_by_id_number(answers["id_number"])
    if person_id is None:
        person_id = agreements.newcomer(
            answers["name"],
            answers["id_number"],
            answers["phone"],
            actor=Actor.staff(case.decided_by),
            at=at,
        )
    month = date.fromisoformat(f"{answers['first_month']}-01")
    agreements.sign(
        person_id,
        terms.of_answers(answers, first_month=month),
        number=case.reference,
        branch_code=case.branch_code,
        by=case.decided_by,
        at=at,
    )
