"""What plans owe is asked of the banks: a list of one person, fetched from the own card."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import OperationalError, transaction

from anju import ledger, policy
from anju.business.contributions.collecting import payers
from anju.business.contributions.collecting.rules import tries_allowed
from anju.business.contributions.flexible import agreements
from anju.business.contributions.flexible.terms import MonthAmount, month_amounts
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    FlexibleAgreement,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.remittance_lists import Draft, written
from anju.business.treasury import facts as treasury
from anju.business.treasury import orders
from anju.cases import telling
from anju.domain.contribution import month_span
from anju.store import outbox
from anju.store.audit import Actor

AT_ONCE: Final = 500
_A_DAY = timedelta(days=1)
State = FlexibleAgreement.State
FLEXIBLE: Final = "flexible"


def ask_banks(at: datetime) -> int:
    """Have fetched what plans owe by today, each by itself; how many the banks were asked for.

    Inside the hours of service only; what the bank has refused is asked for again the next day, so
    often as policy allows, and then halts until the member has done something about it.

    Raises:
        ExceptionGroup: some agreements could not be looked after; all others were.
    """
    city = policy.current()
    if not city.hours.is_open(at, city.calendar):
        return 0
    due = FlexibleAgreement.objects.filter(state=State.LIVE, next_on__lte=ledger.business_date())
    keys = due.order_by("next_on", "pk").values_list("pk", flat=True)[:AT_ONCE]
    asked, problems = 0, []
    for key in keys:
        try:
            asked += _look_after(key, at)
        except OperationalError:
            raise
        except Exception as problem:  # noqa: BLE001 - told together below
            # One that cannot be asked for does not stand in the way of those behind it.
            problem.add_note(f"agreement {key}")
            problems.append(problem)
    if problems:
        raise ExceptionGroup("agreements that could not be looked after", problems)
    return asked


def _look_after(key: int, at: datetime) -> bool:
    """Write a list where one is due, and ask for its money; whether the bank is asked."""
    with transaction.atomic():
        on = ledger.enter_day()
        row = FlexibleAgreement.objects.select_for_update(no_key=True).get(pk=key)
        if row.state != State.LIVE or row.next_on is None or row.next_on > on:
            return False
        lists = Remittance.objects.select_related("account").filter(agreement=row)
        made = lists.filter(state=Remittance.State.CONFIRMED).first() or _list(row, on=on, at=at)
        if made is None:
            return False
        asked = treasury.fetched_for(made.number)
        row.next_on = on + _A_DAY
        if agreements.is_covered(made):
            # It has come already: whoever books it may have been held up, a card is charged once.
            row.save(update_fields=["next_on"])
            outbox.defer("contributions.allocate", number=made.number)
            return False
        if any(each.under_way for each in asked):
            row.save(update_fields=["next_on"])
            return False
        if len(asked) >= tries_allowed(on, policy.current()):
            _halt(row, made, asked[0].reason, at=at)
            return False
        row.save(update_fields=["next_on"])
        _fetch(row, made, at=at)
        return True


def _list(row: FlexibleAgreement, *, on: date, at: datetime) -> Remittance | None:
    """The list of the months that are due; None when none is, and when it will be is noted."""
    if Remittance.objects.filter(agreement=row, state=Remittance.State.ALLOCATING).exists():
        return None
    plan = agreements.payments(row)
    span = plan.next_span(row.paid_through)
    due = plan.due_on(span[0]) if span is not None else None
    if span is None or due is None or due > on:
        row.next_on = due
        row.save(update_fields=["next_on"])
        return None
    enrolment = Enrolment.objects.get(account_id=row.account_id)
    amounts = month_amounts(row.base_fen, row.ratio, *span, policy.current())
    actor = Actor.staff(row.approved_by_id)
    draft = Draft(
        kind=FLEXIBLE, from_month=span[0], month=span[1], headcount=1,
        member_fen=sum(each.fen for each in amounts), employer_fen=0, due_on=due, agreement=row,
    )  # fmt: skip
    number = written(
        EmployerAccount.objects.select_for_update(no_key=True).get(
            employer_id=enrolment.employer_id, is_own=True
        ),
        draft,
        lines=lambda made: _lines(made, enrolment, amounts),
        key=f"{row.number}/{span[0]:%Y%m}/{on:%Y%m%d}",
        on=on,
        actor=actor,
        at=at,
    )
    found: Remittance = Remittance.objects.get(number=number)
    return found


def _lines(made: Remittance, enrolment: Enrolment, amounts: tuple[MonthAmount, ...]) -> None:
    RemittanceLine.objects.bulk_create(
        RemittanceLine(
            remittance=made,
            account_id=enrolment.account_id,
            month=each.month,
            enrolment=enrolment,
            base_fen=each.base_fen,
            member_fen=each.fen,
            employer_fen=0,
            paid_before=enrolment.paid_through,
        )
        for each in amounts
    )


def _fetch(row: FlexibleAgreement, made: Remittance, *, at: datetime) -> None:
    orders.write_collection(
        number=made.number,
        employer_id=made.account.employer_id,
        amount_fen=made.total_fen,
        of=payers.card_agreed(row),
        payee_account=made.receiving_account,
        summary=f"{month_span(made.from_month, made.month)}灵活就业缴存",
        by=Actor.staff(row.approved_by_id),
        at=at,
    )


def _halt(row: FlexibleAgreement, made: Remittance, reason: str, *, at: datetime) -> None:
    """The bank has refused too often: nothing is asked until the terms are changed."""
    row.state, row.next_on = State.HALTED, None
    row.save(update_fields=["state", "next_on"])
    months = month_span(made.from_month, made.month)
    body = (
        f"{months}的灵活就业缴存多次扣款未成功（{reason or '银行未说明原因'}），扣款已暂停。"
        "请到管理部更换扣款银行卡或者变更缴存方式；不再缴存的，请办理终止。"
    )
    telling.tell_person(row.person_id, title="灵活就业缴存扣款已暂停", body=body, at=at)
