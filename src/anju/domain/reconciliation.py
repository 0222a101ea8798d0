"""Our books beside the bank's statement: which lines are one movement, and what does not fit.

Pure: whoever calls brings the lines that were not matched before, and keeps what is said of them.
A bank's day ends at its own hour, so a movement may stand in its books a day before or after ours;
that is no break. What is alone for longer is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

WINDOW_DAYS: Final = 1
"""By how many days the same movement may stand apart in the two books."""


class Kind(StrEnum):
    """What does not fit between the books and the statement."""

    OURS_ONLY = "ours_only"
    """企业已记、银行未记: the bank does not tell of a line of ours."""
    THEIRS_ONLY = "theirs_only"
    """银行已记、企业未记: we have not booked a line of the bank's."""
    NEVER_ORDERED = "never_ordered"
    """Money left under a number that is no order of ours."""
    AMOUNT_DIFFERS = "amount_differs"
    DAY_DIFFERS = "day_differs"
    """The same movement, further apart than a cut-off explains."""
    DOUBLED_THEIRS = "doubled_theirs"
    """The bank moved the money of one order twice."""
    DOUBLED_OURS = "doubled_ours"
    """We booked one movement twice."""
    RETURN_NOT_BOOKED = "return_not_booked"
    """The money came back (退票) and our books do not know."""
    RETURN_NOT_THEIRS = "return_not_theirs"
    """We booked a return that the bank does not tell of."""
    REVERSED = "reversed"
    """The bank undid a line of its own (冲正); whether ours must follow is for a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on a bank account, in our books or in theirs.

    `mark` is the order number where it is known, empty otherwise; `amount_fen` is above zero when
    money came in.
    """

    key: str
    on: date
    amount_fen: int
    mark: str = ""
    reversal: bool = False

    @property
    def movement(self) -> tuple[str, bool]:
        """What the two books know it by: the order, and whether money came in."""
        return self.mark, self.amount_fen > 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit, with the lines it is seen in; either may be missing."""

    kind: Kind
    ours: Line | None = None
    theirs: Line | None = None


@dataclass(slots=True)
class Compared:
    """What a day's comparison says: pairs of one movement, and findings."""

    matched: list[tuple[Line, Line]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def compare(
    ours: Iterable[Line],
    theirs: Iterable[Line],
    *,
    on: date,
    orders: Collection[str],
    settled: Collection[tuple[str, bool]],
    receipts: Collection[str] = (),
) -> Compared:
    """Compare what is unmatched in both books up to and including the day `on`.

    Args:
        ours: lines of our books that no earlier day matched.
        theirs: lines of the statement that no earlier day matched.
        on: the last day that both books have closed.
        orders: the order numbers among the marks that are really ours.
        settled: movements (`Line.movement`) that earlier days matched.
        receipts: the bank's serials among the marks of which it told us that money came in, or
            that it took it back: those are booked under their serial.
    """
    known = {*orders, *receipts}
    found = Compared()
    by_movement: dict[tuple[str, bool], tuple[list[Line], list[Line]]] = defaultdict(
        lambda: ([], [])
    )
    plain: tuple[list[Line], list[Line]] = ([], [])
    for line in sorted(ours, key=_order):
        (by_movement[line.movement][0] if line.mark in known else plain[0]).append(line)
    for line in sorted(theirs, key=_order):
        if line.reversal and line.mark not in receipts:
            found.findings.append(Finding(Kind.REVERSED, theirs=line))
        elif line.mark in known:
            by_movement[line.movement][1].append(line)
        elif line.mark and line.amount_fen < 0:
            found.findings.append(Finding(Kind.NEVER_ORDERED, theirs=line))
        else:
            plain[1].append(line)
    for movement, (here, there) in by_movement.items():
        may_return = movement[0] in orders
        done = movement in settled
        _one_movement(here, there, on=on, known=done, found=found, may_return=may_return)
    _without_mark(*plain, on=on, found=found)
    return found


def _order(line: Line) -> tuple[date, str]:
    return line.on, line.key


def _one_movement(
    ours: list[Line],
    theirs: list[Line],
    *,
    on: date,
    known: bool,
    found: Compared,
    may_return: bool,
) -> None:
    """Lines of one order or receipt in one direction: there should be one of each."""
    for one in list(ours):
        other = next((line for line in theirs if line.amount_fen == one.amount_fen), None)
        if other is None or known:
            continue
        known = True
        ours.remove(one)
        theirs.remove(other)
        found.matched.append((one, other))
        if abs(one.on - other.on).days > WINDOW_DAYS:
            found.findings.append(Finding(Kind.DAY_DIFFERS, one, other))
    if known:
        found.findings += [Finding(Kind.DOUBLED_OURS, ours=line) for line in ours]
        found.findings += [Finding(Kind.DOUBLED_THEIRS, theirs=line) for line in theirs]
        return
    while ours and theirs:
        found.findings.append(Finding(Kind.AMOUNT_DIFFERS, ours.pop(0), theirs.pop(0)))
        known = True
    if known:
        found.findings += [Finding(Kind.DOUBLED_OURS, ours=line) for line in ours]
        found.findings += [Finding(Kind.DOUBLED_THEIRS, theirs=line) for line in theirs]
        return
    for line in _overdue(ours, on):
        kind = Kind.RETURN_NOT_THEIRS if may_return and line.amount_fen > 0 else Kind.OURS_ONLY
        found.findings.append(Finding(kind, ours=line))
    for line in _overdue(theirs, on):
        kind = Kind.RETURN_NOT_BOOKED if may_return and line.amount_fen > 0 else Kind.THEIRS_ONLY
        found.findings.append(Finding(kind, theirs=line))


def _without_mark(
    ours: Sequence[Line], theirs: Sequence[Line], *, on: date, found: Compared
) -> None:
    """Lines that carry no order: equal amounts within the window are one movement, in order."""
    waiting: dict[int, list[Line]] = defaultdict(list)
    for line in theirs:
        waiting[line.amount_fen].append(line)
    alone = []
    for one in ours:
        candidates = waiting[one.amount_fen]
        near = (line for line in candidates if abs(line.on - one.on).days <= WINDOW_DAYS)
        # The same day before the day before or after it.
        other = min(near, key=lambda line: (abs(line.on - one.on), *_order(line)), default=None)
        if other is None:
            alone.append(one)
        else:
            candidates.remove(other)
            found.matched.append((one, other))
    found.findings += [Finding(Kind.OURS_ONLY, ours=line) for line in _overdue(alone, on)]
    left = (line for lines in waiting.values() for line in lines)
    found.findings += [Finding(Kind.THEIRS_ONLY, theirs=line) for line in _overdue(left, on)]


def _overdue(lines: Iterable[Line], on: date) -> Iterator[Line]:
    """Those whose other half had its time to come: the rest is on its way (未达账项)."""
    return (line for line in lines if (on - line.on).days >= WINDOW_DAYS)


@dataclass(frozen=True, slots=True)
class ReconciliationSheet:
    """银行存款余额调节表, the reconciliation sheet: from either balance to the same one, in fen.

    The four sums are of lines that only one side has: what the bank has received and paid and we
    have not booked, and what we have booked and the bank has not yet.
    """

    on: date
    books_fen: int
    bank_fen: int
    theirs_in_fen: int
    theirs_out_fen: int
    ours_in_fen: int
    ours_out_fen: int

    @property
    def adjusted_books_fen(self) -> int:
        """What our books would say if they had what the bank has."""
        return self.books_fen + self.theirs_in_fen - self.theirs_out_fen

    @property
    def adjusted_bank_fen(self) -> int:
        """What the bank would say if it had what our books have."""
        return self.bank_fen + self.ours_in_fen - self.ours_out_fen

    @property
    def difference_fen(self) -> int:
        """What no line explains: nothing, when every line of both books is known."""
        return self.adjusted_books_fen - self.adjusted_bank_fen
