"""What the approval of a change of registration brings about."""

from datetime import datetime

from anju.business.contributions import standing
from anju.cases.declaration import CaseRef
from anju.parties import actions as parties
from anju.store import audit, turns
from anju.store.audit import Actor
from anju.store.fields import seal


def lock(employer_id: int) -> None:
    """Names are compared across all employers, as when an account is opened."""
    turns.take_turn("contributions.opening")
    standing.lock(employer_id)


def finish(case: CaseRef, at: datetime) -> None:
    """Put name and code into the employer's row, the representative into its account."""
    assert case.decided_by is not None
    by, answers = Actor.staff(case.decided_by), case.answers
    parties.change_employer(
        case.subject_id, name=answers["name"], uscc=answers["uscc"], actor=by, at=at
    )
    if not answers["legal_representative"]:
        return
    account = standing.locked(case.subject_id)
    seal(account, "legal_representative", answers["legal_representative"])
    account.save(update_fields=["legal_representative"])
    audit.write(
        "contributions.legal_representative_changed",
        at=at,
        actor=by,
        subject=audit.Subject("employer_account", account.number),
        case_ref=case.reference,
    )
