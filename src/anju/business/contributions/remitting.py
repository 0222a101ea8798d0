"""An employer remits: a list is confirmed, its money looked for, and given to everybody.

Regular lists of a month are confirmed here, back payments in `backpaying`; from then on both go the
same way. What the bank tells is booked as the employer's unallocated money (21901) when it comes; a
list that it suffices for is posted as one voucher of a batch. So an amount that is too small waits,
one that is too large leaves the rest, and a second payment of the same list harms nobody.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from anju import ledger, policy
from anju.business.contributions import telling
from anju.business.contributions.flexible import agreements
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Lowering,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.models.remittances import LIVE
from anju.business.contributions.remittance_lists import (
    VOUCHERS,
    Changed,
    Confirmed,
    Draft,
    NotConfirmed,
    adjusting,
    locked_account,
    unpaid,
    written,
)
from anju.business.contributions.remitting_rules import RULES, RemittanceFacts
from anju.business.treasury import facts as treasury
from anju.domain.calendar import add_months
from anju.domain.contribution import month_span
from anju.domain.employer_account import AccountEvent, AccountState, decide
from anju.domain.rules import against, all_met, evaluate
from anju.ledger import Announced, LedgerRefusal, StagedVoucher
from anju.store import audit, outbox
from anju.store.audit import Actor
from anju.store.bulk import insert_from

SCOPE = "remittance"
State, Kind = Remittance.State, Remittance.Kind


@dataclass(frozen=True, slots=True)
class Due:
    """The month whose turn it is: who would be paid for, what it comes to in fen, until when."""

    month: date
    headcount: int
    member_fen: int
    employer_fen: int
    due_on: date

    @property
    def total_fen(self) -> int:
        """Both parts together."""
        return self.member_fen + self.employer_fen


class NotVoidable(Exception):
    """The list is paid, being paid or fetched, or void already."""


# -- the list ---------------------------------------------------------------------------------


def due_month(account: EmployerAccount) -> date:
    """应汇缴年月: the first month, or the one after the last that was paid or is deferred."""
    done = [each for each in (account.paid_through, account.skipped_through) if each is not None]
    return add_months(max(done), 1) if done else account.first_month


def due(account_id: int) -> Due:
    """What an employer's account owes next, as it would be confirmed now. Raises DoesNotExist."""
    return _due(EmployerAccount.objects.get(pk=account_id))


def _due(account: EmployerAccount) -> Due:
    month = due_month(account)
    sums = _people(account, month).aggregate(
        headcount=Count("pk"), member=Sum("member_month_fen"), employer=Sum("employer_month_fen")
    )
    terms = policy.contribution_terms(policy.current())
    return Due(
        month,
        sums["headcount"],
        sums["member"] or 0,
        sums["employer"] or 0,
        terms.due_on(month, payday=account.payday),
    )


def _lowering_over(account: EmployerAccount, month: date) -> str:
    """The number of lower ratios that do not hold for a month any more and are not ended yet."""
    over = Lowering.objects.filter(
        account=account, state=Lowering.State.RUNNING, to_month__lt=month
    )
    return over.values_list("number", flat=True).first() or ""


def people_due(account: EmployerAccount) -> QuerySet[Enrolment]:
    """Who is paid for in the month whose turn it is."""
    return _people(account, due_month(account))


def _people(account: EmployerAccount, month: date) -> QuerySet[Enrolment]:
    """Who is paid for in a month by this employer."""
    return Enrolment.objects.filter(is_paid_for(month), employer_id=account.employer_id)


def is_paid_for(month: date | OuterRef) -> Q:
    """Whether an enrolment is paid for in a month: not sealed, begun, not paid for it before."""
    return (
        (Q(paid_through__isnull=True) | Q(paid_through__lt=month))
        & (Q(first_month__isnull=True) | Q(first_month__lte=month))
        & (Q(member_month_fen__gt=0) | Q(employer_month_fen__gt=0))
        & Q(sealed_on__isnull=True)
    )


def confirm(
    account_id: int,
    *,
    month: date,
    seen_headcount: int,
    seen_total_fen: int,
    key: str,
    actor: Actor,
    at: datetime,
) -> Confirmed | NotConfirmed:
    """清册核定: keep a month's list as it is now, and give its notice.

    `seen_*` are what the person saw; `key` names this one act (at most 32 characters): the same
    key again answers with the list it made. Raises DoesNotExist.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        account, again = locked_account(account_id, key=key)
        if again is not None:
            return again
        owed = _due(account)
        facts = RemittanceFacts(
            state=AccountState(account.state),
            month=month,
            due_month=owed.month,
            live=unpaid(account),
            adjusting=adjusting(account),
            lowering_over=_lowering_over(account, owed.month),
            headcount=owed.headcount,
            total_fen=owed.total_fen,
            seen_headcount=seen_headcount,
            seen_total_fen=seen_total_fen,
        )
        found = evaluate(RULES, facts, policy.current(), at)
        if not all_met(found):
            return NotConfirmed(against(found))
        draft = Draft(
            from_month=owed.month, month=owed.month, headcount=owed.headcount,
            member_fen=owed.member_fen, employer_fen=owed.employer_fen, due_on=owed.due_on,
        )  # fmt: skip
        lines = partial(_copied, account, owed.month)
        try:
            number = written(account, draft, lines=lines, key=key, on=on, actor=actor, at=at)
        except Changed:
            fresh = _due(account)
            facts = replace(facts, headcount=fresh.headcount, total_fen=fresh.total_fen)
            found = evaluate(RULES, facts, policy.current(), at)
            return NotConfirmed(against(found))
        return Confirmed(number, owed.total_fen, owed.due_on)


def _copied(account: EmployerAccount, month: date, made: Remittance) -> int:
    """The lines of a month as the people are now, copied inside the database; how many."""
    people = _people(account, month).annotate(of=Value(made.pk), for_month=Value(month))
    return insert_from(
        people.values_list(
            "of", "account_id", "for_month", "pk", "base_fen", "member_month_fen",
            "employer_month_fen", "paid_through",
        ),
        into=RemittanceLine,
        fields=(
            "remittance", "account_id", "month", "enrolment", "base_fen", "member_fen",
            "employer_fen", "paid_before",
        ),
    )  # fmt: skip


def void(number: str, *, actor: Actor, at: datetime) -> None:
    """作废: a list for which nothing was booked is no longer owed.

    What came for it stays the employer's unallocated money. Raises NotVoidable, DoesNotExist.
    """
    with transaction.atomic():
        ledger.enter_day()
        made = _locked(number)
        if made.state != State.CONFIRMED:
            raise NotVoidable(f"清册 {number} {made.get_state_display()}，不能作废")
        if any(each.under_way for each in treasury.fetched_for(number)):
            raise NotVoidable(f"清册 {number} 正在委托收款，等银行答复以后才能作废")
        row = Remittance.objects.filter(pk=made.pk)
        row.update(state=State.VOID, ended_at=at, voided_by_id=actor.id)
        audit.write(
            "contributions.remittance_voided",
            at=at,
            actor=actor,
            subject=audit.Subject("remittance", number),
        )


def _locked(number: str) -> Remittance:
    """The list, locked after its employer's account. Raises DoesNotExist."""
    account = Remittance.objects.values_list("account_id", flat=True).get(number=number)
    EmployerAccount.objects.select_for_update(no_key=True).get(pk=account)
    rows = Remittance.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("account").get(number=number)


# -- its money --------------------------------------------------------------------------------


def pay_from_unallocated(number: str, *, actor: Actor, at: datetime) -> None:
    """Ask that a list be paid from what waits for its employer. Raises DoesNotExist."""
    with transaction.atomic():
        made = Remittance.objects.get(number=number)
        outbox.defer("contributions.allocate", number=made.number)
        audit.write(
            "contributions.remittance_from_unallocated",
            at=at,
            actor=actor,
            subject=audit.Subject("remittance", number),
        )


def allocate(number: str, *, at: datetime) -> bool:
    """入账分配: give a list's money to everybody in it, if so much waits for the employer.

    May be called as often as one likes, by anybody at once: it happens once. Whether the list is
    paid now. Raises DoesNotExist; LedgerRefusal (day_sealed) when the day is being closed.
    """
    begun = _begun(number, at=at)
    if begun is None:
        return Remittance.objects.get(number=number).state == State.DONE
    try:
        ledger.post_batch(begun)
    except LedgerRefusal as refusal:
        if refusal.code != "ledger.insufficient":
            raise
        # Somebody else took it meanwhile; the list waits for money again.
        with transaction.atomic():
            made = _locked(number)
            if made.state == State.ALLOCATING:
                made.state = State.CONFIRMED
                made.save(update_fields=["state"])
        return False
    _finish(number, at=at)
    return True


def _begun(number: str, *, at: datetime) -> int | None:
    """The ledger's batch for the list, staged; None when it is paid or void, or has no money."""
    with transaction.atomic():
        ledger.enter_day()
        made = _locked(number)
        if made.state not in LIVE:
            return None
        if made.state == State.CONFIRMED:
            if ledger.unallocated(made.account.employer_id) < made.total_fen:
                telling.tell_short(made, at=at)
                return None
            announced = Announced(1, made.headcount, made.total_fen)
            made.batch_id = ledger.open_batch(announced, key=number, scope=SCOPE)
            made.state = State.ALLOCATING
            made.save(update_fields=["batch_id", "state"])
        assert made.batch_id is not None
        # An immediate stop of the database empties the stage.
        if not ledger.is_staged(made.batch_id):
            ledger.stage(made.batch_id, [_voucher(made, at=at)])
        return made.batch_id


def _voucher(made: Remittance, *, at: datetime) -> StagedVoucher:
    on = ledger.business_date()
    lines = RemittanceLine.objects.filter(remittance=made).order_by("account_id")
    sums = lines.values_list("account_id").annotate(Sum("member_fen"), Sum("employer_fen"))
    return StagedVoucher(
        VOUCHERS[Kind(made.kind)],
        source_type="remittance",
        source_id=made.number,
        employer_id=made.account.employer_id,
        members=[(account, member + employer, on) for account, member, employer in sums],
        bank_account_id=None,
        summary=f"{made.get_kind_display()} {month_span(made.from_month, made.month)}",
        occurred_at=at,
    )


def _finish(number: str, *, at: datetime) -> None:
    """The list is paid: a regular one moves the employer's month, any of them everybody's."""
    with transaction.atomic():
        made = _locked(number)
        if made.state != State.ALLOCATING:
            return
        assert made.batch_id is not None
        posted = ledger.posted_batch(made.batch_id)
        made.state, made.ended_at = State.DONE, at
        made.allocated_on = posted.accounting_date
        made.save(update_fields=["state", "ended_at", "allocated_on"])
        _paid_through(made, aside=posted.aside)
        if made.kind == Kind.REGULAR:
            account = made.account
            account.state = decide(AccountState(account.state), AccountEvent.REMITTED)
            account.paid_through = made.month
            account.save(update_fields=["state", "paid_through"])
        if made.kind == Kind.FLEXIBLE:
            agreements.paid(made)
        telling.tell(made, aside=posted.aside, at=at)
        audit.write(
            "contributions.remittance_allocated",
            at=at,
            actor=Actor.system(),
            subject=audit.Subject("remittance", number),
            details={"waiting": posted.waiting},
        )


def _paid_through(made: Remittance, *, aside: Collection[int]) -> None:
    """Everybody whose account took the money is paid through the last month that it was for.

    Whoever was paid through a later month already stays there.
    """
    lines = RemittanceLine.objects.filter(remittance=made).order_by()
    last = lines.values("account_id").annotate(last=Max("month"))
    # One statement for each last month, which are few: asked for each account, a list that the
    # table's statistics do not know yet is read through for each of them.
    for month in last.values_list("last", flat=True).distinct():
        accounts = last.filter(last=month).values("account_id")
        paid = Enrolment.objects.filter(account_id__in=accounts).exclude(account_id__in=aside)
        paid.update(paid_through=Greatest(Coalesce("paid_through", Value(month)), Value(month)))


def go_on(at: datetime) -> int:
    """Take up lists whose worker was lost while their money was given out; how many."""
    stuck = Remittance.objects.filter(state=State.ALLOCATING).values_list("number", flat=True)
    return sum(allocate(number, at=at) for number in stuck)
