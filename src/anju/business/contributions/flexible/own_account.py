"""灵活就业人员专户: under which somebody without an employer pays for himself, and nobody else.

Each has one of his own, all of one name: money that came and is nobody's yet is kept by who sent
it, so that what was fetched from one card can never pay another's months.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final

from anju import ledger
from anju.business.contributions.models import EmployerAccount
from anju.domain.employer_account import AccountState
from anju.parties import actions as parties
from anju.store import references
from anju.store.audit import Actor

NAME: Final = "灵活就业人员专户"
KIND: Final = "DW"


def open_own(
    number: str, *, branch_code: str, bank_code: str, actor: Actor, at: datetime
) -> EmployerAccount:
    """An account for whoever signs agreement `number`; its code is that number, no USCC."""
    on = ledger.business_date()
    payer = parties.register_own_payer(
        name=NAME, code=number, branch_code=branch_code, actor=actor, at=at
    )
    return EmployerAccount.objects.create(
        number=references.next(KIND, on=on),
        employer=payer,
        state=AccountState.OPENED,
        # Nobody pays by them: each agreement has a ratio of its own.
        member_ratio=Decimal("0.05"),
        employer_ratio=Decimal("0.05"),
        payday=1,
        first_month=on.replace(day=1),
        bank_code=bank_code,
        bank_branch_code="",
        opened_on=on,
        opened_at=at,
        opening_key=number,
        is_own=True,
    )


def own_of(employer_id: int) -> EmployerAccount | None:
    """The account of this payer, where it is one of somebody who pays for himself."""
    return EmployerAccount.objects.filter(employer_id=employer_id, is_own=True).first()
