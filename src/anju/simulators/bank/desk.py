"""What the bank does with a question, whichever door it came in by."""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from anju.simulators.bank import orders
from anju.simulators.bank.books import PAYMENTS, Book, book_of
from anju.simulators.store import found

if TYPE_CHECKING:
    from anju.simulators.world import World


class LineCut(Exception):
    """The asker gets no answer: the line is cut, as a broken network does it."""


def take_order(
    here: "World", client: str, *, order: Mapping[str, Any], payment_seconds: float | None = None
) -> sqlite3.Row:
    """Take one payment or collection, done in `payment_seconds` if nothing else is said; its row.

    Raises LineCut, and orders.NumberReused.
    """
    with here.store.writing() as connection:
        row, notice_first, slow = _take(connection, here, client, order, payment_seconds)
        lost = row is None or strikes(connection, "lose_reply", client)
    if notice_first:
        here.courier.deliver_due(here.now(), client=client)
    if slow is not None:
        here.stopping.wait(slow["seconds"])
    if row is None or lost:
        raise LineCut
    return row


def _take(
    connection: sqlite3.Connection,
    here: "World",
    client: str,
    order: Mapping[str, Any],
    payment_seconds: float | None,
) -> tuple[sqlite3.Row | None, bool, dict[str, Any] | None]:
    """The order's row (None: the request never arrived), and how its answer is delayed."""
    if strikes(connection, "bank_down", client) or strikes(connection, "lose_request", client):
        return None, False, None
    late = orders.BOARD.strikes(connection, kind="late_request", client=client)
    if late is not None:
        connection.execute(
            "INSERT INTO bank_in_flight (client, message, due) VALUES (?, ?, ?)",
            (client, json.dumps(order), here.now().timestamp() + late["seconds"]),
        )
        return None, False, None
    moment = here.moment()
    if payment_seconds is not None:
        moment = orders.Moment(moment.at, payment_seconds=payment_seconds)
    notice_first = strikes(connection, "notice_before_reply", client)
    if notice_first:
        moment = orders.Moment(moment.at, payment_seconds=0)
    row = book_of(order).place(connection, client, order=order, moment=moment)
    slow = orders.BOARD.strikes(connection, kind="slow_reply", client=client)
    return row, notice_first, slow


T = TypeVar("T")


def do(here: "World", client: str, work: Callable[[sqlite3.Connection], T]) -> T:
    """Do what a message asks, unless the bank is down or it never arrives. Raises LineCut, also
    when only the answer gets lost, and what `work` raises.
    """
    with here.store.writing() as connection:
        if strikes(connection, "bank_down", client) or strikes(connection, "lose_request", client):
            done, cut = None, True
        else:
            done, cut = work(connection), strikes(connection, "lose_reply", client)
    if cut or done is None:
        raise LineCut
    return done


def arrive_late(connection: sqlite3.Connection, *, moment: orders.Moment) -> None:
    """Take the orders whose requests were held up on the way and arrive now, unanswered."""
    for row in connection.execute(
        "DELETE FROM bank_in_flight WHERE due <= ? RETURNING *", (moment.seconds,)
    ).fetchall():
        order = json.loads(row["message"])
        # Another order under this number may have overtaken it; then this one is dropped.
        with contextlib.suppress(orders.NumberReused):
            book_of(order).place(connection, row["client"], order=order, moment=moment)


def look_up(
    here: "World", client: str, *, order_no: str, book: Book = PAYMENTS
) -> sqlite3.Row | None:
    """The order as it stands now, None when the number is not known. Raises LineCut."""
    hear(here, client)
    with here.store.writing() as connection:
        book.run_due(connection, moment=here.moment(), only=(client, order_no))
        return found(connection, book.table, client=client, order_no=order_no)


def hear(here: "World", client: str) -> None:
    """A question about accounts arrives and is answered, unless the bank is down or the answer
    gets lost. Raises LineCut.
    """
    with here.store.writing() as connection:
        down = strikes(connection, "bank_down", client)
        cut = down or strikes(connection, "lose_query_reply", client)
    if cut:
        raise LineCut


def strikes(connection: sqlite3.Connection, kind: str, client: str) -> bool:
    """Whether the fault happens on this occasion."""
    return orders.BOARD.strikes(connection, kind=kind, client=client) is not None
