"""What approved lower ratios bring about, and how an employer returns to the former ones."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions import standing
from anju.business.contributions.adjusting import ratios
from anju.business.contributions.models import EmployerAccount, Lowering
from anju.business.contributions.remittance_lists import adjusting, unpaid
from anju.business.contributions.remitting import due_month
from anju.cases.declaration import CaseRef
from anju.domain.contribution import month_words, parse_month
from anju.parties import agent_messages
from anju.store.audit import Actor

RESTORE: Final = "restore"


def finish(case: CaseRef, at: datetime) -> None:
    """Let the lower ratios hold for everybody from the month due."""
    assert case.decided_by is not None
    on = ledger.business_date()
    account = standing.locked(case.subject_id)
    answers = case.answers
    made = Lowering.objects.create(
        number=case.reference,
        account=account,
        from_month=parse_month(answers["from_month"]),
        to_month=parse_month(answers["to_month"]),
        old_member_ratio=account.member_ratio,
        old_employer_ratio=account.employer_ratio,
        member_ratio=Decimal(answers["member_ratio"]),
        employer_ratio=Decimal(answers["employer_ratio"]),
        approved_by_id=case.decided_by,
        approved_at=at,
    )
    ratios.apply(
        account, made.member_ratio, made.employer_ratio, lowering=made, key=case.reference,
        by=Actor.staff(case.decided_by), on=on, at=at,
    )  # fmt: skip


def turn(at: datetime) -> int:
    """Return employers to their former ratios whose last lower month is paid; how many."""
    running = Lowering.objects.filter(state=Lowering.State.RUNNING)
    accounts = running.order_by("account_id").values_list("account_id", flat=True)
    return sum(_turn_one(account_id, at) for account_id in accounts)


def _turn_one(account_id: int, at: datetime) -> bool:
    with transaction.atomic():
        on = ledger.enter_day()
        account = EmployerAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        made = Lowering.objects.filter(account=account, state=Lowering.State.RUNNING).first()
        if made is None or due_month(account) <= made.to_month:
            return False
        if unpaid(account) or adjusting(account):
            # Whatever is under way was reckoned by the lower ratios; it comes to its end first.
            return False
        made.is_restored = returns(made)
        made.state, made.ended_at = Lowering.State.ENDED, at
        made.save(update_fields=["state", "is_restored", "ended_at"])
        if not made.is_restored:
            return True
        ratios.apply(
            account, made.old_member_ratio, made.old_employer_ratio, lowering=made,
            key=f"{made.number}-end", by=Actor.staff(made.approved_by_id), on=on, at=at,
        )  # fmt: skip
        text = (
            f"贵单位降低缴存比例的期限已到，自{month_words(due_month(account))}起恢复原缴存比例。"
        )
        agent_messages.tell_agents(
            account.employer_id, who=None, kind="contributions.lowering", text=text, at=at
        )
        return True


def returns(made: Lowering) -> bool:
    """Whether policy lets an employer return to the ratios of before once the months are over."""
    return bool(policy.current().params.lowering_end.on(made.to_month).value == RESTORE)
