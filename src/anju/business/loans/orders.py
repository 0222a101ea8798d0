"""What loans does for others."""

from datetime import datetime

from django.db import transaction

from anju import ledger, policy
from anju.business.loans import postings
from anju.store import audit
from anju.store.audit import Actor


def take_on(person_id: int, *, loan_no: str, principal_fen: int, actor: Actor, at: datetime) -> int:
    """Take a running loan on with the principal still owed; returns the loan's id."""
    with transaction.atomic():
        on = ledger.enter_day()
        loan_id = ledger.open_loan(person_id, contract_no=loan_no, on=on, key=f"take-on:{loan_no}")
        voucher = postings.opening(
            loan_id=loan_id,
            source_id=loan_no,
            principal=principal_fen,
            bank_account_id=policy.current().payer.ledger_id,
            value_date=on,
            at=at,
        )
        ledger.post([voucher], key=loan_no, scope="loan_opening")
        audit.write(
            "loans.taken_on",
            at=at,
            actor=actor,
            subject=audit.Subject("loan", str(loan_id)),
        )
    return loan_id
