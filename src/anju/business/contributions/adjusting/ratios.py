"""Ratio change (比例调整): from the next month due on, for everybody of the employer at once."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Count, F, Func, Sum, Value
from django.db.models.expressions import Combinable

from anju import ledger, policy
from anju.business.contributions.adjusting.rules import RATIO_RULES, RatioFacts
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Lowering,
    RatioChange,
)
from anju.business.contributions.remittance_lists import NotConfirmed, adjusting, unpaid
from anju.business.contributions.remitting import due_month
from anju.domain.calendar import add_months
from anju.domain.contribution_terms import Rounding
from anju.domain.employer_account import AccountState
from anju.domain.rules import against, evaluate
from anju.store import audit, references
from anju.store.audit import Actor


@dataclass(frozen=True, slots=True)
class Changed:
    """It is done: for how many people, and what a month comes to before and after, in fen."""

    number: str
    headcount: int
    before_fen: int
    after_fen: int


def change(
    account_id: int,
    *,
    member_ratio: Decimal,
    employer_ratio: Decimal,
    key: str,
    actor: Actor,
    at: datetime,
) -> Changed | NotConfirmed:
    """Change an employer's ratios from the month whose turn it is.

    `key` names this one act (at most 32 characters): again, it answers with what it did. Raises
    DoesNotExist.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        account = EmployerAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        again = RatioChange.objects.filter(account=account, request_key=key).first()
        if again is not None:
            return Changed(again.number, again.headcount, again.before_fen, again.after_fen)
        facts = _facts(account, member_ratio, employer_ratio)
        found = evaluate(RATIO_RULES, facts, policy.current(), at)
        unmet = against(found)
        if unmet:
            return NotConfirmed(unmet)
        made = apply(account, member_ratio, employer_ratio, key=key, by=actor, on=on, at=at)
        # Who chooses by himself does not return to what he had before.
        running = Lowering.objects.filter(account=account, state=Lowering.State.RUNNING)
        running.update(state=Lowering.State.ENDED, ended_at=at)
    return Changed(made.number, made.headcount, made.before_fen, made.after_fen)


def apply(
    account: EmployerAccount,
    member_ratio: Decimal,
    employer_ratio: Decimal,
    *,
    key: str,
    by: Actor,
    on: date,
    at: datetime,
    lowering: Lowering | None = None,
) -> RatioChange:
    """Let other ratios hold for everybody of an employer from the month due, with its account
    locked. Inside atomic(); whether they may is the caller's to know.
    """
    headcount, before = _month(account)
    made = RatioChange(
        number=references.next("BL", on=on), account=account, effective_month=due_month(account),
        old_member_ratio=account.member_ratio, old_employer_ratio=account.employer_ratio,
        member_ratio=member_ratio, employer_ratio=employer_ratio, headcount=headcount,
        before_fen=before, confirmed_at=at, confirmed_by_id=by.id, request_key=key,
        lowering=lowering,
    )  # fmt: skip
    account.member_ratio, account.employer_ratio = member_ratio, employer_ratio
    account.save(update_fields=["member_ratio", "employer_ratio"])
    _recompute(account, made)
    made.after_fen = _month(account)[1]
    made.save()
    audit.write(
        "contributions.ratio_changed",
        at=at,
        actor=by,
        subject=audit.Subject("employer_account", account.number),
        details={
            "from": f"{made.effective_month:%Y-%m}",
            "member": str(member_ratio),
            "employer": str(employer_ratio),
            "people": headcount,
        },
    )
    return made


def _facts(account: EmployerAccount, member: Decimal, employer: Decimal) -> RatioFacts:
    month = due_month(account)
    first = policy.contribution_terms(policy.current()).year_begins(month)
    before = RatioChange.objects.filter(
        account=account, effective_month__gte=first, effective_month__lt=add_months(first, 12),
        lowering=None,
    )  # fmt: skip
    return RatioFacts(
        state=AccountState(account.state),
        live=unpaid(account),
        adjusting=adjusting(account),
        effective_month=month,
        due_month=month,
        member_ratio=Fraction(member),
        employer_ratio=Fraction(employer),
        old_member_ratio=Fraction(account.member_ratio),
        old_employer_ratio=Fraction(account.employer_ratio),
        changed_before=before.count(),
    )


def _month(account: EmployerAccount) -> tuple[int, int]:
    """How many contribute, and what a month of theirs comes to in fen."""
    people = Enrolment.objects.filter(employer_id=account.employer_id, sealed_on__isnull=True)
    sums = people.aggregate(
        headcount=Count("pk"), fen=Sum(F("member_month_fen") + F("employer_month_fen"))
    )
    return sums["headcount"], sums["fen"] or 0


def _recompute(account: EmployerAccount, made: RatioChange) -> None:
    """Everybody's month by the new ratios and the rounding of the month they begin with; who is
    sealed too, for when he goes on."""
    rounding = policy.contribution_terms(policy.current()).rounding(made.effective_month)
    Enrolment.objects.filter(employer_id=account.employer_id).update(
        member_ratio=made.member_ratio,
        employer_ratio=made.employer_ratio,
        member_month_fen=part_of("base_fen", made.member_ratio, rounding=rounding),
        employer_month_fen=part_of("base_fen", made.employer_ratio, rounding=rounding),
        amounts_from=made.effective_month,
    )


def part_of(base: str, ratio: Decimal, *, rounding: Rounding) -> Combinable:
    """`domain.contribution.part` inside the database, of a column that is not below nought."""
    return Func(
        F(base),
        Value(ratio),
        Value(rounding.unit_fen),
        Value(rounding.mode),
        function="contributions_part",
    )
