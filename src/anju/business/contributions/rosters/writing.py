"""From a confirmed roster to people, accounts and enrolments: set by set, each roster once.

In mode "all" everything is one transaction; in mode "good" some blocks are one, so that a worker
that died goes on where it stopped. Either way what was true at the preview is looked at again
under the day gate, because an account may have been opened elsewhere since.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.enrolment_terms import COLUMNS as TERMS
from anju.business.contributions.enrolment_terms import take_terms
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    EnrolmentEvent,
    RosterBlock,
    RosterImport,
)
from anju.business.contributions.rosters import standing
from anju.business.contributions.rosters.rows import TRANSFER, Row, opened, put
from anju.domain.contribution import month_words, parse_month
from anju.ledger import LedgerRefusal
from anju.parties import actions as parties
from anju.parties import facts as parties_facts
from anju.parties import messages
from anju.parties.answers import RuleBroken
from anju.store import audit
from anju.store.audit import Actor
from anju.store.bulk import copy_new

_BLOCKS_AT_ONCE: Final = 10
_TRIES: Final = 3
_SCOPE: Final = "contributions.roster"
State, Mode = RosterImport.State, RosterImport.Mode
T = TypeVar("T")
Standing = dict[int, tuple[standing.Known, standing.Account | None]]


class _TurnedBad(Exception):
    """Rows that were good at the preview are not any more; nothing of the roster is written."""


@dataclass(frozen=True, slots=True)
class Into:
    """Where people are taken on: under an employer's account, by whom ("agent:7").

    `key` names this one act, so that the ledger does it once.
    """

    account: EmployerAccount
    key: str
    by: str


@dataclass(frozen=True, slots=True)
class Coming:
    """An account that comes along: its base in fen, within its limits, and the first month."""

    account_id: int
    base_fen: int
    first_month: date


@dataclass(frozen=True, slots=True)
class _Taken:
    """One row as it went into the books."""

    row: Row
    person_id: int
    account_id: int


def write(roster_id: int, *, instant: Callable[[], datetime]) -> str:
    """Write a confirmed roster, as far as it is not yet; gives its state afterwards."""
    roster = RosterImport.objects.get(pk=roster_id)
    if roster.state != State.WRITING:
        return str(roster.state)
    if roster.mode == Mode.GOOD:
        while _group(roster_id, instant()):
            pass
    else:
        try:
            again_when_raced(lambda: _all(roster_id, instant()))
        except _TurnedBad:
            return _back_to_preview(roster, instant())
    return _done(roster, instant())


def _group(roster_id: int, at: datetime) -> int:
    """Write the next blocks, one transaction; how many there were."""

    def once() -> int:
        with transaction.atomic():
            roster = _held(roster_id)
            blocks = _waiting(roster)
            if blocks:
                _write(roster, blocks, at)
            return len(blocks)

    return again_when_raced(once)


def _all(roster_id: int, at: datetime) -> None:
    with transaction.atomic():
        roster = _held(roster_id)
        while blocks := _waiting(roster):
            if _write(roster, blocks, at):
                raise _TurnedBad


def again_when_raced(once: Callable[[], T]) -> T:
    """Do it again when somebody else took one of the people on meanwhile."""
    for _ in range(_TRIES - 1):
        try:
            return ledger.retrying(once)
        except (LedgerRefusal, RuleBroken, IntegrityError):
            continue
    return ledger.retrying(once)


def _held(roster_id: int) -> RosterImport:
    """The import, locked: counted anew by every try."""
    roster: RosterImport = RosterImport.objects.select_for_update(no_key=True).get(pk=roster_id)
    return roster


def _waiting(roster: RosterImport) -> list[RosterBlock]:
    waiting = RosterBlock.objects.filter(roster=roster, written=False).order_by("number")
    return list(waiting[:_BLOCKS_AT_ONCE])


def _write(roster: RosterImport, blocks: Sequence[RosterBlock], at: datetime) -> int:
    """Write what is good of some blocks; how many rows turned bad since the preview."""
    on = ledger.enter_day()
    held = [opened(block) for block in blocks]
    good = [row for rows in held for row in rows if row.good]
    known = standing.check(good, employer_id=roster.employer_id)
    fit = [row for row in good if row.good]
    into = Into(roster.account, f"{roster.reference}-{blocks[0].number}", roster.confirmed_by)
    take_on(into, fit, known, on=on, at=at)
    for block, rows in zip(blocks, held, strict=True):
        put(block, rows)
        block.written = True
    RosterBlock.objects.bulk_update(blocks, ["rows", "good", "bad", "written"])
    through, turned = len(good), len(good) - len(fit)
    roster.done += through
    roster.written += len(fit)
    roster.good -= turned
    roster.bad += turned
    roster.touched_at = at
    roster.save(update_fields=["done", "written", "good", "bad", "touched_at"])
    return turned


def take_on(into: Into, rows: Sequence[Row], known: Standing, *, on: date, at: datetime) -> None:
    """Open accounts for good rows, or bring the accounts along, and tell the members.

    `known` is what `standing.check` said of them, under the day gate. Raises LedgerRefusal,
    RuleBroken or IntegrityError when somebody else was faster.
    """
    moving = [row for row in rows if row.way == TRANSFER]
    taken = _opened(into, [row for row in rows if row.way != TRANSFER], known, on, at)
    taken += _moved(into, moving, known, on, at)
    _tell(into, taken, at)


def _opened(
    into: Into, rows: Sequence[Row], known: Standing, on: date, at: datetime
) -> list[_Taken]:
    """People who have no live account: those we do not know are written down first."""
    if not rows:
        return []
    new = [row for row in rows if row.number not in known]
    persons = {number: person.person_id for number, (person, _) in known.items()}
    if new:
        keys = parties.enrol_people(
            [(row.name, row.id_number) for row in new],
            phones=[row.phone for row in new],
            actor=Actor.system(),
            at=at,
        )
        persons |= {row.number: key for row, key in zip(new, keys, strict=True)}
    employer_id = into.account.employer_id
    accounts = ledger.open_accounts(
        [(persons[row.number], employer_id, on) for row in rows], key=into.key, scope=_SCOPE
    )
    branch = parties_facts.employer(employer_id).branch_code
    orders.enrol_many(
        orders.Enrolled(
            account_id=account,
            account_no=f"99{account:010}",
            person_id=persons[row.number],
            employer_id=employer_id,
            branch_code=branch,
            base_fen=_applied(row),
            member_ratio=into.account.member_ratio,
            employer_ratio=into.account.employer_ratio,
            opened_on=on,
            paid_through=None,
            sealed_on=None,
            seal_reason="",
            first_month=parse_month(row.month),
        )
        for row, account in zip(rows, accounts, strict=True)
    )
    return [
        _Taken(row, persons[row.number], account)
        for row, account in zip(rows, accounts, strict=True)
    ]


def _moved(
    into: Into, rows: Sequence[Row], known: Standing, on: date, at: datetime
) -> list[_Taken]:
    """People sealed with another employer: the account comes along and contributions go on."""
    taken = [
        _Taken(row, known[row.number][0].person_id, account.account_id)
        for row in rows
        if (account := known[row.number][1]) is not None
    ]
    coming = [
        Coming(each.account_id, _applied(each.row), parse_month(each.row.month)) for each in taken
    ]
    bring(into, coming, on=on, at=at)
    return taken


def bring(into: Into, coming: Sequence[Coming], *, on: date, at: datetime) -> None:
    """Accounts that are sealed with other employers come along, and contributions go on.

    One voucher, Dr 201 of the old employers, Cr 201 of the new one. Raises LedgerRefusal.
    """
    if not coming:
        return
    employer_id = into.account.employer_id
    accounts = [each.account_id for each in coming]
    ledger.transfer_accounts(
        [(account, employer_id) for account in accounts],
        key=into.key,
        occurred_at=at,
        scope=f"{_SCOPE}_transfer",
    )
    for account_id in sorted(accounts):
        ledger.unseal(account_id)
    branch = parties_facts.employer(employer_id).branch_code
    by_account = Enrolment.objects.in_bulk(accounts, field_name="account_id")
    month = on.replace(day=1)
    changed: list[Enrolment] = []
    events: list[EnrolmentEvent] = []
    for each in coming:
        enrolment = by_account[each.account_id]
        events += _moves(enrolment, into, each.first_month, on, at)
        enrolment.employer_id, enrolment.branch_code = employer_id, branch
        take_terms(
            enrolment,
            into.account,
            base_fen=each.base_fen,
            first_month=each.first_month,
            month=month,
        )
        changed.append(enrolment)
    columns = ["employer", "branch_code", *TERMS]
    Enrolment.objects.bulk_update(changed, columns, batch_size=500)
    copy_new(EnrolmentEvent, events)


def _moves(
    enrolment: Enrolment, into: Into, month: date, on: date, at: datetime
) -> tuple[EnrolmentEvent, EnrolmentEvent]:
    """A move as both employers see it; neither is told of the other."""
    kinds, told = EnrolmentEvent.Kind, {"account_id": enrolment.account_id, "on": on, "at": at}
    by = into.by
    return (
        EnrolmentEvent(employer_id=enrolment.employer_id, kind=kinds.MOVED_OUT, by=by, **told),
        EnrolmentEvent(
            employer_id=into.account.employer_id, kind=kinds.MOVED_IN, month=month, by=by, **told
        ),
    )


def _applied(row: Row) -> int:
    assert row.applied_fen is not None, "a good row has a base within its limits"
    return row.applied_fen


def _tell(into: Into, taken: Sequence[_Taken], at: datetime) -> None:
    """A message to each member: from which month the employer pays."""
    employer = parties_facts.employer(into.account.employer_id).name

    def text(month: str) -> str:
        since = month_words(parse_month(month))
        return f"{employer}已为您办理住房公积金缴存登记，自 {since}起缴存。如有疑问请问单位经办人。"

    told = ((each.person_id, text(each.row.month)) for each in taken)
    messages.post_many(told, kind="contributions.enrolled", at=at)


def _back_to_preview(roster: RosterImport, at: datetime) -> str:
    """Mode "all" met rows that turned bad: nothing was written, and the preview says which."""
    turned = 0
    with transaction.atomic():
        roster = _held(roster.pk)
        for block in RosterBlock.objects.filter(roster=roster).order_by("number"):
            rows = opened(block)
            standing.check([row for row in rows if row.good], employer_id=roster.employer_id)
            bad = block.bad
            put(block, rows)
            turned += block.bad - bad
            block.save(update_fields=["rows", "good", "bad"])
        roster.state, roster.mode, roster.confirmed_at = State.PREVIEW, "", None
        roster.good, roster.bad = roster.good - turned, roster.bad + turned
        roster.total = roster.done = roster.good + roster.bad
        roster.since = roster.touched_at = at
        roster.problem = "changed"
        roster.says = (
            f"确认以后有 {turned:,} 行的情况变了，没有写入任何人员。请处理这些行后再确认。"
        )
        roster.save()
        _audit("turned_back", roster, at, rows=turned)
    return str(State.PREVIEW)


def _done(roster: RosterImport, at: datetime) -> str:
    with transaction.atomic():
        locked = _held(roster.pk)
        if locked.state != State.WRITING:
            return str(locked.state)
        locked.state, locked.ended_at, locked.touched_at = State.DONE, at, at
        locked.save(update_fields=["state", "ended_at", "touched_at"])
        _audit("written", locked, at, rows=locked.written, left=locked.bad)
    return str(State.DONE)


def _audit(what: str, roster: RosterImport, at: datetime, **details: object) -> None:
    audit.write(
        f"contributions.roster_{what}",
        at=at,
        actor=Actor.system(),
        subject=audit.Subject("roster", str(roster.reference)),
        details={"employer": roster.employer_id, **details},
    )
