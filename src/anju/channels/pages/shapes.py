"""What views hand to components: small frozen records, no queries behind them.

Halls build these from facts; templates draw them. Amounts are whole fen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Tone = Literal["quiet", "info", "ok", "warn", "danger"]
RowKind = Literal["text", "money", "day", "month", "moment", "number"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a record: a label people know and its value.

    `kind` says how the value is printed: money is fen, month is any day of it, number is printed
    in even figures (accounts, cards). `anchor` links the row from the error summary.
    """

    label: str
    value: str | int | date | datetime | None
    kind: RowKind = "text"
    note: str = ""
    href: str = ""
    action: str = ""
    strong: bool = False
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a navigation: `current` marks where the person is."""

    label: str
    href: str
    icon: str = ""
    current: bool = False
    count: int = 0
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A titled group of a section list."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow, as the stepper draws it."""

    title: str
    state: Literal["done", "now", "next"] = "next"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline: what happened or will, when, by whom."""

    title: str
    at: datetime | None = None
    who: str = ""
    note: str = ""
    state: Literal["done", "now", "next", "stopped"] = "done"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is a link: the whole list stays reachable without script."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """One page held for an evidence slot."""

    name: str
    url: str
    key: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One kind of evidence asked for, with what is already there."""

    code: str
    label: str
    required: bool = True
    pages_max: int = 1
    example: str = ""
    hint: str = ""
    photos: tuple[Photo, ...] = ()
    camera: Literal["user", "environment"] = "environment"
    error: str = ""

    @property
    def full(self) -> bool:
        """Whether no further page can be added."""
        return len(self.photos) >= self.pages_max


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of an error summary; `anchor` is the id of the field it speaks of."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ServiceTile:
    """A service in a list: open, or grey with the number of reasons it is not."""

    code: str
    title: str
    summary: str
    href: str
    icon: str = "service"
    open: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """The services of one life event, open ones first."""

    title: str
    tiles: tuple[ServiceTile, ...] = field(default_factory=tuple)
