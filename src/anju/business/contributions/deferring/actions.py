"""What the approval of a deferral brings about, and how its months begin and pass by themselves."""

from datetime import date, datetime

from django.db import transaction

from anju import ledger
from anju.business.contributions import standing
from anju.business.contributions.models import Deferral, EmployerAccount
from anju.cases.declaration import CaseRef
from anju.domain.calendar import add_months
from anju.domain.contribution import month_words, parse_month
from anju.domain.employer_account import AccountEvent, AccountState, decide
from anju.parties import agent_messages
from anju.store import audit
from anju.store.audit import Actor

State = Deferral.State


def finish(case: CaseRef, at: datetime) -> None:
    """Skip the months, from now on; the account is deferred once the first of them has come."""
    on = ledger.business_date()
    account = standing.locked(case.subject_id)
    first, last = (parse_month(case.answers[code]) for code in ("from_month", "to_month"))
    made = Deferral.objects.create(
        number=case.reference, account=account, from_month=first, to_month=last, last_month=last,
        approved_by_id=case.decided_by, approved_at=at,
    )  # fmt: skip
    account.skipped_through = last
    account.save(update_fields=["skipped_through"])
    _audit("contributions.deferral_approved", made, at)
    if first <= on:
        _begin(made, account, at)


def turn(at: datetime) -> int:
    """Begin the deferrals whose first month has come, end those whose last has passed; how many."""
    on = ledger.business_date()
    month = on.replace(day=1)
    come = Deferral.objects.filter(state=State.APPROVED, from_month__lte=on)
    over = Deferral.objects.filter(state=State.RUNNING, last_month__lt=month)
    return sum(
        _turn_one(account, month, at)
        for account in (come | over).order_by("account_id").values_list("account_id", flat=True)
    )


def _turn_one(account_id: int, month: date, at: datetime) -> bool:
    with transaction.atomic():
        ledger.enter_day()
        account = EmployerAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        live = Deferral.objects.filter(account=account).exclude(state=State.ENDED).first()
        if live is None:
            return False
        if live.state == State.APPROVED and live.from_month <= month:
            _begin(live, account, at)
        if live.state == State.RUNNING and live.last_month < month:
            end(live, account, at)
            text = (
                f"贵单位的缓缴已于{month_words(live.last_month)}期满，请从"
                f"{month_words(add_months(live.last_month, 1))}起按月汇缴，缓缴的月份请办理补缴。"
            )
            agent_messages.tell_agents(
                account.employer_id, who=None, kind="contributions.deferral", text=text, at=at
            )
        return True


def _begin(made: Deferral, account: EmployerAccount, at: datetime) -> None:
    made.state = State.RUNNING
    made.save(update_fields=["state"])
    # An account that was sealed meanwhile stays sealed.
    if account.state == AccountState.NORMAL:
        account.state = decide(AccountState(account.state), AccountEvent.DEFERRAL_BEGAN)
        account.save(update_fields=["state"])
    _audit("contributions.deferral_began", made, at)


def end(made: Deferral, account: EmployerAccount, at: datetime) -> None:
    """End a deferral, with the account locked; the account pays again. Inside atomic()."""
    made.state, made.ended_at = State.ENDED, at
    made.save(update_fields=["state", "ended_at", "last_month", "resumed_by"])
    if account.state == AccountState.DEFERRED:
        account.state = decide(AccountState(account.state), AccountEvent.DEFERRAL_ENDED)
        account.save(update_fields=["state"])
    _audit("contributions.deferral_ended", made, at)


def _audit(action: str, made: Deferral, at: datetime) -> None:
    last = made.last_month
    audit.write(
        action,
        at=at,
        actor=Actor.system(),
        subject=audit.Subject("deferral", made.number),
        details={
            "account": made.account.number,
            "from": f"{made.from_month:%Y-%m}",
            "through": f"{last:%Y-%m}" if last is not None else "",
        },
    )
