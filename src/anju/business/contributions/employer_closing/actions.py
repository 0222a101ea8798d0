"""What the approval of a closing brings about: the account ends, and so do the appointments."""

from datetime import datetime

from anju import ledger
from anju.business.contributions import standing
from anju.business.contributions.models import CollectionAgreement, Lowering
from anju.cases.declaration import CaseRef
from anju.domain.employer_account import AccountEvent, AccountState, decide
from anju.parties import appointments
from anju.store import audit
from anju.store.audit import Actor


def finish(case: CaseRef, at: datetime) -> None:
    """Close the account for ever; whoever acted for the employer acts for it no more."""
    assert case.decided_by is not None
    on = ledger.business_date()
    by, account = Actor.staff(case.decided_by), standing.locked(case.subject_id)
    # What would change the account later, or be asked of its bank, ends first.
    lowered = Lowering.objects.filter(account=account, state=Lowering.State.RUNNING)
    lowered.update(state=Lowering.State.ENDED, ended_at=at)
    CollectionAgreement.objects.filter(account=account, ended_on=None).update(ended_on=on)
    account.state = decide(AccountState(account.state), AccountEvent.CLOSED)
    account.closed_on, account.closing_reason = on, case.answers["reason"]
    account.save(update_fields=["state", "closed_on", "closing_reason"])
    appointments.end_all(case.subject_id, by=case.decided_by, at=at)
    audit.write(
        "contributions.employer_account_closed",
        at=at,
        actor=by,
        subject=audit.Subject("employer_account", account.number),
        details={"reason": account.closing_reason},
    )
