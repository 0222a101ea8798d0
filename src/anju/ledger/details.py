"""Subjects in more detail than their codes give: by the centre's bank account, by employer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from anju.ledger.books import Subject, SubjectBalance, subjects
from anju.ledger.calls import rows
from anju.ledger.turnover import OPENING_DEBIT_CREDIT, turnover_at_banks

BANK_ACCOUNT: Final = "bank_account_id"
EMPLOYER: Final = "employer_id"
DEPOSITS: Final = ("101", "102")
"""What stands at banks: below these are the centre's bank accounts (10101)."""


def subject_of(bank_account: int) -> str:
    """101 or 102: a bank account's number says under which it stands."""
    return str(bank_account)[:3]


def bank_balances(*, since: date, until: date) -> Mapping[int, SubjectBalance]:
    """What each of the centre's bank accounts held and moved over [since, until], by its number.

    An account that never moved is left out; those of 101 together are 101, and so with 102. The
    subject of each is the one it stands under.
    """
    found = {}
    for subject in (each for each in subjects() if each.code in DEPOSITS):
        moved = turnover_at_banks(subject.code, since=since, until=until)
        for account, (opening, debit, credit) in sorted(moved.items()):
            found[account] = SubjectBalance.over(subject, opening, debit, credit)
    return found


@dataclass(frozen=True, slots=True)
class EmployerBalances:
    """Some employers' parts of a subject over a span, and all of them together.

    Attributes:
        parts: by employer, the largest closing balance first; 0 is what stands under no employer.
        count: how many employers there are, `total` the sum of all of them.
    """

    parts: tuple[tuple[int, SubjectBalance], ...]
    count: int
    total: SubjectBalance


_BY_EMPLOYER = """
    WITH part AS (
        SELECT coalesce(l.employer_id, 0) AS employer, {sums}
        FROM ledger_gl_line l
        WHERE l.subject LIKE %s AND l.accounting_date <= %s {narrowed}
        GROUP BY 1
    )
    SELECT employer, opening, debit, credit, count(*) OVER (), sum(opening) OVER (),
           sum(debit) OVER (), sum(credit) OVER ()
    FROM part ORDER BY abs(opening + debit - credit) DESC, employer OFFSET %s LIMIT %s
"""

_OF_ONE = """
    SELECT {sums} FROM ledger_gl_line l
    WHERE l.subject LIKE %s AND l.accounting_date <= %s
      AND l.employer_id IS NOT DISTINCT FROM nullif(%s, 0)
"""
_OF_THESE = "AND l.employer_id IN (SELECT unnest(%s::bigint[]))"


def employer_balances(
    subject: Subject,
    *,
    since: date,
    until: date,
    employers: Sequence[int] | None = None,
    skip: int = 0,
    limit: int,
) -> EmployerBalances:
    """A subject and those below it over [since, until] by employer; of `employers` when given.

    The parts of all employers together are the subject. Reads every line up to `until`.
    """
    # A name that many have is looked up in a table of keys, not along a list for every line.
    narrowed, which = ("", []) if employers is None else (_OF_THESE, [list(employers)])
    found = rows(
        _BY_EMPLOYER.format(sums=OPENING_DEBIT_CREDIT, narrowed=narrowed),
        [since, since, since, f"{subject.code}%", until, *which, skip, limit],
    )
    count, *sums = (found[0][4], *map(int, found[0][5:])) if found else (0, 0, 0, 0)
    return EmployerBalances(
        parts=tuple(
            (employer, SubjectBalance.over(subject, *booked))
            for employer, *booked, _, _, _, _ in found
        ),
        count=count,
        total=SubjectBalance.over(subject, *sums),
    )


def employer_balance(
    subject: Subject, *, since: date, until: date, employer: int
) -> SubjectBalance:
    """One employer's part of a subject over a span, at nothing when it never moved.

    0 is what stands under no employer.
    """
    found = rows(
        _OF_ONE.format(sums=OPENING_DEBIT_CREDIT),
        [since, since, since, f"{subject.code}%", until, employer],
    )
    return SubjectBalance.over(subject, *found[0])
