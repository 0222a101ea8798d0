"""Whose case it is: asked before anything else."""

from anju.cases.models import Case
from anju.cases.records import NotYours
from anju.parties import facts as parties
from anju.store.audit import Actor


def own_case(reference: str, person_id: int) -> Case:
    """The applicant's own case.

    Raises:
        NotYours: there is none of this person's.
    """
    case = Case.objects.filter(reference=reference, person_id=person_id).first()
    if case is None:
        raise NotYours(reference)
    return case


def applicant(case: Case) -> Actor:
    """The applicant as an actor: the member's login."""
    return Actor.member(applicant_user(case))


def applicant_user(case: Case) -> int:
    """The key of the applicant's login.

    Raises:
        NotYours: the person has none, so nobody can have acted as them.
    """
    user = parties.member_user_of(case.person_id)
    if user is None:
        raise NotYours(case.reference)
    return user.user_id
