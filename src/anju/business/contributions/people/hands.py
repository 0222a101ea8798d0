"""People in hand: an employer's own, chosen by account number, and what stands against each."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.utils.timezone import localdate

from anju import ledger, policy
from anju.business.contributions import remitting
from anju.business.contributions.models import EmployerAccount, Enrolment, Move, RemittanceLine
from anju.business.contributions.models.remittances import LIVE
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.rules import RETIRED, Office, Problem, Standing, Waiting
from anju.business.contributions.rosters import reading
from anju.domain.employer_account import AccountState
from anju.ledger import AccountRow
from anju.parties import employees, messages
from anju.parties import facts as parties

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody who was chosen, and what stands against it; fen.

    `limited_fen` is what is reckoned from where the limits of the month change a base, else None.
    """

    account_no: str
    name: str
    id_number: str
    state_text: str
    base_fen: int
    paid_through: date | None
    problems: tuple[Problem, ...]
    limited_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """What an act has in hand: the employer's account, the people, and how they stand."""

    account: EmployerAccount
    office: Office
    people: tuple[tuple[Enrolment, Standing], ...]


Against = Callable[[Standing, Office], Iterator[Problem]]


def account_of(employer_id: int, *, lock: bool = False) -> EmployerAccount:
    """The employer's account that is not closed. Raises PeopleBroken."""
    rows = EmployerAccount.objects.live_of(employer_id)
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise PeopleBroken("单位还没有住房公积金账户，请先办理单位开户")
    account: EmployerAccount = found
    return account


def hand_of(employer_id: int, chosen: Collection[str], *, at: datetime, lock: bool = False) -> Hand:
    """Those who were chosen by account number; locked after the employer's account if asked.

    Raises NotOurs, PeopleBroken.
    """
    numbers = sorted(set(chosen))
    if not numbers:
        raise PeopleBroken("请先在职工名单中勾选职工")
    if len(numbers) > MOST_AT_ONCE:
        raise PeopleBroken(f"一次最多办理 {MOST_AT_ONCE} 人，请分几次办理")
    # Whose somebody is comes first: to others nobody is there, whatever their account is like.
    require_ours(employer_id, numbers)
    account = account_of(employer_id, lock=lock)
    enrolments = require_ours(employer_id, numbers)
    ids = [row.account_id for row in enrolments]
    books = ledger.lock_accounts(ids) if lock else ledger.accounts(ids)
    by_id = {row.id: row for row in books}
    waiting, offered = _waiting(account, ids), _offered(ids)
    office = office_of(account, at)
    people = tuple(
        (row, standing_of(row, by_id[row.account_id], waiting, offered)) for row in enrolments
    )
    return Hand(account, office, people)


def office_of(account: EmployerAccount, at: datetime) -> Office:
    """How an employer stands, for the rules."""
    frame = reading.frame(account, localdate(at))
    return Office(AccountState(account.state), remitting.due_month(account), frame)


def require_ours(employer_id: int, chosen: Collection[str]) -> list[Enrolment]:
    """The employer's own of these account numbers, in their order. Raises NotOurs."""
    rows = Enrolment.objects.filter(employer_id=employer_id, account_no__in=chosen)
    found = list(rows.order_by("account_no"))
    if len(found) != len(set(chosen)):
        raise NotOurs
    return found


def _waiting(account: EmployerAccount, ids: Sequence[int]) -> dict[int, Waiting]:
    lines = RemittanceLine.objects.filter(
        remittance__account=account, remittance__state__in=LIVE, account_id__in=ids
    )
    found = lines.values_list("account_id", "remittance__number", "remittance__month")
    return {account_id: Waiting(number, month) for account_id, number, month in found}


def _offered(ids: Sequence[int]) -> frozenset[int]:
    offers = Move.objects.filter(state=Move.State.OFFERED, account_id__in=ids)
    return frozenset(offers.values_list("account_id", flat=True))


def standing_of(
    row: Enrolment,
    books: AccountRow,
    waiting: Mapping[int, Waiting] = MappingProxyType({}),
    offered: Collection[int] = (),
) -> Standing:
    """How somebody stands, by the enrolment and the ledger's account."""
    return Standing(
        state=books.state,
        paid_through=row.paid_through,
        first_month=row.first_month,
        retirement_approved=row.seal_reason == RETIRED and row.stop_approved_on is not None,
        listed=waiting.get(row.account_id),
        offered=row.account_id in offered,
    )


def told(hand: Hand, against: Against) -> tuple[Chosen, ...]:
    """Everybody in hand with what stands against each, for a page."""
    people = employees.employees({row.person_id for row, _ in hand.people})
    states = policy.current().words.account_states
    return tuple(
        Chosen(
            row.account_no,
            people[row.person_id].name,
            str(people[row.person_id].id_number),
            states.get(standing.state, standing.state),
            row.base_fen,
            row.paid_through,
            tuple(against(standing, hand.office)),
        )
        for row, standing in hand.people
    )


def wrong_with(hand: Hand, against: Against) -> tuple[Chosen, ...]:
    """Everybody, when there is a problem of anybody; else nobody."""
    if not any(True for _, who in hand.people for _ in against(who, hand.office)):
        return ()
    return told(hand, against)


def tell(hand: Hand, says: str, kind: str, at: datetime) -> None:
    """A message to each member: what the employer has done."""
    employer = parties.employer(hand.account.employer_id).name
    text = f"{employer}{says}如有疑问请问单位经办人。"
    messages.post_many(((row.person_id, text) for row, _ in hand.people), kind=kind, at=at)
