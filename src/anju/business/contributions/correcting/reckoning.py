"""What is given back of months that were paid wrongly: pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

Sums = tuple[int, int]
"""Member's and employer's part in fen."""


class Back(NamedTuple):
    """What is given back of one month; fen."""

    month: date
    member_fen: int
    employer_fen: int

    @property
    def fen(self) -> int:
        """Both parts together."""
        return self.member_fen + self.employer_fen


def given_back(paid: Mapping[date, Sums], right: Callable[[date], Sums] | None) -> tuple[Back, ...]:
    """What each month was paid too much, in order; months that were not are left out.

    `right` says what a month should have been paid; None gives back the months as a whole.
    """
    found = []
    for month in sorted(paid):
        member, employer = paid[month]
        due_member, due_employer = (0, 0) if right is None else right(month)
        back = Back(month, max(0, member - due_member), max(0, employer - due_employer))
        if back.fen:
            found.append(back)
    return tuple(found)
