"""Batches at the bank: taken whole or not at all, then every order for itself."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anju.simulators.bank import desk, orders

if TYPE_CHECKING:
    from anju.simulators.world import World


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and its orders' rows as they stand."""

    batch_no: str
    rows: Sequence[sqlite3.Row]

    @property
    def done(self) -> bool:
        return all(row["state"] != "accepted" for row in self.rows)

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
    with here.store.writing() as connection:
        cut = desk.strikes(connection, "bank_down", client) or desk.strikes(
            connection, "lose_request", client
        )
        if not cut:
            _keep(connection, client, batch_no, content)
            for order in placed:
                orders.place(connection, client, order=order, moment=here.moment())
            cut = desk.strikes(connection, "lose_reply", client)
    found = None if cut else _find(here, client, batch_no)
    if found is None:
        raise desk.LineCut
    return found


def _keep(connection: sqlite3.Connection, client: str, batch_no: str, content: str) -> None:
    connection.execute(
        "INSERT INTO bank_batch VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (client, batch_no, content),
    )
    (kept,) = connection.execute(
        "SELECT content FROM bank_batch WHERE client = ? AND batch_no = ?", (client, batch_no)
    ).fetchone()
    if kept != content:
        raise orders.NumberReused(batch_no)


def look_up(here: "World", client: str, *, batch_no: str) -> Batch | None:
    """The batch as it stands now, None when it is not known. Raises desk.LineCut."""
    desk.hear(here, client)
    with here.store.writing() as connection:
        orders.run_due(connection, moment=here.moment())
    return _find(here, client, batch_no)


def _find(here: "World", client: str, batch_no: str) -> Batch | None:
    kept = here.store.rows(
        "SELECT content FROM bank_batch WHERE client = ? AND batch_no = ?", (client, batch_no)
    )
    if not kept:
        return None
    numbers = [order["order_no"] for order in json.loads(kept[0]["content"])]
    rows = here.store.rows(
        "SELECT o.* FROM json_each(?) AS n JOIN bank_order AS o"
        " ON o.client = ? AND o.order_no = n.value ORDER BY n.key",
        (json.dumps(numbers), client),
    )
    return Batch(batch_no, rows)
