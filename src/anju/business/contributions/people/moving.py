"""内部转移: an employer offers people it has sealed; the other one takes them over, or does not.

Neither side moves anybody alone: the first lets go, the second says from which month it pays. The
money follows by one voucher, Dr 201 of the first, Cr 201 of the second.

A freeze hinders nobody's change of employer: it forbids taking money out, and nothing is taken out.
It lies on the account, goes with it unchanged, and neither employer learns of it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from anju import ledger, policy
from anju.business.contributions.models import EmployerAccount, Enrolment, Move
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.hands import (
    MOST_AT_ONCE,
    Chosen,
    account_of,
    hand_of,
    office_of,
    standing_of,
    told,
    wrong_with,
)
from anju.business.contributions.people.rules import Office, Problem, offer_problems, take_problems
from anju.business.contributions.rosters.writing import Coming, Into, bring
from anju.domain.contribution import clip, month_words, parse_month
from anju.domain.employer_account import REMITS
from anju.domain.identifiers import normalise_uscc
from anju.parties import employees, messages
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts
from anju.store import audit, references
from anju.store.audit import Actor

KIND: Final = "NZ"
ENDED_ON_PAGE: Final = 20
State = Move.State


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody on the way between two employers, as one of them sees it; base in fen."""

    number: str
    account_no: str
    name: str
    id_number: str
    other: str
    base_fen: int
    paid_through: date | None
    offered_at: datetime
    state: str
    state_text: str
    ended_at: datetime | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class MovesPage:
    """What waits for this employer, what it offered, and what has ended of both."""

    coming: tuple[Offer, ...]
    going: tuple[Offer, ...]
    ended: tuple[Offer, ...]


def page(employer_id: int) -> MovesPage:
    """An employer's moves; whom it does not take or give is not in them."""
    live = Move.objects.filter(state=State.OFFERED).order_by("pk")
    both = Move.objects.filter(source_id=employer_id) | Move.objects.filter(target_id=employer_id)
    ended = both.exclude(state=State.OFFERED).order_by("-pk")[:ENDED_ON_PAGE]
    return MovesPage(
        _offers(live.filter(target_id=employer_id), employer_id),
        _offers(live.filter(source_id=employer_id), employer_id),
        _offers(ended, employer_id),
    )


def target_of(employer_id: int, uscc: str) -> EmployerFacts:
    """The employer with this code that may take people over. Raises PeopleBroken."""
    found = parties.employer_by_uscc(normalise_uscc(uscc))
    if found is None or not EmployerAccount.objects.filter(
        employer_id=found.employer_id, state__in=REMITS
    ):
        raise PeopleBroken("没有可以接收的单位：请核对统一社会信用代码，对方须已在本中心开户")
    if found.employer_id == employer_id:
        raise PeopleBroken("不能转到本单位，要恢复缴存的请办理启封")
    return found


def look(employer_id: int, chosen: Collection[str], *, at: datetime) -> tuple[Chosen, ...]:
    """Who was chosen by account number, and what stands against offering them.

    Raises NotOurs, PeopleBroken.
    """
    return told(hand_of(employer_id, chosen, at=at), lambda who, _: offer_problems(who))


def offer(
    employer_id: int, chosen: Collection[str], *, uscc: str, actor: Actor, at: datetime
) -> tuple[Chosen, ...]:
    """Offer everybody who was chosen to the employer with this code; gives who stands against it.

    With a problem of anybody nothing is written. Raises NotOurs, PeopleBroken.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        hand = hand_of(employer_id, chosen, at=at, lock=True)
        target = target_of(employer_id, uscc)
        wrong = wrong_with(hand, lambda who, _: offer_problems(who))
        if wrong:
            return wrong
        for enrolment, _ in hand.people:
            made = Move.objects.create(
                number=references.next(KIND, on=on),
                account_id=enrolment.account_id,
                person_id=enrolment.person_id,
                source_id=employer_id,
                target_id=target.employer_id,
                offered_by=actor.ref,
                offered_at=at,
            )
            _write("offered", made, actor, at)
    return ()


def take(
    employer_id: int, numbers: Collection[str], *, month: str, actor: Actor, at: datetime
) -> tuple[Offer, ...]:
    """Take over everybody who was offered under these numbers, paid for from a month ("2026-12").

    Bases stay, within the limits of the month. Gives all of them with what stands against each
    when there is anything, and writes nothing then. Raises NotOurs, PeopleBroken, LedgerRefusal.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        account = account_of(employer_id, lock=True)
        moves = _named(numbers, target_id=employer_id)
        wrong = _taking(moves, office_of(account, at), month)
        if any(wrong.values()):
            return tuple(
                _offer(each, employer_id, people, row, tuple(wrong[each.pk]))
                for each, people, row in _with_people(moves)
            )
        first = parse_month(month)
        limits = policy.contribution_terms(policy.current()).limits(first)
        rows = _enrolments(moves)
        coming = [
            Coming(each.account_id, clip(rows[each.account_id].base_fen, limits)[0], first)
            for each in moves
        ]
        bring(Into(account, moves[0].number, actor.ref), coming, on=on, at=at)
        _end(moves, State.TAKEN, actor, at)
        text = (
            f"{parties.employer(employer_id).name}已转入您的住房公积金账户，"
            f"自 {month_words(first)}起缴存。如有疑问请问单位经办人。"
        )
        messages.post_many(((m.person_id, text) for m in moves), kind="contributions.moved", at=at)
    return ()


def give_up(
    employer_id: int, numbers: Collection[str], *, decline: bool, actor: Actor, at: datetime
) -> int:
    """Decline what was offered to this employer, or withdraw what it offered itself; how many.

    Raises NotOurs, PeopleBroken.
    """
    side = {"target_id" if decline else "source_id": employer_id}
    with transaction.atomic():
        moves = _named(numbers, **side)
        _end(moves, State.DECLINED if decline else State.WITHDRAWN, actor, at)
    return len(moves)


def _named(numbers: Collection[str], **side: int) -> list[Move]:
    """The live offers of these numbers, locked. Raises NotOurs, PeopleBroken."""
    wanted = set(numbers)
    if not wanted:
        raise PeopleBroken("请先勾选职工")
    if len(wanted) > MOST_AT_ONCE:
        raise PeopleBroken(f"一次最多办理 {MOST_AT_ONCE} 人，请分几次办理")
    rows = Move.objects.select_for_update(no_key=True).filter(number__in=wanted, **side)
    found = list(rows.order_by("number"))
    if len(found) != len(wanted):
        raise NotOurs
    if any(each.state != State.OFFERED for each in found):
        raise PeopleBroken("有的转移已经办结，请刷新后再办理")
    return found


def _taking(moves: list[Move], office: Office, month: str) -> dict[int, list[Problem]]:
    """What stands against each move, by its key, looked at under the lock of the accounts."""
    books = {row.id: row for row in ledger.lock_accounts(each.account_id for each in moves)}
    rows = _enrolments(moves)
    wrong = {}
    for each in moves:
        row = rows[each.account_id]
        who = standing_of(row, books[each.account_id])
        is_theirs = row.employer_id == each.source_id
        wrong[each.pk] = list(take_problems(who, office, month=month, is_theirs=is_theirs))
    return wrong


def _enrolments(moves: Collection[Move]) -> dict[int, Enrolment]:
    ids = [each.account_id for each in moves]
    found: dict[int, Enrolment] = Enrolment.objects.in_bulk(ids, field_name="account_id")
    return found


def _end(moves: Collection[Move], state: Any, actor: Actor, at: datetime) -> None:
    for each in moves:
        each.state, each.ended_by, each.ended_at = state, actor.ref, at
        each.save(update_fields=["state", "ended_by", "ended_at"])
        _write(str(state), each, actor, at)


def _write(what: str, move: Move, actor: Actor, at: datetime) -> None:
    audit.write(
        f"contributions.move_{what}",
        at=at,
        actor=actor,
        subject=audit.Subject("account", str(move.account_id)),
        details={"move": move.number, "from": move.source_id, "to": move.target_id},
    )


def _offers(moves: "QuerySet[Move]", employer_id: int) -> tuple[Offer, ...]:
    found = list(moves.select_related("source", "target"))
    return tuple(_offer(each, employer_id, who, row) for each, who, row in _with_people(found))


def _with_people(
    moves: Collection[Move],
) -> Iterator[tuple[Move, employees.Employee, Enrolment]]:
    people = employees.employees([each.person_id for each in moves])
    rows = _enrolments(moves)
    for each in moves:
        yield each, people[each.person_id], rows[each.account_id]


def _offer(
    each: Move,
    employer_id: int,
    who: employees.Employee,
    row: Enrolment,
    problems: tuple[Problem, ...] = (),
) -> Offer:
    other = each.target if each.source_id == employer_id else each.source
    # What an account is paid through, and on what base, is its employer's alone to see, and
    # whoever is asked to take it over.
    is_seen = row.employer_id == employer_id or each.state == State.OFFERED
    return Offer(
        number=each.number,
        account_no=row.account_no,
        name=who.name,
        id_number=str(who.id_number),
        other=other.name,
        base_fen=row.base_fen if is_seen else 0,
        paid_through=row.paid_through if is_seen else None,
        offered_at=each.offered_at,
        state=each.state,
        state_text=each.get_state_display(),
        ended_at=each.ended_at,
        problems=problems,
    )
