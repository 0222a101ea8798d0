"""What the approval of a merge brings about, in the transaction of the case that moves."""

from datetime import datetime

from anju import ledger
from anju.business.contributions.models import Enrolment
from anju.business.contributions.stopping import actions as stopping
from anju.cases.declaration import CaseRef
from anju.parties import actions as parties
from anju.parties import facts as people
from anju.store import audit
from anju.store.audit import Actor

lock, reveal = stopping.lock, stopping.reveal


def finish(case: CaseRef, at: datetime) -> None:
    """Put the other account's money onto this one; who signed in by the other one does no more."""
    by = case.decided_by
    actor = Actor.staff(by) if by is not None else Actor.system()
    other = Enrolment.objects.get(account_no=case.answers["other_account_no"])
    for each in ledger.lock_accounts([other.account_id, case.subject_id]):
        if each.restate_from is not None:
            ledger.restate(each.id, occurred_at=at)
    posted = ledger.merge_accounts(
        other.account_id,
        case.subject_id,
        key=case.reference,
        maker=case.reference,
        checker=people.staff_ref(by) if by is not None else "system",
        occurred_at=at,
    )
    login = people.member_user_of(other.person_id)
    if login is not None and login.is_active:
        parties.disable_user(login.user_id, reason="merged", actor=actor, at=at)
    audit.write(
        "contributions.accounts_merged",
        at=at,
        actor=actor,
        subject=audit.Subject("account", str(case.subject_id)),
        details={
            "source": other.account_no,
            "case": case.reference,
            "vouchers": list(posted.voucher_ids),
        },
    )
