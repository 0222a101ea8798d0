"""What the centre remembers: frozen records, written by transactions that are all or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from anju.domain import payment as machine
from anju.domain.case import CaseState


@dataclass(frozen=True)
class Account:
    """A member's account; fen, and fen × days in `v`. `lost` must stay zero.

    `years` are those whose interest was credited, `born` how many had ended when it was opened.
    """

    id: int
    balance: int
    held: int = 0
    state: str = "sealed"
    frozen: bool = False
    v: int = 0
    since: date = date(2026, 7, 1)
    lost: int = 0
    years: tuple[int, ...] = ()
    born: int = 0


@dataclass(frozen=True)
class SimCase:
    """A case, with what staff did to it."""

    ref: str
    account: int
    state: CaseState
    round: int = 1
    held: int = 0
    order: str | None = None
    content: int = 1
    makers: frozenset[int] = frozenset()
    decided: tuple[tuple[int, int], ...] = ()
    orders: int = 0


@dataclass(frozen=True)
class Order:
    """A payment order and what is known of it.

    Of one that closes an account: its day-product `n` (fen × days) until the day `until`, from
    which it earns no more. `back_on` is the day of the books on which the money came back.
    """

    number: str
    case: str
    principal: int
    interest: int
    seal: int
    payment: machine.Payment
    look_at: int | None = 0
    replaces: str = ""
    receipt: str = ""
    settled: int = 0
    returned: int = 0
    released: int = 0
    broken: bool = False
    until: date = date.min
    n: int = 0
    back_on: date = date.min

    @property
    def amount(self) -> int:
        """What the bank is asked to pay, in fen."""
        return self.principal + self.interest


@dataclass(frozen=True)
class Receipt:
    """Money that came in, by the bank's serial; in one of matched, suspense, refunded, reversed."""

    serial: str
    payer: str
    amount: int
    state: str
    broken: bool = False


@dataclass(frozen=True)
class Day:
    """A day of the books: what is done of its end, what it was sealed over, and by whom."""

    number: int
    state: str = "open"
    done: tuple[str, ...] = ()
    root: str = ""
    first: int = 0
    second: int = 0


@dataclass(frozen=True)
class Year:
    """A year's settlement on its way; `signed` is what the first signer saw: rows and their sum."""

    number: int
    state: str = "rolling"
    first: int = 0
    signed: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Waiting:
    """What an account earned until `boundary` and nobody has released: fen × days."""

    account: int
    year: int
    n: int
    boundary: date
    since: date


class Posting(NamedTuple):
    """A movement of the centre's cash at the bank, on a day of the books; fen."""

    day: int
    what: str
    fen: int


class Refused(Exception):
    """A guard of the store said no: a key used twice, a second live case."""


@dataclass
class Store:
    """Tables by name; `head` chains every commit."""

    tables: dict[str, dict[Any, Any]] = field(
        default_factory=lambda: {
            "account": {}, "case": {}, "order": {}, "key": {}, "job": {}, "notice": {},
            "suspense": {}, "taken": {}, "receipt": {}, "live": {}, "year": {}, "settlement": {},
            "day": {1: Day(1)},
        }
    )  # fmt: skip
    head: str = "0" * 64
    today: int = 1
    cash: int = 0
    interest: int = 0
    breaks: int = 0
    postings: list[Posting] = field(default_factory=list)
    numbers: list[Posting] = field(default_factory=list)
    """The postings of closed days in the order of their 凭证号."""
    moves: dict[int, list[tuple[date, int]]] = field(default_factory=dict)
    """For the judge alone: principal by value date since an account was opened, fen."""
    moved: Counter[int] = field(default_factory=Counter)
    """What these come to, by account."""
    before_commit: Callable[[Transaction], None] = lambda _work: None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything inside becomes true at once, or nothing of it when an exception leaves."""
        work = Transaction(self)
        yield work
        work.commit()

    def all(self, table: str) -> list[Any]:
        """The rows of a table, in the order they were made."""
        return list(self.tables[table].values())


class Transaction:
    """Writes that nobody sees before the commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writes: dict[tuple[str, Any], Any] = {}
        self.day = store.today
        self.cash = 0
        self.interest = 0
        self.breaks = 0
        self.posted: list[Posting] = []
        self._opened: list[int] = []
        self._moved: list[tuple[int, date, int]] = []

    def get(self, table: str, key: Any) -> Any:
        """A row as this transaction sees it, None when there is none."""
        if (table, key) in self._writes:
            return self._writes[table, key]
        return self._store.tables[table].get(key)

    def put(self, table: str, key: Any, row: Any) -> None:
        """Write a row; None deletes it."""
        self._writes[table, key] = row

    def post(self, what: str, fen: int) -> None:
        """Book a movement of the centre's cash at the bank on the day this began on."""
        self.cash += fen
        self.posted.append(Posting(self.day, what, fen))

    def open_account(self, account: Account) -> None:
        """Write an account that begins with what it has: the judge forgets what was before."""
        self.put("account", account.id, account)
        self._opened.append(account.id)
        self.move(account.id, account.since, account.balance)

    def move(self, account_id: int, value_date: date, fen: int) -> None:
        """Tell the judge of principal that came to an account."""
        self._moved.append((account_id, value_date, fen))

    def commit(self) -> None:
        """Make it true."""
        store = self._store
        if self.posted:
            store.before_commit(self)
        for (table, key), row in self._writes.items():
            if row is None:
                store.tables[table].pop(key, None)
            else:
                store.tables[table][key] = row
        store.cash += self.cash
        store.interest += self.interest
        store.breaks += self.breaks
        store.postings += self.posted
        for account_id in self._opened:
            store.moves[account_id] = []
            store.moved[account_id] = 0
        for account_id, value_date, fen in self._moved:
            store.moves[account_id].append((value_date, fen))
            store.moved[account_id] += fen
        written = repr([(t, k, v) for (t, k), v in self._writes.items()] + self.posted)
        store.head = hashlib.sha256(f"{store.head}{written}".encode()).hexdigest()
