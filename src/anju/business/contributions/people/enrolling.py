"""个人开户: one person is enrolled by exactly the rules of a roster, which has one row here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.people.answers import PeopleBroken
from anju.business.contributions.rosters import reading, rules, standing, writing
from anju.business.contributions.rosters.actions import type_in
from anju.business.contributions.rosters.facts import RosterLine, line_of
from anju.business.contributions.rosters.rows import Row
from anju.domain.employer_account import REMITS
from anju.store import audit, references
from anju.store.audit import Actor

KIND: Final = "KH"
_NUMBER: Final = 1
"""A roster's row has a number; this one has no file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The person as checked, and what a month would come to in fen; `number` once it is written."""

    line: RosterLine
    employer_fen: int
    member_fen: int
    number: str = ""

    @property
    def seen(self) -> str:
        """What somebody agrees to who has seen this."""
        return f"{self.line.way}:{self.line.applied_fen}:{self.employer_fen}:{self.member_fen}"


def check(employer_id: int, values: Mapping[str, str], *, at: datetime) -> Outcome:
    """What enrolling would do, or what stands against it; `values` are texts as typed, by the
    columns of a roster. Nothing is written. Raises PeopleBroken."""
    account = _account(employer_id)
    row, _ = _checked(account, values, at)
    return _outcome(account, row)


def enrol(
    employer_id: int, values: Mapping[str, str], *, seen: str, actor: Actor, at: datetime
) -> Outcome:
    """Enrol one person as it was shown (`Outcome.seen`); else nothing is written.

    Raises PeopleBroken; LedgerRefusal (day_sealed) when the day is being closed.
    """

    def once() -> Outcome:
        with transaction.atomic():
            on = ledger.enter_day()
            account = _account(employer_id, lock=True)
            row, known = _checked(account, values, at)
            outcome = _outcome(account, row)
            if outcome.line.problems or outcome.seen != seen:
                return outcome
            number = references.next(KIND, on=on)
            into = writing.Into(account, number, actor.ref)
            writing.take_on(into, [row], known, on=on, at=at)
            audit.write(
                "contributions.enrolled",
                at=at,
                actor=actor,
                subject=audit.Subject("enrolment", number),
                details={"employer": employer_id, "way": row.way},
            )
            return Outcome(outcome.line, outcome.employer_fen, outcome.member_fen, number)

    return writing.again_when_raced(once)


def _account(employer_id: int, *, lock: bool = False) -> EmployerAccount:
    rows = EmployerAccount.objects.filter(employer_id=employer_id, state__in=REMITS)
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise PeopleBroken("本单位没有可用的单位账户（未开户、已封存或已销户），不能登记人员")
    account: EmployerAccount = found
    return account


def _checked(
    account: EmployerAccount, values: Mapping[str, str], at: datetime
) -> tuple[Row, writing.Standing]:
    on = localdate(at)
    row = Row(_NUMBER, "", "", "", None, "")
    type_in(row, values, reading.limits(on).chars_max)
    rules.check([row], reading.frame(account, on))
    return row, standing.check([row], employer_id=account.employer_id)


def _outcome(account: EmployerAccount, row: Row) -> Outcome:
    base, month = row.applied_fen or 0, ledger.business_date().replace(day=1)
    return Outcome(
        line_of(row),
        orders.month_amount(base, account.employer_ratio, month=month),
        orders.month_amount(base, account.member_ratio, month=month),
    )
