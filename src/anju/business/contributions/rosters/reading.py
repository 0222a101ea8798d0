"""From the file to rows with their problems: a job, done again from the start when it was lost."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from anju import policy
from anju.business.contributions.models import EmployerAccount, RosterImport
from anju.business.contributions.rosters import rules, standing
from anju.business.contributions.rosters.columns import (
    BASE,
    COLUMNS,
    FIRST_MONTH,
    ID_NUMBER,
    NAME,
    PHONE,
)
from anju.business.contributions.rosters.rows import ROWS_OF_BLOCK, Row, lay
from anju.store import evidence
from anju.store.tables import reading
from anju.store.tables.shapes import Limits, Table, TableRefused
from anju.store.tables.writing import EXPLAINED_ON

_BLOCKS_AT_ONCE = 20
State = RosterImport.State


def read(roster_id: int, *, instant: Callable[[], datetime]) -> str:
    """Read and check the file of an import that is being read; gives its state afterwards.

    Raises what the evidence store raises, to be tried again.
    """
    roster = RosterImport.objects.get(pk=roster_id)
    if roster.state != State.READING:
        return str(roster.state)
    data = evidence.get(roster.file_key, sha256=roster.file_sha256)
    with suppress(_GivenUp):
        return _read(roster, data, instant)
    return str(RosterImport.objects.get(pk=roster_id).state)


def _read(roster: RosterImport, data: bytes, instant: Callable[[], datetime]) -> str:
    try:
        table = reading.read(
            data, columns=COLUMNS, limits=limits(localdate(instant())), passed_over=(EXPLAINED_ON,)
        )
    except TableRefused as refused:
        return _refused(roster, refused, instant())
    return checked(roster, rows_of(table), table.sheet, instant=instant)


def limits(on: date) -> Limits:
    """Where reading a roster stops, by the day's policy."""
    params = policy.current().params
    return Limits(
        bytes_max=params.roster_file_bytes_max.on(on).value,
        rows_max=params.roster_rows_max.on(on).value,
    )


def frame_of(roster: RosterImport, on: date) -> rules.Frame:
    """What holds for every row of this roster on a day."""
    return frame(roster.account, on)


def frame(account: EmployerAccount, on: date) -> rules.Frame:
    """What holds for whoever is taken on under an employer's account on a day."""
    terms = policy.contribution_terms(policy.current())
    return rules.Frame(account.first_month, terms, on)


def rows_of(table: Table) -> list[Row]:
    """The table's rows, each with what was wrong with its cells."""
    cells = table.cells
    rows = [
        Row(*each)
        for each in zip(
            table.rows, cells[NAME], cells[ID_NUMBER], cells[PHONE], cells[BASE],
            cells[FIRST_MONTH], strict=True,
        )
    ]  # fmt: skip
    if table.problems:
        by_number = {row.number: row for row in rows}
        for problem in table.problems:
            row = by_number[problem.row]
            kind = problem.column or "row"
            row.add(problem.column, f"{kind}.{problem.code}", problem.says)
            if problem.column:
                row.was = (*row.was, (problem.column, problem.was))
    return rows


def checked(
    roster: RosterImport, rows: Sequence[Row], sheet: str, *, instant: Callable[[], datetime]
) -> str:
    """Check the rows, lay them into blocks and open the preview; progress is seen meanwhile."""
    frame = frame_of(roster, localdate(instant()))
    good = bad = 0
    with transaction.atomic():
        _still(roster)
        roster.blocks.all().delete()
        _update(roster, instant(), total=len(rows), done=0, since=instant(), sheet=sheet[:100])
    rules.check(rows, frame)
    rules.same_number_twice(rows)
    for first, some in _some(rows):
        with transaction.atomic():
            _still(roster)
            standing.check(some, employer_id=roster.employer_id)
            size = ROWS_OF_BLOCK
            parts = [some[at : at + size] for at in range(0, len(some), size)]
            laid = lay(roster.pk, first // size, parts)
            good, bad = good + laid[0], bad + laid[1]
            _update(roster, instant(), done=first + len(some))
    with transaction.atomic():
        _still(roster)
        _update(roster, instant(), state=State.PREVIEW, good=good, bad=bad, since=instant())
    return str(State.PREVIEW)


def _some(rows: Sequence[Row]) -> Iterator[tuple[int, Sequence[Row]]]:
    size = ROWS_OF_BLOCK * _BLOCKS_AT_ONCE
    for first in range(0, len(rows), size):
        yield first, rows[first : first + size]


def _refused(roster: RosterImport, refused: TableRefused, at: datetime) -> str:
    says = f"工作表“{refused.sheet}”：{refused.says}" if refused.sheet else refused.says
    with transaction.atomic():
        _still(roster)
        _update(
            roster, at, state=State.REFUSED, problem=refused.code, says=says, ended_at=at,
            since=at,
        )  # fmt: skip
    return str(State.REFUSED)


def _still(roster: RosterImport) -> None:
    """Lock the import; whoever gave it up meanwhile ends the reading."""
    state = (
        RosterImport.objects.select_for_update(no_key=True)
        .values_list("state", flat=True)
        .get(pk=roster.pk)
    )
    if state != State.READING:
        raise _GivenUp


class _GivenUp(Exception):
    """The import is not being read any more; nothing is left to do."""


def _update(roster: RosterImport, at: datetime, **columns: object) -> None:
    RosterImport.objects.filter(pk=roster.pk).update(touched_at=at, **columns)
