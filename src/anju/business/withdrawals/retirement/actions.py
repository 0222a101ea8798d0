"""The writes of a retirement withdrawal, each inside the transaction of the case that moves."""

from datetime import datetime

from anju import ledger, policy
from anju.business.contributions import facts as contributions
from anju.business.treasury import orders as treasury
from anju.business.treasury.facts import paid_from
from anju.business.withdrawals import closing
from anju.business.withdrawals.retirement import postings
from anju.business.withdrawals.retirement.facts import RetirementFacts
from anju.cases.declaration import CaseRef
from anju.cases.records import Quote
from anju.parties import revealing
from anju.store.audit import Actor


def lock(account_id: int) -> None:
    """Lock the account before anything is read that a decision rests on."""
    ledger.lock_accounts([account_id])


def hold(case: CaseRef, facts: RetirementFacts) -> int:
    """Set the whole balance aside."""
    assert facts.account is not None
    return closing.hold(case, ledger.account(facts.account.id))


def order(case: CaseRef, facts: RetirementFacts, at: datetime) -> tuple[str, Quote]:
    """Fix the amount and write the payment order; the bank is called after the commit."""
    order_no = treasury.next_order_no(at)
    quote = closing.fix(case, order_no, policy.current(), at)
    treasury.write_order(
        order_no,
        case_reference=case.reference,
        person_id=case.member_id,
        principal_fen=quote.principal_fen,
        interest_fen=quote.interest_fen,
        value_date=quote.until,
        summary="住房公积金退休提取",
        at=at,
    )
    return order_no, quote


def release(case: CaseRef, at: datetime) -> None:
    """Give the held balance back to the account."""
    assert case.hold_id is not None
    ledger.release_hold(case.hold_id)


def finish(case: CaseRef, at: datetime) -> None:
    """Post the payout and close the account."""
    assert case.hold_id is not None
    order_no = case.order_no
    if order_no is None:
        # Nothing to pay: the amount is fixed all the same, and the bank is not called.
        order_no = treasury.next_order_no(at)
        closing.fix(case, order_no, policy.current(), at)
    account = ledger.account(case.subject_id)
    held = ledger.hold(case.hold_id)
    assert held is not None
    assert held.interest_until is not None
    enrolment = contributions.enrolment(case.member_id)
    assert enrolment is not None
    vouchers = []
    if held.amount:
        voucher = postings.payout(
            account_id=account.id,
            employer_id=enrolment.employer_id,
            reference=case.reference,
            principal=held.amount,
            interest=held.interest or 0,
            interest_until=held.interest_until,
            bank_account_id=paid_from(order_no),
            at=at,
        )
        vouchers.append(voucher)
    ledger.settle_closing(case.hold_id, vouchers, key=order_no)


def book_return(case: CaseRef, at: datetime) -> None:
    """Money that came back waits in suspense under the order's number."""
    assert case.hold_id is not None
    assert case.order_no is not None
    held = ledger.hold(case.hold_id)
    assert held is not None
    treasury.book_return(
        case.order_no,
        amount=held.amount + (held.interest or 0),
        account_id=case.subject_id,
        at=at,
    )


def reveal(case: CaseRef, field: str, reason: str, actor: Actor, at: datetime) -> str:
    """One plain value of the applicant, with the audit row that says who asked and why."""
    return revealing.reveal_for_case(
        case.member_id, field, reason=reason, actor=actor, case_ref=case.reference, at=at
    )
