"""Batches at the bank: taken whole or not at all, then every order for itself."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anju.simulators.bank import desk, orders
from anju.simulators.bank.books import COLLECTIONS, Book, book_of
from anju.simulators.store import kept

if TYPE_CHECKING:
    from anju.simulators.world import World


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and its orders' rows as they stand, in the book they are kept in."""

    batch_no: str
    book: Book
    rows: Sequence[sqlite3.Row]

    @property
    def done(self) -> bool:
        return all(row["state"] != "accepted" for row in self.rows)

    @property
    def fetches(self) -> bool:
        """Whether it collects or debits, instead of paying."""
        return self.book is COLLECTIONS

    @property
    def ordered_fen(self) -> int:
        return sum(row["amount_fen"] for row in self.rows)


def take(
    here: "World", client: str, *, batch_no: str, placed: Sequence[Mapping[str, Any]]
) -> Batch:
    """Take a batch; the same again is the same batch. Raises desk.LineCut, and
    orders.NumberReused when its number, or an order's, stands for other content.
    """
    content = json.dumps(list(placed), sort_keys=True, ensure_ascii=False)

    def work(connection: sqlite3.Connection) -> str:
        _keep(connection, client, batch_no, content)
        for order in placed:
            book_of(order).place(connection, client, order=order, moment=here.moment())
        return batch_no

    found = _find(here, client, desk.do(here, client, work))
    assert found is not None
    return found


def _keep(connection: sqlite3.Connection, client: str, batch_no: str, content: str) -> None:
    connection.execute(
        "INSERT INTO bank_batch VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (client, batch_no, content),
    )
    if kept(connection, "bank_batch", client=client, batch_no=batch_no)["content"] != content:
        raise orders.NumberReused(batch_no)


def look_up(here: "World", client: str, *, batch_no: str) -> Batch | None:
    """The batch as it stands now, None when it is not known. Raises desk.LineCut."""
    desk.hear(here, client)
    found = _find(here, client, batch_no)
    if found is not None:
        with here.store.writing() as connection:
            found.book.run_due(connection, moment=here.moment())
    return _find(here, client, batch_no)


def listed(here: "World", client: str, batch: Batch) -> Sequence[sqlite3.Row]:
    """The orders as a result lists them: all, unless a fault cuts the last one off."""
    with here.store.writing() as connection:
        cut = desk.strikes(connection, "partial_result", client)
    return batch.rows[:-1] if cut else batch.rows


def _find(here: "World", client: str, batch_no: str) -> Batch | None:
    taken = here.store.rows(
        "SELECT content FROM bank_batch WHERE client = ? AND batch_no = ?", (client, batch_no)
    )
    if not taken:
        return None
    placed = json.loads(taken[0]["content"])
    book = book_of(placed[0])
    rows = here.store.rows(
        f"SELECT o.* FROM json_each(?) AS n JOIN {book.table} AS o"  # noqa: S608 - our own names
        " ON o.client = ? AND o.order_no = n.value ORDER BY n.key",
        (json.dumps([order["order_no"] for order in placed]), client),
    )
    return Batch(batch_no, book, rows)
