"""What the approval of a refund brings about, in the transaction of the case that moves."""

from datetime import datetime

from anju import ledger
from anju.business.treasury import orders as treasury
from anju.cases.declaration import CaseRef
from anju.store import audit
from anju.store.audit import Actor


def finish(case: CaseRef, at: datetime) -> None:
    """Set the money aside and write the order; the bank is called after the commit."""
    assert case.employer_id is not None
    assert case.decided_by is not None
    ledger.enter_day()
    order_no = treasury.refund_employer(
        reference=case.reference,
        employer_id=case.employer_id,
        receipt=case.answers["receipt"],
        amount_fen=int(case.answers["amount"]),
        bank_code=case.answers["bank"],
        approved_by=case.decided_by,
        value_date=ledger.business_date(),
        at=at,
    )
    audit.write(
        "contributions.refund_ordered",
        at=at,
        actor=Actor.staff(case.decided_by),
        subject=audit.Subject("employer", str(case.employer_id)),
        details={"case": case.reference, "order": order_no},
    )
