"""Subjects in more detail than their codes give: by the centre's bank account, by employer."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from anju.ledger.books import SubjectBalance, subjects
from anju.ledger.turnover import turnover_at_banks

BANK_ACCOUNT: Final = "bank_account_id"
EMPLOYER: Final = "employer_id"
_DEPOSITS = ("101", "102")


def subject_of(bank_account: int) -> str:
    """101 or 102: a bank account's number says under which it stands."""
    return str(bank_account)[:3]


def bank_balances(*, since: date, until: date) -> Mapping[int, SubjectBalance]:
    """What each of the centre's bank accounts held and moved over [since, until], by its number.

    An account that never moved is left out; those of 101 together are 101, and so with 102. The
    subject of each is the one it stands under.
    """
    found = {}
    for subject in (each for each in subjects() if each.code in _DEPOSITS):
        moved = turnover_at_banks(subject.code, since=since, until=until)
        for account, (opening, debit, credit) in sorted(moved.items()):
            found[account] = SubjectBalance(
                subject=subject,
                opening=subject.own_side(opening),
                debit=debit,
                credit=credit,
                closing=subject.own_side(opening + debit - credit),
            )
    return found
