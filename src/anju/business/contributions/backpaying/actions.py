"""A back payment is reckoned from what is asked, and confirmed as a list as it was seen.

Its money goes the way of every list (`remitting`): the number in the transfer's remark, or from
what waits for the employer; then one batch. It does not move the employer's paid-through month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions import deferrals, paid_months
from anju.business.contributions.backpaying.reckoning import (
    Line,
    Paid,
    Person,
    Reckoner,
)
from anju.business.contributions.backpaying.rules import MONTH_RULES, RULES, BackFacts
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.remittance_lists import (
    Confirmed,
    Draft,
    NotConfirmed,
    locked_account,
    unpaid,
    written,
)
from anju.domain.calendar import months_of
from anju.domain.employer_account import AccountState
from anju.domain.rules import Finding, against, all_met, evaluate
from anju.store.audit import Actor
from anju.store.bulk import copy_rows

_COLUMNS = (
    "remittance_id", "account_id", "month", "enrolment_id", "base_fen", "member_fen",
    "employer_fen", "paid_before",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an employer asks for.

    `bases` are the bases in fen by account number, of those who are chosen; None asks for
    everybody who contributes and has something open in these months, on his own base. With
    `own_ratios` everybody is reckoned by his own.
    """

    reason: str
    from_month: date
    month: date
    member_ratio: Decimal
    employer_ratio: Decimal
    bases: Mapping[str, int] | None
    own_ratios: bool = False


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What it comes to: lines by person and month, and what is wrong.

    `problems` are by account number; `unmet` are findings about the whole of it.
    """

    lines: Sequence[Line]
    problems: Mapping[str, str]
    unmet: tuple[Finding, ...]
    headcount: int
    member_fen: int
    employer_fen: int

    @property
    def total_fen(self) -> int:
        """Both parts together."""
        return self.member_fen + self.employer_fen


def reckon(account_id: int, asked: Asked, *, at: datetime) -> Reckoned:
    """What a back payment comes to now; nothing is written. Raises DoesNotExist."""
    return _reckoned(EmployerAccount.objects.get(pk=account_id), asked, None, at)


def confirm(
    account_id: int,
    asked: Asked,
    *,
    seen_headcount: int,
    seen_total_fen: int,
    key: str,
    actor: Actor,
    at: datetime,
) -> Confirmed | NotConfirmed:
    """Confirm a back payment as it was seen, and give its notice.

    `key` names this one act (at most 32 characters): the same key again answers with the list it
    made. Raises DoesNotExist.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        account, again = locked_account(account_id, key=key)
        if again is not None:
            return again
        found = _reckoned(account, asked, (seen_headcount, seen_total_fen), at)
        if found.unmet:
            return NotConfirmed(found.unmet)
        draft = Draft(
            kind="back",
            reason=asked.reason,
            from_month=min(line.month for line in found.lines),
            month=max(line.month for line in found.lines),
            headcount=found.headcount,
            member_fen=found.member_fen,
            employer_fen=found.employer_fen,
            due_on=on,
        )

        def lay(made: Remittance) -> int:
            before = _paid_before(found.lines)
            copy_rows(RemittanceLine, _COLUMNS, (
                (made.pk, line.account_id, line.month, line.enrolment_id, line.base_fen,
                 line.member_fen, line.employer_fen, before[line.enrolment_id])
                for line in found.lines
            ))  # fmt: skip
            return len(found.lines)

        number = written(account, draft, lines=lay, key=key, on=on, actor=actor, at=at)
        return Confirmed(number, found.total_fen, on)


def _paid_before(lines: Sequence[Line]) -> dict[int, date | None]:
    """The month through which each enrolment is paid now."""
    people = Enrolment.objects.filter(pk__in={line.enrolment_id for line in lines})
    return dict(people.values_list("pk", "paid_through"))


def _reckoned(
    account: EmployerAccount, asked: Asked, seen: tuple[int, int] | None, at: datetime
) -> Reckoned:
    city = policy.current()
    facts = _facts(account, asked)
    lines: list[Line] = []
    problems: dict[str, str] = {}
    if all_met(evaluate(MONTH_RULES, facts, city, at)):
        lines, problems = _lines(account, asked)
    sums = (
        len({line.account_id for line in lines}),
        sum(line.member_fen for line in lines),
        sum(line.employer_fen for line in lines),
    )
    now = (sums[0], sums[1] + sums[2])
    facts = _facts(account, asked, wrong=len(problems), now=now, seen=seen or now)
    unmet = against(evaluate(RULES, facts, city, at))
    return Reckoned(lines, problems, unmet, *sums)


def _facts(
    account: EmployerAccount,
    asked: Asked,
    *,
    wrong: int = 0,
    now: tuple[int, int] = (0, 0),
    seen: tuple[int, int] = (0, 0),
) -> BackFacts:
    return BackFacts(
        state=AccountState(account.state),
        reason=asked.reason,
        first_month=account.first_month,
        paid_through=account.paid_through,
        from_month=asked.from_month,
        month=asked.month,
        member_ratio=Fraction(asked.member_ratio),
        employer_ratio=Fraction(asked.employer_ratio),
        deferred=deferrals.spans(account.pk),
        live=unpaid(account),
        wrong=wrong,
        headcount=now[0],
        total_fen=now[1],
        seen_headcount=seen[0],
        seen_total_fen=seen[1],
    )


def _lines(account: EmployerAccount, asked: Asked) -> tuple[list[Line], dict[str, str]]:
    """The lines of whoever is asked for, and what is wrong, by account number."""
    terms = policy.contribution_terms(policy.current())

    @cache
    def reckoner(member: Decimal, employer: Decimal) -> Reckoner:
        return Reckoner(asked.reason, Fraction(member), Fraction(employer), terms)

    people = Enrolment.objects.filter(employer_id=account.employer_id).order_by("account_no")
    if asked.bases is None:
        people = people.filter(sealed_on__isnull=True)
    else:
        people = people.filter(account_no__in=asked.bases)
    chosen = list(people)
    paid = paid_months.paid(chosen, first=asked.from_month, last=asked.month, terms=terms)
    problems = {} if asked.bases is None else _unpayable(chosen, asked.bases)
    lines: list[Line] = []
    for each in chosen:
        if each.account_no in problems:
            continue
        ratios = each if asked.own_ratios else asked
        by = reckoner(ratios.member_ratio, ratios.employer_ratio)
        own, problem = _of_person(by, each, asked, paid)
        lines += own
        if problem and asked.bases is not None:
            problems[each.account_no] = problem
    return lines, problems


def _of_person(
    reckoner: Reckoner,
    each: Enrolment,
    asked: Asked,
    paid: Mapping[tuple[int, date], tuple[int, int]],
) -> tuple[list[Line], str]:
    """A person's lines, and what stands against the first month that cannot be paid."""
    base = each.base_fen if asked.bases is None else asked.bases[each.account_no]
    person = Person(each.account_id, each.pk, base, each.first_month, each.sealed_on)
    lines, problem = [], ""
    for month in months_of(asked.from_month, asked.month):
        made = reckoner.line(person, month, Paid(*paid.get((each.account_id, month), (0, 0))))
        if isinstance(made, Line):
            lines.append(made)
        else:
            problem = problem or made
    return lines, problem


def _unpayable(chosen: Sequence[Enrolment], bases: Mapping[str, int]) -> dict[str, str]:
    """Whoever is not the employer's, has no account that takes money, or has no base."""
    states = {row.id: row.state for row in ledger.accounts([each.account_id for each in chosen])}
    problems = dict.fromkeys(bases, "本单位没有这个个人账号")
    for each in chosen:
        if states[each.account_id] in ("closing", "closed"):
            problems[each.account_no] = "账户已销户或正在销户，不能补缴"
        elif bases[each.account_no] <= 0:
            problems[each.account_no] = "请填写缴存基数，应大于 0"
        else:
            del problems[each.account_no]
    return problems
