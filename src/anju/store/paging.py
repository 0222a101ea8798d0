"""A long list cut into pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """One page of a list: its number from 1, how many there are, and its rows as a slice."""

    number: int
    pages: int
    rows: slice


def cut(count: int, *, size: int, number: int) -> Cut:
    """The page of that number; the nearest one where there is none. An empty list has one page."""
    pages = max(1, -(-count // size))
    number = min(max(1, number), pages)
    return Cut(number, pages, slice((number - 1) * size, number * size))
