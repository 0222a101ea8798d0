"""The bank's two books of orders: what it pays out for a centre, and what it fetches for one."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from anju.simulators.bank import collections, orders
from anju.simulators.bank.orders import Moment


class _Place(Protocol):
    def __call__(
        self,
        connection: sqlite3.Connection,
        client: str,
        *,
        order: Mapping[str, Any],
        moment: Moment,
    ) -> sqlite3.Row: ...


class _RunDue(Protocol):
    def __call__(
        self,
        connection: sqlite3.Connection,
        *,
        moment: Moment,
        only: tuple[str, str] | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Book:
    """How one book is kept."""

    table: str
    place: _Place
    run_due: _RunDue


PAYMENTS: Final = Book(orders.PAYMENTS_TABLE, orders.place, orders.run_due)
COLLECTIONS: Final = Book(orders.COLLECTIONS_TABLE, collections.place, collections.run_due)


def book_of(order: Mapping[str, Any]) -> Book:
    """The book that an order, read from a message, belongs to."""
    return COLLECTIONS if "agreement_no" in order else PAYMENTS
