"""Vouchers, lines, accounts, holds and days: post() and nothing else writes money."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anju.ledger.books import SubjectTotal, trial_balance
    from anju.ledger.calls import retrying
    from anju.ledger.days import (
        business_date,
        ensure_partitions,
        enter_day,
        flip_day,
        open_day,
    )
    from anju.ledger.holds import (
        CLOSING,
        PARTIAL,
        HoldRow,
        YearSettled,
        hold,
        hold_of_case,
        order_hold,
        place_hold,
        release_hold,
        settle_closing,
        settle_partial,
        settle_year,
    )
    from anju.ledger.members import (
        AccountRow,
        LoanRow,
        account,
        account_of_person,
        accounts,
        freeze,
        lift,
        loan_of_person,
        lock_accounts,
        open_account,
        open_loan,
        seal,
        unseal,
    )
    from anju.ledger.posting import Expect, Posted, post, return_to_suspense
    from anju.ledger.refusals import LedgerRefusal
    from anju.ledger.statements import (
        Movement,
        control_total,
        movement_sums,
        movement_totals,
        movements,
        segments,
        years_with_movements,
    )

# Where each name lives. They are loaded when first asked for: the app's own package is imported
# before Django's models may be. No module may have the name of a function: it would hide it.
_HOMES = {
    "AccountRow": "members",
    "LoanRow": "members",
    "account": "members",
    "account_of_person": "members",
    "accounts": "members",
    "freeze": "members",
    "lift": "members",
    "loan_of_person": "members",
    "lock_accounts": "members",
    "open_account": "members",
    "open_loan": "members",
    "seal": "members",
    "unseal": "members",
    "retrying": "calls",
    "business_date": "days",
    "ensure_partitions": "days",
    "enter_day": "days",
    "flip_day": "days",
    "open_day": "days",
    "CLOSING": "holds",
    "PARTIAL": "holds",
    "HoldRow": "holds",
    "YearSettled": "holds",
    "hold": "holds",
    "hold_of_case": "holds",
    "order_hold": "holds",
    "place_hold": "holds",
    "release_hold": "holds",
    "settle_closing": "holds",
    "settle_partial": "holds",
    "settle_year": "holds",
    "Expect": "posting",
    "Posted": "posting",
    "post": "posting",
    "return_to_suspense": "posting",
    "LedgerRefusal": "refusals",
    "Movement": "statements",
    "SubjectTotal": "books",
    "control_total": "statements",
    "movement_sums": "statements",
    "movement_totals": "statements",
    "movements": "statements",
    "segments": "statements",
    "trial_balance": "books",
    "years_with_movements": "statements",
}

__all__ = [
    "CLOSING",
    "PARTIAL",
    "AccountRow",
    "Expect",
    "HoldRow",
    "LedgerRefusal",
    "LoanRow",
    "Movement",
    "Posted",
    "SubjectTotal",
    "YearSettled",
    "account",
    "account_of_person",
    "accounts",
    "business_date",
    "control_total",
    "ensure_partitions",
    "enter_day",
    "flip_day",
    "freeze",
    "hold",
    "hold_of_case",
    "lift",
    "loan_of_person",
    "lock_accounts",
    "movement_sums",
    "movement_totals",
    "movements",
    "open_account",
    "open_day",
    "open_loan",
    "order_hold",
    "place_hold",
    "post",
    "release_hold",
    "retrying",
    "return_to_suspense",
    "seal",
    "segments",
    "settle_closing",
    "settle_partial",
    "settle_year",
    "trial_balance",
    "unseal",
    "years_with_movements",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
