"""The bank undoes an entry of its own (冲正): money that came to a centre leaves it again."""

import sqlite3

from anju.simulators.bank import accounts
from anju.simulators.bank.orders import Moment, NotPossible, move

_UNDONE = ("arrival", "collection", "split")


def take_back(connection: sqlite3.Connection, serial: str, *, moment: Moment) -> None:
    """Undo the entry `serial`; notice and statement tell it under the same serial, negative and
    marked. Raises orders.NotPossible.
    """
    row = connection.execute(
        "SELECT m.*, coalesce(a.name, '') AS payer_name FROM bank_movement m"
        " LEFT JOIN bank_account a ON a.number = m.payer_account WHERE m.serial = ?",
        (serial,),
    ).fetchone()
    if row is None or row["kind"] not in _UNDONE:
        raise NotPossible("只有进入中心账户的款项可以冲正")
    done = connection.execute(
        "SELECT 1 FROM bank_movement WHERE kind = 'taken_back' AND serial LIKE '%#' || ?",
        (serial,),
    ).fetchone()
    if done is not None:
        raise NotPossible("这笔款项已经冲正过")
    # Its place in the statement is its own; the serial it is told under is the undone entry's.
    own = move(connection, row, "taken_back", row["amount_fen"], moment)
    connection.execute(
        "UPDATE bank_movement SET serial = ? WHERE serial = ?", (f"{own}#{serial}", own)
    )
    brought_by = row["kind"] if row["kind"] != "arrival" else ""
    movement = {**dict(row), "amount_fen": -row["amount_fen"], "bank_serial": serial}
    accounts.tell_arrival(
        connection, row["client"], movement=movement, brought_by=brought_by, moment=moment
    )
