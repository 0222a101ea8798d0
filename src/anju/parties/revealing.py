"""Which plain value of a person may be asked for, by the name halls use for it."""

from datetime import datetime

from anju.parties.models import BankCard, Person
from anju.store import audit
from anju.store.reveal import reveal


def reveal_for_case(
    person_id: int,
    field: str,
    *,
    reason: str,
    actor: audit.Actor,
    case_ref: str,
    at: datetime,
) -> str:
    """The plain ID number, phone or card number of a person, with its audit row.

    The caller has checked that the actor may see it for this case.

    Raises:
        KeyError: no such field.
        BankCard.DoesNotExist: the person has no bound card.
        anju.store.reveal.TooManyReveals: the hour's reveals are used up.
    """
    subject = audit.Subject("person", str(person_id))
    if field == "card_number":
        card = BankCard.objects.get(person_id=person_id, state="bound")
        return reveal(
            card, "number", reason=reason, actor=actor, subject=subject, case_ref=case_ref, at=at
        )
    column = {"id_number": "id_number", "phone": "phone"}[field]
    person = Person.objects.get(pk=person_id)
    return reveal(
        person, column, reason=reason, actor=actor, subject=subject, case_ref=case_ref, at=at
    )
