"""What other areas may know of what a member owes the fund."""

from dataclasses import dataclass

from anju import ledger


@dataclass(frozen=True)
class LoanFacts:
    """An outstanding fund loan; principal in fen."""

    loan_id: int
    principal_fen: int


def outstanding_loan(person_id: int) -> LoanFacts | None:
    """The loan the member still owes principal on, if any."""
    loan = ledger.loan_of_person(person_id)
    if loan is None:
        return None
    return LoanFacts(loan.id, loan.balance)
