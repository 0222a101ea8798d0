"""Vouchers in the order of the books: totals, leaves, roots, numbers and control balances."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from anju.ledger.replay.counts import OpenCounts
from anju.ledger.replay.deviations import Deviation, Row, Stream, differs, together

_DAYS = """
    SELECT day, segment, chain_no, prev_root, root FROM ledger_business_day
"""
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
# The sealed leaf and the number stand beside their voucher; what has none stands alone.
_HEADS = """
    SELECT coalesce(h.accounting_date, f.day), coalesce(h.id, f.voucher_id, n.voucher_id),
           h.kind, h.segment, h.source_type, h.source_id, h.seq, h.gl_lines, h.member_lines,
           h.loan_lines, h.suspense_lines, h.debit_total, h.credit_total, h.member_total,
           h.loan_total, h.suspense_total, h.reverses, h.summary, h.maker, h.checker,
           (extract(epoch FROM h.occurred_at) * 1000000)::bigint, f.hash, n.period, n.no,
           h.tx::text::bigint
    FROM ledger_voucher h
    FULL JOIN ledger_voucher_leaf f
         ON f.voucher_id = h.id AND f.day = h.accounting_date AND f.segment = h.segment
    FULL JOIN ledger_voucher_number n ON n.voucher_id = h.id
    WHERE h.id IS NOT NULL OR f.day IS NOT NULL
    ORDER BY 1, 2
"""
_GL = """
    SELECT accounting_date, voucher_id, line_no, subject, employer_id, bank_account_id, amount
    FROM ledger_gl_line ORDER BY accounting_date, voucher_id, line_no
"""
_MEMBER = """
    SELECT accounting_date, voucher_id, line_no, account_id, kind, amount, carried_delta,
           value_date::text, balance_after
    FROM ledger_member_line ORDER BY accounting_date, voucher_id, line_no, account_id
"""
_LOAN = """
    SELECT accounting_date, voucher_id, line_no, loan_id, kind, amount, value_date::text,
           balance_after
    FROM ledger_loan_line ORDER BY accounting_date, voucher_id, line_no, loan_id
"""
_SUSPENSE = """
    SELECT accounting_date, voucher_id, line_no, suspense_id, kind, amount, account_id,
           balance_after
    FROM ledger_suspense_line ORDER BY accounting_date, voucher_id, line_no, suspense_id
"""
_CONTROL = """
    SELECT day, subject, bank_account_id, debit, credit FROM ledger_control_balance
    ORDER BY day, subject, bank_account_id
"""
_ORPHANS = """
    SELECT n.voucher_id, n.period, n.no FROM ledger_voucher_number n
    LEFT JOIN ledger_voucher h ON h.id = n.voucher_id WHERE h.id IS NULL ORDER BY n.voucher_id
"""


class Head(NamedTuple):
    """A voucher's header, with its sealed leaf and its number where it has them."""

    day: date
    id: int
    kind: str | None
    segment: str
    source_type: str
    source_id: str
    seq: int
    gl_lines: int
    member_lines: int
    loan_lines: int
    suspense_lines: int
    debit: int
    credit: int
    member: int
    loan: int
    suspense: int
    reverses: int | None
    summary: str
    maker: str | None
    checker: str | None
    instant: int
    leaf: bytes | None
    period: int | None
    no: int | None
    tx: int


class Day(NamedTuple):
    """A day of the books as its row says it is."""

    day: date
    segment: str
    chain_no: int | None
    prev_root: bytes | None
    root: bytes | None


@dataclass(slots=True)
class _Segment:
    """One day's vouchers of one segment: their leaves, and the numbers they bear."""

    leaves: bytearray = field(default_factory=bytearray)
    count: int = 0
    base: int | None = None


@dataclass(slots=True)
class VouchersSeen:
    """What the vouchers' replay counted, in fen.

    `turnover` is by (subject, bank account), `members` what stands on 201 by employer.
    """

    vouchers: int = 0
    lines: int = 0
    days: int = 0
    leaves: int = 0
    turnover: dict[tuple[str, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    adjusted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    members: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))

    def balance(self, *subjects: str) -> int:
        """Debit less credit of subjects and what is below them, adjustments included."""
        daily = sum(d - c for (s, _), (d, c) in self.turnover.items() if s.startswith(subjects))
        return daily + sum(fen for s, fen in self.adjusted.items() if s.startswith(subjects))


def replay_vouchers(stream: Stream, seen: VouchersSeen) -> Iterator[Deviation]:
    """Every deviation of vouchers, days, leaves, numbers and control balances."""
    found = (Day(d, s, no, _bytes(p), _bytes(r)) for d, s, no, p, r in stream(_DAYS, None))
    days = {(day.day, day.segment): day for day in found}
    seen.days = sum(each.root is not None for each in days.values())
    replayed = _Days(days, stream, seen)
    counts = OpenCounts(stream)
    streams = (stream(sql, None) for sql in (_HEADS, _GL, _MEMBER, _LOAN, _SUSPENSE))
    for (day, voucher_id), (heads, *lines) in together(*streams, key=2):
        yield from replayed.reach(day)
        yield from counts.reach(day)
        seen.lines += sum(map(len, lines))
        head = Head(*heads[0]) if heads else None
        if head is None or head.kind is None:
            kind, stored = ("leaf", "sealed") if heads else ("line without voucher", "booked")
            yield Deviation(kind, f"voucher {voucher_id} of {day}", stored, "no such voucher")
            continue
        seen.vouchers += 1
        counts.take(head.segment, head.tx, (
            head.id, head.kind, head.source_type, head.source_id, head.seq, head.debit, head.member,
            head.loan, head.suspense,
        ), head.debit)  # fmt: skip
        yield from _totals(head, lines)
        for _day, _voucher, _no, subject, employer, _bank, amount in lines[0]:
            if subject.startswith("201"):
                seen.members[employer] -= amount
        yield from replayed.take(head, lines)
    yield from replayed.reach(date.max)
    yield from counts.reach(date.max)
    yield from replayed.chain()
    for voucher_id, period, no in stream(_ORPHANS, None):
        yield Deviation("number", f"voucher {voucher_id}", f"{no} of {period}", "no such voucher")


def _totals(head: Head, lines: list[list[Row]]) -> Iterator[Deviation]:
    """What the header promises of its lines, of the sub-ledgers and of the sum of zero."""
    gl, member, loan, suspense = lines
    name = f"voucher {head.id} of {head.day}"
    yield from differs("sum", name, sum(row[6] for row in gl), 0)
    debit = sum(row[6] for row in gl if row[6] > 0)
    yield from differs("debit and credit", name, (head.debit, head.credit), (debit, debit))
    counts = (head.gl_lines, head.member_lines, head.loan_lines, head.suspense_lines)
    yield from differs("lines", name, counts, tuple(map(len, lines)))
    promised = (head.member, head.loan, head.suspense)
    general = (-_on(gl, "201"), _on(gl, "121", "122"), -_on(gl, "119", "219"))
    detail = (sum(row[5] for row in member), sum(row[5] for row in loan),
              sum(row[5] for row in suspense))  # fmt: skip
    yield from differs("general ledger", name, promised, general)
    yield from differs("sub-ledgers", name, promised, detail)


def _on(gl: list[Row], *subjects: str) -> int:
    return sum(row[6] for row in gl if row[3].startswith(subjects))


class _Days:
    """Days one after the other: what was booked up to each, its leaves, its numbers."""

    def __init__(self, days: dict[tuple[date, str], Day], stream: Stream, seen: VouchersSeen):
        self.days = days
        self.seen = seen
        self.kept = together(stream(_CONTROL, None), key=1)
        self.next_kept = next(self.kept, None)
        self.waiting = sorted(day.day for day in days.values() if day.segment == "day")
        self.open: dict[str, _Segment] = {}
        self.reached: date | None = None
        self.numbers: dict[tuple[date, str], _Segment] = {}

    def take(self, head: Head, lines: list[list[Row]]) -> Iterator[Deviation]:
        """One voucher of the day that was reached."""
        name = f"voucher {head.id} of {head.day}"
        for row in lines[0]:
            if head.segment == "adjustment":
                self.seen.adjusted[row[3]] += row[6]
            else:
                self.seen.turnover[row[3], row[5] or 0][row[6] < 0] += abs(row[6])
        day = self.days.get((head.day, head.segment))
        if day is None:
            yield Deviation("day", name, f"{head.day} {head.segment}", "a day of the books")
            return
        if day.root is None:
            yield from differs("number", name, head.no, None)
            return
        segment = self.open.setdefault(head.segment, _Segment())
        leaf = leaf_of(head, lines)
        yield from differs("leaf", name, _bytes(head.leaf), leaf)
        segment.leaves += leaf
        segment.count += 1
        self.seen.leaves += 1
        if segment.base is None:
            segment.base = (head.no or 0) - 1
        due = (head.day.year * 100 + head.day.month, segment.base + segment.count)
        yield from differs("number", name, (head.period, head.no), due)

    def reach(self, day: date) -> Iterator[Deviation]:
        """What must hold when the books pass on to this day."""
        if day == self.reached:
            return
        if self.reached is not None:
            yield from self._roots(self.reached)
        while self.waiting and self.waiting[0] < day:
            over = self.waiting.pop(0)
            if over != self.reached:
                yield from self._roots(over)
            yield from self._balances(over)
        self.reached = day

    def _roots(self, day: date) -> Iterator[Deviation]:
        for segment in ("day", "adjustment"):
            row = self.days.get((day, segment))
            if row is None or row.root is None:
                continue
            found = self.open.get(segment, _Segment())
            opening = json.dumps(["day", day.isoformat(), segment, found.count]) + "\n"
            content = opening.encode() + (row.prev_root or b"") + bytes(found.leaves)
            root = hashlib.sha256(content).digest()
            yield from differs("root", f"{day} {segment}", row.root, root)
            self.numbers[day, segment] = _Segment(bytearray(), found.count, found.base)
        self.open = {}

    def _balances(self, day: date) -> Iterator[Deviation]:
        """The control balances kept with a day against everything booked up to it."""
        stored: dict[tuple[str, int], list[int]] = {}
        while self.next_kept is not None and self.next_kept[0][0] <= day:
            (kept_on,), (rows,) = self.next_kept
            if kept_on == day:
                stored = {(row[1], row[2]): [row[3], row[4]] for row in rows}
            else:
                yield Deviation("control balance", f"{kept_on}", f"{len(rows)} rows", "none")
            self.next_kept = next(self.kept, None)
        if self.days[day, "day"].root is None:
            return
        for place in sorted(stored.keys() | self.seen.turnover.keys()):
            what = f"{day}, subject {place[0]}, bank account {place[1]}"
            kept, derived = stored.get(place, [0, 0]), self.seen.turnover.get(place, [0, 0])
            yield from differs("control balance", what, tuple(kept), tuple(derived))

    def chain(self) -> Iterator[Deviation]:
        """Roots chained one to the next, numbers without a gap from 1 in every month."""
        before = bytes(32)
        used: dict[int, int] = defaultdict(int)
        rooted = [day for day in self.days.values() if day.chain_no is not None]
        rooted.sort(key=lambda each: each.chain_no or 0)
        for place, day in enumerate(rooted, start=1):
            what = f"{day.day} {day.segment}"
            yield from differs("chain", what, (day.chain_no, day.prev_root), (place, before))
            before = day.root or b""
            numbered = self.numbers.get((day.day, day.segment), _Segment())
            period = day.day.year * 100 + day.day.month
            if numbered.count:
                first = (numbered.base or 0) + 1
                yield from differs("first number", what, first, used[period] + 1)
            used[period] += numbered.count


def leaf_of(head: Head, lines: list[list[Row]]) -> bytes:
    """SHA-256 over the voucher's text, as docs/decisions/0013-sealed-days.md writes it."""
    content = hashlib.sha256(_told("voucher", (
        head.id, head.kind, head.day.isoformat(), head.segment, head.source_type, head.source_id,
        head.seq, head.gl_lines, head.member_lines, head.loan_lines, head.suspense_lines,
        head.debit, head.credit, head.member, head.loan, head.suspense, head.reverses, head.summary,
        head.maker, head.checker, head.instant,
    )))  # fmt: skip
    for name, rows in zip(("gl", "member", "loan", "suspense"), lines, strict=True):
        for row in rows:
            content.update(b"\n" + _told(name, row[2:]))
    return content.digest()


def _told(name: str, values: tuple[Any, ...]) -> bytes:
    return _ENCODE([name, *values]).encode()


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)
