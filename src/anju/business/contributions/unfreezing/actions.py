"""What the approval of an unfreezing brings about, in the transaction of the case that moves."""

from datetime import datetime

from anju.business.contributions import freezes
from anju.business.contributions.freezing import actions as freezing
from anju.business.contributions.unfreezing import facts as unfreezing
from anju.cases.declaration import Asked, CaseRef

lock, reveal = freezing.lock, freezing.reveal


def finish(case: CaseRef, at: datetime) -> None:
    """End the freeze that was named, or a part of it; others go on."""
    found = unfreezing.gather(Asked(at, case.person_id, case.employer_id, case.answers))
    assert found.freeze is not None, "the rules were asked under the same lock"
    freezes.lift(
        found.freeze.id,
        doc_no=case.answers["doc_no"],
        number=case.reference,
        approved_by=case.decided_by,
        at=at,
        amount=found.amount,
    )
