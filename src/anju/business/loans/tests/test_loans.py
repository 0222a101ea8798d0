"""What a member owes the fund, as other areas see it."""

from __future__ import annotations

from anju import ledger
from anju.business.loans import facts
from anju.business.withdrawals.retirement.tests import cast
from anju.store.models import AuditRow


def test_an_outstanding_loan_is_seen_with_its_principal(db):
    cast.open_books()
    who = cast.member(loan_fen=18_000_001)
    loan = facts.outstanding_loan(who.person_id)
    assert loan.principal_fen == 18_000_001
    assert ledger.control_total("12101") == 18_000_001
    assert ledger.control_total("") == 0
    assert AuditRow.objects.filter(action="loans.taken_on").count() == 1


def test_who_owes_nothing_has_no_loan(db):
    cast.open_books()
    assert facts.outstanding_loan(cast.member().person_id) is None
