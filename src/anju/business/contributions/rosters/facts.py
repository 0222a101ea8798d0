"""What pages may show of an employer's rosters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from anju.business.contributions.models import RosterBlock, RosterImport
from anju.business.contributions.rosters import rules
from anju.business.contributions.rosters.actions import own
from anju.business.contributions.rosters.rows import KNOWN, NEW, TRANSFER, Row, opened
from anju.store.secrets import MaskedIdNumber, MaskedPhone, Secret

WAYS = {NEW: "新开户", KNOWN: "新开账户", TRANSFER: "转入"}
"""How somebody is taken on, for a page."""


@dataclass(frozen=True)
class Standing:
    """Where an import stands at an instant, also for who left the page and came back.

    `done` of `total` rows are through the present phase (正在读取, 正在写入), `per_second` of them
    on average; `left_seconds` is None while nothing can be foretold. A roster that is written as a
    whole tells nothing before it is written. Who did what is named as "agent:7" or "staff:12".
    `problem` is a code, `says` its sentence.
    """

    reference: str
    employer_id: int
    state: str
    state_text: str
    uploaded_at: datetime
    uploaded_by: str
    confirmed_by: str
    since: datetime
    total: int
    done: int
    good: int
    bad: int
    written: int
    mode: str
    per_second: int
    left_seconds: int | None
    problem: str
    says: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a row: its column's heading, a code that stays, a sentence."""

    column: str
    heading: str
    code: str
    says: str
    was: str


@dataclass(frozen=True)
class RosterLine:
    """A row of the preview. Numbers are masked while the row is good, whole to be mended."""

    number: int
    name: str
    id_number: str
    phone: str
    base_fen: int | None
    applied_fen: int | None
    first_month: str
    way: str
    problems: tuple[Problem, ...]

    @property
    def clipped(self) -> bool:
        """Whether a limit changed the base."""
        return self.applied_fen is not None and self.applied_fen != self.base_fen


@dataclass(frozen=True)
class PreviewPage:
    """A page of the preview with where the import stands; `page` counts from 1."""

    standing: Standing
    lines: tuple[RosterLine, ...]
    page: int
    pages: int
    only_bad: bool


@dataclass(frozen=True)
class Summary:
    """What confirming the good rows will do: people by way, bases that a limit changed, and the
    sum of the bases applied, in fen."""

    new: int
    known: int
    transfers: int
    clipped: int
    base_fen: int


def standing(reference: str, *, employer_id: int, at: datetime) -> Standing:
    """Where an import stands. Raises NotYours."""
    return _standing(own(reference, employer_id), at)


def rosters(employer_id: int, *, at: datetime, limit: int = 20) -> tuple[Standing, ...]:
    """An employer's imports, the latest first."""
    found = RosterImport.objects.filter(employer_id=employer_id).order_by("-id")[:limit]
    return tuple(_standing(roster, at) for roster in found)


def preview(
    reference: str,
    *,
    employer_id: int,
    at: datetime,
    page: int = 1,
    only_bad: bool = False,
    size: int = 50,
) -> PreviewPage:
    """A page of an import's rows in the order of the file, or of those with problems alone.

    Raises NotYours. A page beyond the last is the last.
    """
    roster = own(reference, employer_id)
    blocks = roster.blocks.order_by("number").values_list("pk", "good", "bad")
    counts = [(pk, bad if only_bad else good + bad) for pk, good, bad in blocks]
    pages = max(-(-sum(count for _, count in counts) // size), 1)
    page = min(max(page, 1), pages)
    skip = (page - 1) * size
    wanted: list[int] = []
    first = before = 0
    for pk, count in counts:
        if before + count > skip and before < skip + size:
            first = first if wanted else before
            wanted.append(pk)
        before += count
    rows = [row for row in _rows(wanted) if not (only_bad and row.good)]
    shown = rows[skip - first : skip - first + size]
    lines = tuple(line_of(row) for row in shown)
    return PreviewPage(_standing(roster, at), lines, page, pages, only_bad)


def row(reference: str, *, employer_id: int, number: int) -> RosterLine | None:
    """One row by its number in the file, None when it was left out. Raises NotYours."""
    blocks = own(reference, employer_id).blocks.order_by("number")
    found = (each for block in blocks for each in opened(block) if each.number == number)
    return next((line_of(each) for each in found), None)


def summary(reference: str, *, employer_id: int) -> Summary:
    """What confirming will do. Raises NotYours."""
    new = known = transfers = clipped = base = 0
    for block in own(reference, employer_id).blocks.all():
        for each in opened(block):
            if not each.good:
                continue
            new += each.way == NEW
            known += each.way == KNOWN
            transfers += each.way == TRANSFER
            clipped += each.applied_fen != each.base_fen
            base += each.applied_fen or 0
    return Summary(new, known, transfers, clipped, base)


def _rows(keys: list[int]) -> Iterator[Row]:
    for block in RosterBlock.objects.filter(pk__in=keys).order_by("number"):
        yield from opened(block)


def line_of(each: Row) -> RosterLine:
    """A row as a page shows it."""
    good = each.good
    return RosterLine(
        number=each.number,
        name=each.name,
        id_number=str(MaskedIdNumber.of(Secret(each.id_number))) if good else each.id_number,
        phone=str(MaskedPhone.of(Secret(each.phone))) if good else each.phone,
        base_fen=each.base_fen,
        applied_fen=each.applied_fen,
        first_month=each.month,
        way=WAYS[each.way],
        problems=tuple(
            Problem(column, rules.shown(column), code, says, dict(each.was).get(column, ""))
            for column, code, says in each.problems
        ),
    )


def pace(total: int, done: int, since: timedelta) -> tuple[int, int | None]:
    """How many a second were through, and how many seconds are left, None while it cannot be told.

    `since` is how long it has taken so far.
    """
    per_second = done // max(since // timedelta(seconds=1), 1)
    return per_second, -(-(total - done) // per_second) if per_second and total else None


def _standing(roster: RosterImport, at: datetime) -> Standing:
    running = roster.state in (RosterImport.State.READING, RosterImport.State.WRITING)
    per_second, left = pace(roster.total, roster.done, (roster.ended_at or at) - roster.since)
    return Standing(
        reference=roster.reference,
        employer_id=roster.employer_id,
        state=roster.state,
        state_text=RosterImport.State(roster.state).label,
        uploaded_at=roster.uploaded_at,
        uploaded_by=roster.uploaded_by,
        confirmed_by=roster.confirmed_by,
        since=roster.since,
        total=roster.total,
        done=roster.done,
        good=roster.good,
        bad=roster.bad,
        written=roster.written,
        mode=roster.mode,
        per_second=per_second,
        left_seconds=left if running else None,
        problem=roster.problem,
        says=roster.says,
        ended_at=roster.ended_at,
    )
