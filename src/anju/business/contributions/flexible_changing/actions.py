"""What the approval of a change brings about: other terms, or the end and the seal."""

from datetime import datetime

from anju.business.contributions.flexible import agreements
from anju.business.contributions.flexible_changing import facts
from anju.business.contributions.stopping import actions as stopping
from anju.cases.declaration import CaseRef
from anju.cases.showing import branch_name

lock, reveal = stopping.lock, stopping.reveal


def finish(case: CaseRef, at: datetime) -> None:
    """End the agreement; for a change another begins."""
    assert case.decided_by is not None
    found = agreements.of_person(case.member_id)
    # The rules held under the same lock a moment ago.
    assert found is not None
    if case.answers["deed"] == facts.END:
        agreements.end(
            case.member_id, approved_by=branch_name(case.branch_code), by=case.decided_by, at=at
        )
        return
    terms = facts.changed_terms(found, case.answers, at)
    agreements.change(case.member_id, terms, number=case.reference, by=case.decided_by, at=at)
