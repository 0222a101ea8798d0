"""A list is written down: once confirmed, what it says and whom it is for never changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Sum

from anju import policy
from anju.business.contributions.models import (
    BaseAdjustment,
    EmployerAccount,
    FlexibleAgreement,
    Remittance,
)
from anju.business.contributions.models.remittances import LIVE
from anju.domain.rules import Finding
from anju.store import audit, references
from anju.store.audit import Actor

KIND = "HJ"
VOUCHERS: Final = {
    Remittance.Kind.REGULAR: "remittance",
    Remittance.Kind.BACK: "back_payment",
    Remittance.Kind.FLEXIBLE: "remittance",
}
"""By which kind of voucher a list is given out."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A list that waits for its money: the number goes into the transfer's remark."""

    number: str
    total_fen: int
    due_on: date


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Nothing was written; every finding of a rule that does not hold, in the rules' order."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a list is to say; fen. A regular one is for one month and has no reason."""

    kind: str = "regular"
    reason: str = ""
    from_month: date
    month: date
    headcount: int
    member_fen: int
    employer_fen: int
    due_on: date
    agreement: FlexibleAgreement | None = None


def locked_account(account_id: int, *, key: str) -> tuple[EmployerAccount, Confirmed | None]:
    """The account, locked, and the list this act has made already. Raises DoesNotExist."""
    account = EmployerAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    again = Remittance.objects.filter(request_key=key, account=account).first()
    if again is None:
        return account, None
    return account, Confirmed(again.number, again.total_fen, again.due_on)


def unpaid(account: EmployerAccount) -> str:
    """The number of the list of an account that is not paid yet, else ""."""
    live = Remittance.objects.filter(account=account, state__in=LIVE)
    return live.values_list("number", flat=True).first() or ""


def adjusting(account: EmployerAccount) -> str:
    """The number of the base adjustment of an account that is being filled in, else ""."""
    drafts = BaseAdjustment.objects.filter(account=account, state=BaseAdjustment.State.DRAFT)
    return drafts.values_list("number", flat=True).first() or ""


class Changed(Exception):
    """Who is there is no longer what was seen."""


def written(
    account: EmployerAccount,
    draft: Draft,
    *,
    lines: Callable[[Remittance], object],
    key: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> str:
    """The number of the list, written with its lines, under the account's lock.

    `lines` writes them. Raises Changed where they are not what the draft says;
    nothing is written then.
    """
    city = policy.current()
    with transaction.atomic():
        made = Remittance.objects.create(
            number=references.next(KIND, on=on),
            account=account,
            kind=draft.kind,
            reason=draft.reason,
            agreement=draft.agreement,
            from_month=draft.from_month,
            month=draft.month,
            due_on=draft.due_on,
            paid_before=account.paid_through,
            headcount=draft.headcount,
            member_fen=draft.member_fen,
            employer_fen=draft.employer_fen,
            total_fen=draft.member_fen + draft.employer_fen,
            receiving_account=city.collector.number,
            policy_version=city.version,
            request_key=key,
            confirmed_by_id=actor.id,
            confirmed_at=at,
        )
        lines(made)
        is_now = made.lines.aggregate(
            people=Count("account_id", distinct=True),
            member=Sum("member_fen"),
            employer=Sum("employer_fen"),
        )
        if tuple(is_now.values()) != (draft.headcount, draft.member_fen, draft.employer_fen):
            raise Changed
    audit.write(
        "contributions.remittance_confirmed",
        at=at,
        actor=actor,
        subject=audit.Subject("remittance", made.number),
        details={
            "kind": made.kind,
            "month": f"{made.month:%Y-%m}",
            "people": made.headcount,
            "fen": made.total_fen,
        },
    )
    number: str = made.number
    return number
