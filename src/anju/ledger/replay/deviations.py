"""What a replay reads from, and what it says when the books are not what was derived."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = tuple[Any, ...]
Stream = Callable[[str, Sequence[Any] | None], Iterable[Row]]
"""Runs one statement with its parameters and hands out its rows without keeping them."""

Terms = Callable[[date], tuple[Fraction, int] | None]
"""The rate and day base in force on a day; None where one rate alone does not say the interest."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is stored otherwise than it was derived."""

    kind: str
    what: str
    stored: str
    derived: str


def differs(kind: str, what: str, stored: object, derived: object) -> Iterator[Deviation]:
    """The deviation, when there is one."""
    if stored != derived:
        yield Deviation(kind, what, said(stored), said(derived))


def said(value: object) -> str:
    """A value as people read it: nothing is `nothing`, several stand side by side."""
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(said, value))
    return value.hex() if isinstance(value, bytes) else str(value)


def together(*streams: Iterable[Row], key: int) -> Iterator[tuple[Row, list[list[Row]]]]:
    """Several streams side by side, each ascending by its first `key` columns.

    Every key that any of them has, with each stream's rows of it; only one key's rows are kept.
    """
    by_key = itemgetter(slice(key))
    groups = [groupby(stream, by_key) for stream in streams]
    heads = [next(group, None) for group in groups]
    while any(heads):
        lowest = min(head[0] for head in heads if head)
        found: list[list[Row]] = []
        for place, head in enumerate(heads):
            if head is None or head[0] != lowest:
                found.append([])
                continue
            found.append(list(head[1]))
            heads[place] = next(groups[place], None)
        yield lowest, found
