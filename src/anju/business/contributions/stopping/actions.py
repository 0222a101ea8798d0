"""What the approval of a stop brings about, in the transaction of the case that moves."""

from datetime import datetime

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.models import EmployerAccount, Enrolment
from anju.cases.declaration import CaseRef
from anju.cases.showing import branch_name
from anju.parties import revealing
from anju.store.audit import Actor


def lock(account_id: int) -> None:
    """Lock the employer's account, then the member's: no list is confirmed meanwhile."""
    employers = Enrolment.objects.filter(account_id=account_id).values("employer_id")
    rows = EmployerAccount.objects.select_for_update(no_key=True)
    list(rows.filter(employer_id__in=employers).order_by("pk").values_list("pk"))
    ledger.lock_accounts([account_id])


def finish(case: CaseRef, at: datetime) -> None:
    """Seal the account, and leave the mark with its reason, its day and who approved it."""
    on = ledger.business_date()
    by = case.decided_by
    orders.seal(
        case.subject_id,
        reason=case.answers["reason"],
        on=on,
        approved_on=on,
        approved_by=branch_name(case.branch_code),
        actor=Actor.staff(by) if by is not None else Actor.system(),
        at=at,
    )


def reveal(case: CaseRef, field: str, reason: str, actor: Actor, at: datetime) -> str:
    """One plain value of the member, with the audit row that says who asked and why."""
    return revealing.reveal_for_case(
        case.member_id, field, reason=reason, actor=actor, case_ref=case.reference, at=at
    )
