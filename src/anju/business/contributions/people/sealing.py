"""封存 and 启封 by an employer's agent: one person or several at once, all of them or none.

Both lock the employer's account first, as the confirmation of a list does: nobody is sealed while
the list is written that holds him.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions import orders, remitting
from anju.business.contributions.enrolment_terms import COLUMNS, take_terms
from anju.business.contributions.models import Enrolment, EnrolmentEvent
from anju.business.contributions.people.answers import PeopleBroken
from anju.business.contributions.people.hands import (
    Against,
    Chosen,
    account_of,
    hand_of,
    require_ours,
    tell,
    told,
    wrong_with,
)
from anju.business.contributions.people.rules import seal_problems, unseal_problems
from anju.domain.contribution import clip, month_words, parse_month
from anju.store import audit
from anju.store.audit import Actor

Bases = Mapping[str, int]
"""New bases by account number, fen; who is not in it keeps the one on record."""
KEPT: Final[Bases] = MappingProxyType({})


def look(
    employer_id: int,
    chosen: Collection[str],
    *,
    deed: str,
    month: str,
    reason: str,
    at: datetime,
    bases: Bases = KEPT,
) -> tuple[Chosen, ...]:
    """Who was chosen by account number, and what stands against sealing or unsealing them.

    `deed` is "seal" or "unseal", `month` as "2026-12". Nothing is written. Raises NotOurs,
    PeopleBroken.
    """
    hand = hand_of(employer_id, chosen, at=at)
    people = told(hand, _against(deed, month, reason))
    if deed == "seal":
        return people
    return tuple(_with_limit(one, bases.get(one.account_no), month) for one in people)


def _with_limit(one: Chosen, base_fen: int | None, month: str) -> Chosen:
    """Somebody to be unsealed, and on what he is paid for where limits change his base."""
    if one.problems:
        return one
    asked = one.base_fen if base_fen is None else base_fen
    base = _within(asked, parse_month(month))
    return replace(one, limited_fen=base if base != asked else None)


def _within(base_fen: int, month: date) -> int:
    return clip(base_fen, policy.contribution_terms(policy.current()).limits(month))[0]


def due_month(employer_id: int, chosen: Collection[str]) -> str:
    """The month that an agent most likely means for who was chosen: the one whose turn it is.

    Raises NotOurs, PeopleBroken.
    """
    require_ours(employer_id, chosen)
    return f"{remitting.due_month(account_of(employer_id)):%Y-%m}"


def seal_people(
    employer_id: int,
    chosen: Collection[str],
    *,
    month: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> tuple[Chosen, ...]:
    """Seal everybody who was chosen, from a month ("2026-12") on; gives who stands against it.

    With a problem of anybody nothing is written. Raises NotOurs, PeopleBroken; LedgerRefusal
    (day_sealed) when the day is being closed.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        hand = hand_of(employer_id, chosen, at=at, lock=True)
        wrong = wrong_with(hand, _against("seal", month, reason))
        if wrong:
            return wrong
        first = parse_month(month)
        for enrolment, _ in hand.people:
            orders.seal(
                enrolment.account_id, reason=reason, on=on, month=first, approved_on=None,
                approved_by="", actor=actor, at=at,
            )  # fmt: skip
        says = f"已为您办理住房公积金封存，自 {month_words(first)}起停止缴存。"
        tell(hand, says, "contributions.sealed", at)
    return ()


def unseal_people(
    employer_id: int,
    chosen: Collection[str],
    *,
    month: str,
    actor: Actor,
    at: datetime,
    bases: Bases = KEPT,
) -> tuple[Chosen, ...]:
    """Unseal everybody who was chosen, from a month ("2026-12") on; gives who stands against it.

    Bases stay or become those of `bases`, within the limits of the month. With a problem of anybody
    nothing is written. Raises NotOurs, PeopleBroken, LedgerRefusal as `seal_people`.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        hand = hand_of(employer_id, chosen, at=at, lock=True)
        wrong = wrong_with(hand, _against("unseal", month, ""))
        if wrong:
            return wrong
        first = parse_month(month)
        for enrolment, _ in hand.people:
            ledger.unseal(enrolment.account_id)
            base = _within(bases.get(enrolment.account_no, enrolment.base_fen), first)
            take_terms(
                enrolment, hand.account, base_fen=base, first_month=first, month=on.replace(day=1)
            )
        rows = [enrolment for enrolment, _ in hand.people]
        Enrolment.objects.bulk_update(rows, COLUMNS, batch_size=500)
        _keep_unsealed(rows, first, on, actor, at)
        says = f"已为您办理住房公积金启封，自 {month_words(first)}起恢复缴存。"
        tell(hand, says, "contributions.unsealed", at)
    return ()


def _keep_unsealed(
    rows: Sequence[Enrolment], month: date, on: date, actor: Actor, at: datetime
) -> None:
    EnrolmentEvent.objects.bulk_create(
        EnrolmentEvent(
            account_id=row.account_id, employer_id=row.employer_id,
            kind=EnrolmentEvent.Kind.UNSEALED, month=month, on=on, by=actor.ref, at=at,
        )
        for row in rows
    )  # fmt: skip
    for row in rows:
        subject = audit.Subject("account", str(row.account_id))
        audit.write("contributions.unsealed", at=at, actor=actor, subject=subject)


def _against(deed: str, month: str, reason: str) -> Against:
    if deed == "unseal":
        return lambda who, office: unseal_problems(who, office, month=month)
    if deed != "seal":
        raise PeopleBroken("没有这样的业务")
    first = parse_month(month)
    return lambda who, office: seal_problems(who, office, month=first, reason=reason)
