"""Counts of days that were not sealed yet: each taken again over the vouchers it was taken of."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from anju.ledger.replay.deviations import Deviation, Row, Stream, differs, together

_COUNTS = """
    SELECT day, segment, no, tx_from::text::bigint, tx_until::text::bigint, last_voucher, vouchers,
           debit, digest
    FROM ledger_open_count ORDER BY day, segment, no
"""


@dataclass(slots=True)
class _Again:
    """One count, and what it comes to now."""

    kept: Row
    vouchers: int = 0
    debit: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def deviations(self) -> Iterator[Deviation]:
        day, segment, no, *_, vouchers, debit, digest = self.kept
        stored = (vouchers, int(debit), bytes(digest))
        derived = (self.vouchers, self.debit, self.digest.digest())
        yield from differs("open count", f"{day} {segment}, count {no}", stored, derived)


class OpenCounts:
    """The counts of the day that was reached; a day's are let go when the next one comes."""

    def __init__(self, stream: Stream) -> None:
        self._days = together(stream(_COUNTS, None), key=1)
        self._next = next(self._days, None)
        self._open: list[_Again] = []
        self._day: date | None = None
        self._told: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode

    def take(self, segment: str, tx: int, content: tuple[Any, ...], debit: int) -> None:
        """A voucher of this day: its id comes first in `content`, as the digest has it."""
        for each in self._open:
            _, of, _, since, until, last, *_ = each.kept
            if of == segment and since <= tx < until and content[0] <= last:
                line = self._told(content)
                each.digest.update((("\n" if each.vouchers else "") + line).encode())
                each.vouchers += 1
                each.debit += debit
                return

    def reach(self, day: date) -> Iterator[Deviation]:
        """What differs in the counts of every day before this one."""
        if day == self._day:
            return
        for each in self._open:
            yield from each.deviations()
        self._open, self._day = [], day
        while self._next is not None and self._next[0][0] <= day:
            (counted_on,), (rows,) = self._next
            self._next = next(self._days, None)
            again = [_Again(row) for row in rows]
            if counted_on == day:
                self._open = again
                return
            for each in again:
                yield from each.deviations()
