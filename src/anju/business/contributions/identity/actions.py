"""What the approval of a change brings about, in the transaction of the case that moves."""

from datetime import datetime

from anju.cases.declaration import CaseRef
from anju.parties import identities
from anju.store.audit import Actor


def finish(case: CaseRef, at: datetime) -> None:
    """Put the new data in place of the old, which are kept."""
    by = case.decided_by
    identities.change_identity(
        case.member_id,
        name=case.answers["name"],
        id_number=case.answers["id_number"],
        phone=case.answers["phone"],
        case_ref=case.reference,
        actor=Actor.staff(by) if by is not None else Actor.system(),
        at=at,
    )
