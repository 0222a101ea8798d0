"""What the day-end board shows: where each day and each of its steps stands, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju import ledger
from anju.business.treasury import day_end
from anju.business.treasury.books import reader
from anju.business.treasury.day_end import BREAKS, LEAVES, ROOT, State, Unit
from anju.business.treasury.models import DayEndStep
from anju.business.treasury.progress import StepLine, line
from anju.business.treasury.two_people import FIRST, SECOND, waits_for
from anju.ledger import DayRow
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts

PAGE = 31
TITLES = {
    day_end.FLIPPED: "日切",
    day_end.PROOFS: "账务核对",
    day_end.LEAVES: "凭证摘要",
    day_end.RECONCILED: "银行对账",
    day_end.BREAKS: "异常确认",
    day_end.ROOT: "凭证编号与根值",
    FIRST: "会计签名",
    SECOND: "第二人签名",
    day_end.SEALED: "封账",
}
STATE_TEXT = {"open": "营业中", "closing": "日终中", "sealed": "已封账"}
_STEP_TEXT = {"waiting": "等待", "running": "进行中", "failed": "未通过", "done": "完成"}
_MEND = {
    day_end.RECONCILED: "银行恢复后会自动再取；仍取不到请联系银行，也可以立即重新执行。",
    day_end.PROOFS: "这一天不能封账。请系统工程师按日终手册查明，改正后重新执行。",
    day_end.ROOT: "这一天不能封账。请系统工程师按日终手册查明，改正后重新执行。",
    day_end.SEALED: "签名之后账务有变，封账已停止。请系统工程师按日终手册查明。",
}


@dataclass(frozen=True)
class DayLine:
    """One day in the list, or its adjustments; `step` is where its end stands, if it is on."""

    day: date
    key: str
    is_adjustment: bool
    state: str
    state_text: str
    step: str
    is_failed: bool
    signer1: str
    signer2: str


@dataclass(frozen=True)
class DaysPage:
    """The list of days, newest first; `next_before` asks for earlier ones."""

    lines: tuple[DayLine, ...]
    next_before: date | None


@dataclass(frozen=True)
class Board:
    """One day's end; `asks` is what this person may do now: acknowledge, sign or nothing."""

    day: date
    key: str
    is_adjustment: bool
    state: str
    state_text: str
    steps: tuple[StepLine, ...]
    is_live: bool
    is_failed: bool
    asks: str
    asks_title: str
    waits_for: str
    breaks: int
    vouchers: int
    root: str
    signature: str


def days(staff_id: int, *, before: date | None = None) -> DaysPage:
    """The days of the books, newest first. Raises NotYours."""
    reader(staff_id)
    found = ledger.recent_days(before=before, limit=PAGE + 1)
    dates = sorted({each.day for each in found}, reverse=True)[:PAGE]
    steps: dict[Unit, list[DayEndStep]] = {}
    for row in DayEndStep.objects.filter(day__in=dates):
        steps.setdefault(Unit(row.day, row.segment), []).append(row)
    names = parties.names_of_refs(who for each in found for who in (each.signer1, each.signer2))
    return DaysPage(
        lines=tuple(
            _line(each, steps.get(Unit(each.day, each.segment), []), names)
            for each in found
            if each.day in dates
        ),
        next_before=dates[-1] if dates and found[-1].day < dates[-1] else None,
    )


def board(staff_id: int, of: Unit, *, at: datetime) -> Board:
    """One day's end as it stands at `at`. Raises NotYours, LookupError for no day of the books."""
    staff = reader(staff_id)
    of_ledger = ledger.day_row(of.day, segment=of.segment)
    rows = {row.step: row for row in day_end.steps_of(of)}
    names = parties.names_of_refs(row.who for row in rows.values())
    steps = tuple(_step(rows[step], at, names) for step in of.steps if step in rows)
    current = next((line for line in steps if line.state != State.DONE), None)
    asks, waits_for = _asked(staff, rows, current)
    return Board(
        day=of.day,
        key=of.key,
        is_adjustment=of.segment != "day",
        state=of_ledger.state,
        state_text=STATE_TEXT[of_ledger.state],
        steps=steps,
        is_live=of_ledger.state == "closing",
        is_failed=current is not None and current.state == State.FAILED,
        asks=asks,
        asks_title=current.title if current else "",
        waits_for=waits_for,
        breaks=rows[BREAKS].total if BREAKS in rows else 0,
        vouchers=rows[LEAVES].total if LEAVES in rows else 0,
        root=of_ledger.root.hex() if of_ledger.root else "",
        signature=of_ledger.signature or "",
    )


def _line(day: DayRow, rows: list[DayEndStep], names: Mapping[str, str]) -> DayLine:
    of, by_step = Unit(day.day, day.segment), {row.step: row for row in rows}
    current = next((s for s in of.steps if s in by_step and by_step[s].state != State.DONE), None)
    return DayLine(
        day=day.day,
        key=of.key,
        is_adjustment=of.segment != "day",
        state=day.state,
        state_text=STATE_TEXT[day.state],
        step=TITLES[current] if current and day.state == "closing" else "",
        is_failed=current is not None and by_step[current].state == State.FAILED,
        signer1=names.get(day.signer1 or "", ""),
        signer2=names.get(day.signer2 or "", ""),
    )


def _step(row: DayEndStep, at: datetime, names: Mapping[str, str]) -> StepLine:
    if row.since is None:
        text = "未开始"
    elif row.state == State.WAITING and row.step in day_end.BY_PEOPLE:
        text = "待处理"
    else:
        text = _STEP_TEXT[row.state]
    # Roots and signatures stand under the table, where they have room.
    is_hex = row.step in (ROOT, day_end.SEALED) and row.state == State.DONE
    return line(
        row,
        title=TITLES[row.step],
        state_text=text,
        at=at,
        names=names,
        note="" if is_hex else row.note,
        mend=_MEND.get(row.step, "") if row.state == State.FAILED else "",
    )


def _asked(
    staff: StaffFacts, rows: dict[str, DayEndStep], current: StepLine | None
) -> tuple[str, str]:
    """What this person may do now, and if nothing, for whom the day waits."""
    if current is None or current.state != State.WAITING:
        return "", ""
    if current.since is None:
        return "", f"{current.note}。" if current.step == ROOT and current.note else ""
    if current.step == BREAKS:
        return "acknowledge", ""
    if current.step not in (FIRST, SECOND):
        return "", ""
    waits = waits_for(current.step, staff, first=rows[FIRST].who)
    return "" if waits else "sign", waits
