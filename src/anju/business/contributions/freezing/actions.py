"""What the approval of a freeze brings about, in the transaction of the case that moves."""

from datetime import date, datetime

from anju import ledger
from anju.business.contributions import freezes
from anju.business.contributions.stopping import actions as stopping
from anju.cases.declaration import CaseRef

reveal = stopping.reveal


def lock(account_id: int) -> None:
    """Lock the account: nothing is taken out meanwhile."""
    ledger.lock_accounts([account_id])


def finish(case: CaseRef, at: datetime) -> None:
    """Freeze what the paper says, from today on."""
    answers = case.answers
    freezes.place(
        case.subject_id,
        authority=answers["authority"],
        doc_no=answers["doc_no"],
        amount=int(answers["amount"]) if answers["scope"] == "part" else None,
        until=date.fromisoformat(answers["until"]) if answers["until"] else None,
        number=case.reference,
        approved_by=case.decided_by,
        at=at,
    )
