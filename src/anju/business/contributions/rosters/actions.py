"""What an employer does with a roster: send it, mend its rows, confirm it once, or give it up."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localdate

from anju import ledger, policy, ports
from anju.business.contributions.models import EmployerAccount, RosterBlock, RosterImport
from anju.business.contributions.rosters import reading, rules, standing
from anju.business.contributions.rosters.answers import NotYours, RosterBroken
from anju.business.contributions.rosters.columns import BASE, KINDS
from anju.business.contributions.rosters.rows import Row, opened, put
from anju.domain.employer_account import REMITS
from anju.store import audit, evidence, outbox, references
from anju.store.audit import Actor
from anju.store.tables import cells

_LOST_AFTER: Final = timedelta(minutes=2)
_NOT_STORED: Final = "文件暂时存不进来，没有保存。请过几分钟再试。"
State, Mode = RosterImport.State, RosterImport.Mode


def upload(employer_id: int, *, content: bytes, actor: Actor, at: datetime) -> str:
    """Keep the file sealed and have it read; gives the import's reference.

    Raises RosterBroken when the employer has no account that takes members on, when the file is
    too large or cannot be kept; nothing is written then.
    """
    live = EmployerAccount.objects.filter(employer_id=employer_id, state__in=REMITS)
    account = live.first()
    if account is None:
        raise RosterBroken("本单位没有可用的单位账户（未开户、已封存或已销户），不能登记人员")
    most = reading.limits(localdate(at)).bytes_max
    if len(content) > most:
        raise RosterBroken(f"文件超过 {most // 1024 // 1024} MB，请分成几个文件上传")
    if not content:
        raise RosterBroken("文件是空的，请选择填写好的表格")
    key = f"roster/{uuid4().hex}"
    try:
        digest = evidence.put(key, data=content)
    except OSError as error:
        raise RosterBroken(_NOT_STORED) from error
    with transaction.atomic():
        roster = RosterImport.objects.create(
            reference=references.next("RM", on=ledger.business_date()),
            employer_id=employer_id,
            account=account,
            file_key=key,
            file_sha256=digest,
            file_bytes=len(content),
            uploaded_at=at,
            uploaded_by=actor.ref,
            since=at,
            touched_at=at,
        )
        _defer_reading(roster)
        _audit("uploaded", roster, actor, at, bytes=len(content))
    return str(roster.reference)


def mend(
    reference: str,
    *,
    employer_id: int,
    number: int,
    values: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> Row:
    """Put other values into a row of the file and check it again, with those it stood against.

    `values` are texts as typed, by column; columns that are not named stay. Raises NotYours,
    RosterBroken when the preview is over.
    """
    with transaction.atomic():
        roster = _locked(reference, employer_id, State.PREVIEW)
        preview = _Preview(roster)
        row = preview.row(number)
        numbers = {row.id_number}
        chars_max = reading.limits(localdate(at)).chars_max
        type_in(row, values, chars_max)
        row.problems = tuple(each for each in row.problems if each[0])
        rules.check([row], reading.frame_of(roster, localdate(at)))
        preview.check_again({*numbers, row.id_number}, row, roster, at)
        preview.save()
        _audit("row_mended", roster, actor, at, row=number)
    return row


def leave_out(reference: str, *, employer_id: int, number: int, actor: Actor, at: datetime) -> None:
    """Take a row out of the roster. Raises NotYours, RosterBroken when the preview is over."""
    with transaction.atomic():
        roster = _locked(reference, employer_id, State.PREVIEW)
        preview = _Preview(roster)
        row = preview.row(number)
        preview.take_out(row)
        preview.check_again({row.id_number}, None, roster, at)
        preview.save()
        _audit("row_left_out", roster, actor, at, row=number)


def confirm(reference: str, *, employer_id: int, mode: str, actor: Actor, at: datetime) -> str:
    """Have the roster written, "all" or only the "good" rows; gives the state it is in.

    Once: whoever confirms second gets the state the first one brought it into. Raises NotYours,
    RosterBroken where there is nothing to write, or problems are left in mode "all".
    """
    roster = own(reference, employer_id)
    if roster.state in (State.WRITING, State.DONE):
        return str(roster.state)
    with transaction.atomic():
        roster = own(reference, employer_id, lock=True)
        if roster.state in (State.WRITING, State.DONE):
            return str(roster.state)
        _require(roster, State.PREVIEW)
        if mode not in Mode.values:
            raise RosterBroken("请选择写入方式")
        if not roster.good:
            raise RosterBroken("没有可以写入的人员，请先修改有问题的行")
        if mode == Mode.ALL and roster.bad:
            raise RosterBroken(f"还有 {roster.bad:,} 行有问题，请先修改，或选择只写入无误的人员")
        roster.mode, roster.state = mode, State.WRITING
        roster.confirmed_at, roster.confirmed_by = at, actor.ref
        roster.since = roster.touched_at = at
        roster.total, roster.done = roster.good, 0
        roster.problem = roster.says = ""
        roster.save()
        _defer_writing(roster)
        _audit("confirmed", roster, actor, at, mode=mode, good=roster.good, bad=roster.bad)
    return str(State.WRITING)


def discard(reference: str, *, employer_id: int, actor: Actor, at: datetime) -> None:
    """Give an import up before it is written. Raises NotYours, RosterBroken."""
    with transaction.atomic():
        roster = _locked(reference, employer_id, State.PREVIEW, State.READING, State.REFUSED)
        roster.blocks.all().delete()
        roster.state, roster.ended_at, roster.since = State.DISCARDED, at, at
        roster.save(update_fields=["state", "ended_at", "since"])
        _audit("discarded", roster, actor, at)


def sweep(at: datetime) -> int:
    """Defer again what a lost worker left unread or unwritten; gives how many."""
    with transaction.atomic():
        lost = RosterImport.objects.select_for_update(no_key=True, skip_locked=True).filter(
            state__in=[State.READING, State.WRITING], touched_at__lt=at - _LOST_AFTER
        )
        found = list(lost)
        for roster in found:
            if roster.state == State.READING:
                _defer_reading(roster)
            else:
                _defer_writing(roster)
        lost.filter(pk__in=[roster.pk for roster in found]).update(touched_at=at)
    return len(found)


def forget(at: datetime) -> int:
    """Drop rows and files of imports whose time has passed, and end previews nobody confirmed."""
    old = RosterImport.objects.filter(touched_at__lt=kept_since(at)).exclude(file_key="")
    gone = 0
    for roster in old.exclude(state__in=[State.READING, State.WRITING]):
        ports.evidence_store().delete(roster.file_key)
        with transaction.atomic():
            roster.blocks.all().delete()
            roster.file_key = ""
            if roster.state == State.PREVIEW:
                roster.state, roster.ended_at = State.DISCARDED, at
            roster.save(update_fields=["file_key", "state", "ended_at"])
        gone += 1
    return gone


def kept_since(at: datetime) -> datetime:
    """From when on files and rows are still kept, by policy."""
    days: int = policy.current().params.roster_kept_days.on(localdate(at)).value
    return at - timedelta(days=days)


def own(reference: str, employer_id: int, *, lock: bool = False) -> RosterImport:
    """The import of this employer by its reference. Raises NotYours."""
    rows = RosterImport.objects.select_for_update(no_key=True) if lock else RosterImport.objects
    found = rows.filter(reference=reference, employer_id=employer_id).first()
    if found is None:
        raise NotYours(reference)
    roster: RosterImport = found
    return roster


def _locked(reference: str, employer_id: int, *states: Any) -> RosterImport:
    roster = own(reference, employer_id, lock=True)
    _require(roster, *states)
    return roster


def _require(roster: RosterImport, *states: Any) -> None:
    if roster.state not in states:
        raise RosterBroken(f"名册{State(roster.state).label}，不能再更改")


def type_in(row: Row, values: Mapping[str, str], chars_max: int) -> None:
    """Values as typed on a page, by column, taken as they would be from a file."""
    for column, kind in KINDS.items():
        if column in values:
            _type_cell(row, column, kind, values[column], chars_max)


def _type_cell(row: Row, column: str, kind: cells.Kind, typed: str, chars_max: int) -> None:
    [value], wrong = cells.column(kind, [typed], chars_max)
    row.problems = tuple(each for each in row.problems if each[0] != column)
    row.was = tuple(each for each in row.was if each[0] != column)
    setattr(row, "base_fen" if column == BASE else _ATTRIBUTE.get(column, column), value)
    for code in wrong.values():
        row.add(column, f"{column}.{code}", cells.SAYS[code])
        row.was = (*row.was, (column, typed[:60]))


_ATTRIBUTE: Final = {"first_month": "month"}


class _Preview:
    """All rows of a preview in hand, and which blocks have to be sealed anew."""

    def __init__(self, roster: RosterImport) -> None:
        self.roster = roster
        self.blocks = list(roster.blocks.order_by("number"))
        self.rows = [opened(block) for block in self.blocks]
        self._touched: set[int] = set()

    def row(self, number: int) -> Row:
        """The row of this number in the file. Raises NotYours."""
        for place, rows in enumerate(self.rows):
            for row in rows:
                if row.number == number:
                    self._touched.add(place)
                    return row
        raise NotYours(str(number))

    def take_out(self, row: Row) -> None:
        """Leave a row out of its block."""
        for rows in self.rows:
            if row in rows:
                rows.remove(row)

    def check_again(
        self, numbers: Iterable[str], mended: Row | None, roster: RosterImport, at: datetime
    ) -> None:
        """Check a mended row against the rest, and those with one of these ID numbers."""
        wanted = {number for number in numbers if number}
        affected = []
        for place, rows in enumerate(self.rows):
            for row in rows:
                if row is mended or row.id_number in wanted:
                    self._touched.add(place)
                    affected.append(row)
        others = [row for row in affected if row is not mended]
        for row in others:
            row.problems = tuple(
                p for p in row.problems if row.untaken(p[0]) or p[1] == "row.ragged"
            )
        rules.check(others, reading.frame_of(roster, localdate(at)))
        rules.same_number_twice(affected)
        standing.check(affected, employer_id=roster.employer_id)

    def save(self) -> None:
        """Seal what changed and count again."""
        for place in self._touched:
            put(self.blocks[place], self.rows[place])
        changed = [self.blocks[place] for place in sorted(self._touched)]
        RosterBlock.objects.bulk_update(changed, ["rows", "good", "bad"])
        sums = self.roster.blocks.aggregate(good=Sum("good"), bad=Sum("bad"))
        self.roster.good, self.roster.bad = sums["good"] or 0, sums["bad"] or 0
        self.roster.total = self.roster.good + self.roster.bad
        self.roster.done = self.roster.total
        self.roster.save(update_fields=["good", "bad", "total", "done"])


def _defer_reading(roster: RosterImport) -> None:
    outbox.defer("rosters.read", lock=f"roster-{roster.pk}", roster_id=roster.pk)


def _defer_writing(roster: RosterImport) -> None:
    outbox.defer("rosters.write", lock=f"roster-{roster.pk}", roster_id=roster.pk)


def _audit(what: str, roster: RosterImport, actor: Actor, at: datetime, **details: object) -> None:
    subject = audit.Subject("roster", str(roster.reference))
    audit.write(
        f"contributions.roster_{what}",
        at=at,
        actor=actor,
        subject=subject,
        details={"employer": roster.employer_id, **details},
    )
