"""Yearly base adjustment (基数调整): begun for everybody, filled in, confirmed once.

New bases hold from the contribution year's first month. What was remitted since on the old ones
becomes a back payment (少缴补缴) in the same transaction; a base that sinks gives nothing back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value

from anju import ledger, policy
from anju.business.contributions.adjusting.judging import Judge
from anju.business.contributions.adjusting.rules import BEGIN_RULES, CONFIRM_RULES, BaseFacts
from anju.business.contributions.backpaying import actions as backpaying
from anju.business.contributions.models import (
    BaseAdjustment,
    BaseAdjustmentLine,
    EmployerAccount,
    Enrolment,
    Remittance,
)
from anju.business.contributions.remittance_lists import Confirmed, NotConfirmed, adjusting, unpaid
from anju.business.contributions.remitting import due_month
from anju.domain.employer_account import AccountState
from anju.domain.rules import against, evaluate
from anju.store import audit, references
from anju.store.audit import Actor
from anju.store.bulk import copy_rows, insert_from

State = BaseAdjustment.State
ALL, GOOD = "all", "good"
_COLUMNS: Final = (
    "adjustment_id", "enrolment_id", "account_id", "old_base_fen", "new_base_fen", "base_fen",
    "member_fen", "employer_fen", "problem", "note", "is_applied",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adjusted:
    """It is done: for how many people, and the number of the back payment, "" without one."""

    number: str
    people: int
    back_list: str


def effective_month(at_day: date) -> date:
    """From which month new bases hold that are given on a day."""
    return policy.contribution_terms(policy.current()).year_begins(at_day.replace(day=1))


def people(account: EmployerAccount, month: date) -> "QuerySet[Enrolment]":
    """Who is to be adjusted: contributes, and was not adjusted from this month on already."""
    done = BaseAdjustmentLine.objects.filter(
        enrolment=OuterRef("pk"), is_applied=True, adjustment__effective_month=month
    )
    began = Q(first_month__isnull=True) | Q(first_month__lt=month)
    everybody = Enrolment.objects.filter(
        began, employer_id=account.employer_id, sealed_on__isnull=True
    )
    return everybody.filter(~Exists(done))


def begin(account_id: int, *, actor: Actor, at: datetime) -> str | NotConfirmed:
    """Begin an adjustment for everybody; its number. Raises DoesNotExist."""
    with transaction.atomic():
        on = ledger.enter_day()
        account = EmployerAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        month = effective_month(on)
        facts = _facts(account, month, people=people(account, month).count())
        found = evaluate(BEGIN_RULES, facts, policy.current(), at)
        unmet = against(found)
        if unmet:
            return NotConfirmed(unmet)
        made = BaseAdjustment.objects.create(
            number=references.next("JS", on=on),
            account=account,
            effective_month=month,
            begun_at=at,
        )
        synced(made)
        _audit("begun", made, actor, at)
    return str(made.number)


def _facts(account: EmployerAccount, month: date, **more: Any) -> BaseFacts:
    return BaseFacts(
        state=AccountState(account.state),
        live=unpaid(account),
        adjusting=adjusting(account),
        effective_month=month,
        due_month=due_month(account),
        **more,
    )


def synced(draft: BaseAdjustment) -> bool:
    """Let a draft's lines be those of whoever contributes now; whether anything changed."""
    now = people(draft.account, draft.effective_month)
    gone, _ = draft.lines.exclude(enrolment__in=now).delete()
    new = now.exclude(pk__in=draft.lines.values("enrolment_id")).annotate(
        of=Value(draft.pk), nothing=Value(""), missing=Value("没有填写新的缴存基数"),
        no=Value(False),
    )  # fmt: skip
    came = insert_from(
        new.values_list("of", "pk", "account_id", "base_fen", "missing", "nothing", "no"),
        into=BaseAdjustmentLine,
        fields=(
            "adjustment", "enrolment", "account_id", "old_base_fen", "problem", "note",
            "is_applied",
        ),
    )  # fmt: skip
    return bool(gone or came)


def fill(number: str, bases: Mapping[str, int | None], *, actor: Actor, at: datetime) -> int:
    """Put new bases in fen, by account number, into a draft and judge them; how many were found.

    Raises DoesNotExist for what is no draft any more.
    """
    with transaction.atomic():
        draft = locked(number)
        synced(draft)
        lines = list(
            draft.lines.filter(enrolment__account_no__in=bases).select_related("enrolment")
        )
        judge = judge_of(draft.effective_month)
        rows = [_judged(line, bases[line.enrolment.account_no], judge) for line in lines]
        # Laid anew: thousands of rows updated one by another take their time.
        draft.lines.filter(pk__in=[line.pk for line in lines]).delete()
        copy_rows(BaseAdjustmentLine, _COLUMNS, rows)
        _audit("filled", draft, actor, at, people=len(lines))
    return len(lines)


def _judged(line: BaseAdjustmentLine, new_fen: int | None, judge: Judge) -> tuple[Any, ...]:
    """A line's columns with a new base."""
    one = line.enrolment
    found = judge.judged(
        new_fen,
        line.old_base_fen,
        member=Fraction(one.member_ratio),
        employer=Fraction(one.employer_ratio),
    )
    return (
        line.adjustment_id, one.pk, line.account_id, line.old_base_fen, new_fen, *found, False
    )  # fmt: skip


def judge_of(month: date) -> Judge:
    """How bases that hold from a month on are judged, by the policy of that month."""
    city = policy.current()
    terms = policy.contribution_terms(city)
    return Judge(
        terms.limits(month),
        terms.rounding(month),
        city.params.base_adjustment_outside_limits.on(month).value,
        city.params.base_adjustment_outlier_percent.on(month).value,
    )


def locked(number: str) -> BaseAdjustment:
    """The draft, locked after its employer's account; inside atomic(). Raises DoesNotExist."""
    drafts = BaseAdjustment.objects.filter(state=State.DRAFT)
    account = drafts.values_list("account_id", flat=True).get(number=number)
    EmployerAccount.objects.select_for_update(no_key=True).get(pk=account)
    rows = drafts.select_for_update(of=("self",), no_key=True).select_related("account")
    draft: BaseAdjustment = rows.get(number=number)
    return draft


def discard(number: str, *, actor: Actor, at: datetime) -> None:
    """Give a draft up. Raises DoesNotExist."""
    with transaction.atomic():
        draft = locked(number)
        _end(draft, State.DISCARDED, actor, at)
        _audit("discarded", draft, actor, at)


def _end(draft: BaseAdjustment, state: Any, actor: Actor, at: datetime) -> None:
    draft.state, draft.ended_at, draft.ended_by_id = state, at, actor.id
    draft.save()


def confirm(number: str, *, mode: str, actor: Actor, at: datetime) -> Adjusted | NotConfirmed:
    """Let the new bases hold: of ALL, or of the GOOD ones alone. Raises DoesNotExist."""
    with transaction.atomic():
        ledger.enter_day()
        draft = locked(number)
        is_changed = synced(draft)
        good = draft.lines.filter(problem="")
        facts = _facts(
            draft.account, draft.effective_month, people=draft.lines.count(),
            wrong=draft.lines.exclude(problem="").count(), good=good.count(),
            only_good=mode == GOOD, is_changed=is_changed,
            reading=draft.files.filter(state="reading").exists(),
        )  # fmt: skip
        found = evaluate(CONFIRM_RULES, facts, policy.current(), at)
        unmet = against(found)
        if unmet:
            return NotConfirmed(unmet)
        applied = good.update(is_applied=True)
        _apply(draft)
        draft.back_list = _back_payment(draft, actor=actor, at=at)
        _end(draft, State.DONE, actor, at)
        _audit("confirmed", draft, actor, at, people=applied, mode=mode)
    back = "" if draft.back_list is None else str(draft.back_list.number)
    return Adjusted(number, applied, back)


def _apply(draft: BaseAdjustment) -> None:
    """Everybody whose line is applied contributes on it from now on, set-based."""
    line = BaseAdjustmentLine.objects.filter(
        adjustment=draft, enrolment=OuterRef("pk"), is_applied=True
    )
    adjusted = draft.lines.filter(is_applied=True).values("enrolment_id")
    Enrolment.objects.filter(pk__in=adjusted).update(
        base_fen=Subquery(line.values("base_fen")),
        member_month_fen=Subquery(line.values("member_fen")),
        employer_month_fen=Subquery(line.values("employer_fen")),
        amounts_from=draft.effective_month,
    )


def _back_payment(draft: BaseAdjustment, *, actor: Actor, at: datetime) -> Remittance | None:
    """The list of what months that were remitted on the old bases lack; None where nothing does."""
    account, first = draft.account, max(draft.effective_month, draft.account.first_month)
    if account.paid_through is None or account.paid_through < first:
        return None
    asked = backpaying.Asked(
        reason="short",
        from_month=first,
        month=account.paid_through,
        member_ratio=account.member_ratio,
        employer_ratio=account.employer_ratio,
        bases=None,
        own_ratios=True,
    )
    found = backpaying.reckon(account.pk, asked, at=at)
    if found.unmet:
        return None
    answer = backpaying.confirm(
        account.pk,
        asked,
        seen_headcount=found.headcount,
        seen_total_fen=found.total_fen,
        key=f"adjustment-{draft.pk}",
        actor=actor,
        at=at,
    )
    assert isinstance(answer, Confirmed)
    made: Remittance = Remittance.objects.get(number=answer.number)
    return made


def _audit(what: str, draft: BaseAdjustment, actor: Actor, at: datetime, **details: Any) -> None:
    audit.write(
        f"contributions.adjustment_{what}",
        at=at,
        actor=actor,
        subject=audit.Subject("adjustment", draft.number),
        details={"from": f"{draft.effective_month:%Y-%m}", **details},
    )
