"""封存 and 启封 by an employer's agent: one person or several at once, all of them or none.

Both lock the employer's account first, as the confirmation of a list does: nobody is sealed while
the list is written that holds him.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from anju import ledger, policy
from anju.business.contributions import orders, remitting
from anju.business.contributions.enrolment_terms import COLUMNS, take_terms
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    EnrolmentEvent,
    RemittanceLine,
)
from anju.business.contributions.models.remittances import LIVE
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.rules import (
    RETIRED,
    Office,
    Problem,
    Standing,
    Waiting,
    seal_problems,
    unseal_problems,
)
from anju.business.contributions.rosters import reading
from anju.domain.contribution import clip, month_words, parse_month
from anju.domain.employer_account import AccountState
from anju.ledger import AccountRow
from anju.parties import employees, messages
from anju.parties import facts as parties
from anju.store import audit
from anju.store.audit import Actor

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody who was chosen, and what stands against it; fen."""

    account_no: str
    name: str
    id_number: str
    state_text: str
    base_fen: int
    paid_through: date | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Hand:
    """What an act has in hand: the employer's account, the people, and how they stand."""

    account: EmployerAccount
    office: Office
    people: tuple[tuple[Enrolment, Standing], ...]


Against = Callable[[Standing, Office], Iterator[Problem]]


def look(
    employer_id: int, chosen: Collection[str], *, deed: str, month: str, reason: str, at: datetime
) -> tuple[Chosen, ...]:
    """Who was chosen by account number, and what stands against sealing or unsealing them.

    `deed` is "seal" or "unseal", `month` as "2026-12". Nothing is written. Raises NotOurs,
    PeopleBroken.
    """
    hand = _hand(employer_id, chosen, at=at)
    return _told(hand, _against(deed, month, reason))


def due_month(employer_id: int, chosen: Collection[str]) -> str:
    """The month that an agent most likely means for who was chosen: the one whose turn it is.

    Raises NotOurs, PeopleBroken.
    """
    if _ours(employer_id, chosen).count() != len(set(chosen)):
        raise NotOurs
    return f"{remitting.due_month(_account(employer_id)):%Y-%m}"


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
        hand = _hand(employer_id, chosen, at=at, lock=True)
        wrong = _wrong(hand, _against("seal", month, reason))
        if wrong:
            return wrong
        first = parse_month(month)
        for enrolment, _ in hand.people:
            orders.seal(
                enrolment.account_id, reason=reason, on=on, month=first, approved_on=None,
                approved_by="", actor=actor, at=at,
            )  # fmt: skip
        says = f"已为您办理住房公积金封存，自 {month_words(first)}起停止缴存。"
        _tell(hand, says, "contributions.sealed", at)
    return ()


def unseal_people(
    employer_id: int, chosen: Collection[str], *, month: str, actor: Actor, at: datetime
) -> tuple[Chosen, ...]:
    """Unseal everybody who was chosen, from a month ("2026-12") on; gives who stands against it.

    Bases stay, within the limits of the month. With a problem of anybody nothing is written.
    Raises NotOurs, PeopleBroken, LedgerRefusal as `seal_people`.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        hand = _hand(employer_id, chosen, at=at, lock=True)
        wrong = _wrong(hand, _against("unseal", month, ""))
        if wrong:
            return wrong
        first = parse_month(month)
        limits = policy.contribution_terms(policy.current()).limits(first)
        for enrolment, _ in hand.people:
            ledger.unseal(enrolment.account_id)
            base, _clipping = clip(enrolment.base_fen, limits)
            take_terms(
                enrolment, hand.account, base_fen=base, first_month=first, month=on.replace(day=1)
            )
        rows = [enrolment for enrolment, _ in hand.people]
        Enrolment.objects.bulk_update(rows, COLUMNS, batch_size=500)
        _keep_unsealed(rows, first, on, actor, at)
        says = f"已为您办理住房公积金启封，自 {month_words(first)}起恢复缴存。"
        _tell(hand, says, "contributions.unsealed", at)
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


def _account(employer_id: int, *, lock: bool = False) -> EmployerAccount:
    rows = EmployerAccount.objects.filter(employer_id=employer_id).exclude(state="closed")
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise PeopleBroken("单位还没有住房公积金账户，请先办理单位开户")
    account: EmployerAccount = found
    return account


def _hand(employer_id: int, chosen: Collection[str], *, at: datetime, lock: bool = False) -> _Hand:
    numbers = sorted(set(chosen))
    if not numbers:
        raise PeopleBroken("请先在职工名单中勾选职工")
    if len(numbers) > MOST_AT_ONCE:
        raise PeopleBroken(f"一次最多办理 {MOST_AT_ONCE} 人，请分几次办理")
    account = _account(employer_id, lock=lock)
    enrolments = list(_ours(employer_id, numbers))
    if len(enrolments) != len(numbers):
        raise NotOurs
    ids = [row.account_id for row in enrolments]
    books = ledger.lock_accounts(ids) if lock else ledger.accounts(ids)
    by_id = {row.id: row for row in books}
    waiting = _waiting(account, ids)
    office = Office(
        AccountState(account.state),
        remitting.due_month(account),
        reading.frame(account, localdate(at)),
    )
    people = tuple((row, _standing(row, by_id[row.account_id], waiting)) for row in enrolments)
    return _Hand(account, office, people)


def _ours(employer_id: int, chosen: Collection[str]) -> "QuerySet[Enrolment]":
    rows = Enrolment.objects.filter(employer_id=employer_id, account_no__in=chosen)
    return rows.order_by("account_no")


def _waiting(account: EmployerAccount, ids: Sequence[int]) -> dict[int, Waiting]:
    lines = RemittanceLine.objects.filter(
        remittance__account=account, remittance__state__in=LIVE, account_id__in=ids
    )
    found = lines.values_list("account_id", "remittance__number", "remittance__month")
    return {account_id: Waiting(number, month) for account_id, number, month in found}


def _standing(row: Enrolment, books: AccountRow, waiting: dict[int, Waiting]) -> Standing:
    return Standing(
        state=books.state,
        paid_through=row.paid_through,
        first_month=row.first_month,
        retirement_approved=row.seal_reason == RETIRED and row.stop_approved_on is not None,
        listed=waiting.get(row.account_id),
    )


def _told(hand: _Hand, against: Against) -> tuple[Chosen, ...]:
    told = employees.employees({row.person_id for row, _ in hand.people})
    states = policy.current().words.account_states
    return tuple(
        Chosen(
            row.account_no,
            told[row.person_id].name,
            str(told[row.person_id].id_number),
            states.get(standing.state, standing.state),
            row.base_fen,
            row.paid_through,
            tuple(against(standing, hand.office)),
        )
        for row, standing in hand.people
    )


def _wrong(hand: _Hand, against: Against) -> tuple[Chosen, ...]:
    """Everybody, when there is a problem of anybody; else nobody."""
    if not any(True for _, who in hand.people for _ in against(who, hand.office)):
        return ()
    return _told(hand, against)


def _tell(hand: _Hand, says: str, kind: str, at: datetime) -> None:
    employer = parties.employer(hand.account.employer_id).name
    text = f"{employer}{says}如有疑问请问单位经办人。"
    messages.post_many(((row.person_id, text) for row, _ in hand.people), kind=kind, at=at)
