"""What the approval of an agreement brings about: person, account and agreement."""

from datetime import date, datetime

from anju.business.contributions.flexible import agreements, terms
from anju.cases import telling
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
    _tell(person_id, case.reference, at)


def _tell(person_id: int, reference: str, at: datetime) -> None:
    """The case is about nobody, who may have been unknown when it began: it tells no one itself."""
    made = agreements.of_person(person_id)
    assert made is not None
    body = (
        f"您的灵活就业缴存协议（编号 {reference}）已经管理部审批：{''.join(made.lines)}"
        "请在扣款日前存足款项；不是您申请的，请立即联系管理部。"
    )
    telling.tell_person(person_id, title="灵活就业缴存协议已生效", body=body, at=at)
