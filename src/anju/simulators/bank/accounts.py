"""The centres' own accounts at the bank: lines of a statement, balances, money that arrives."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from anju.simulators.bank.banks import booked_on
from anju.simulators.bank.notices import announce_arrival
from anju.simulators.bank.orders import BOARD, Moment, open_account, open_center_account
from anju.simulators.store import Store, next_number


class NotYours(Exception):
    """The account is not one of the asker's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; `amount_fen` is negative when it left the account."""

    account: str
    mark: str
    """Where a next page begins."""
    serial: str
    amount_fen: int
    balance_fen: int
    booked_on: date
    at: datetime
    counter_account: str
    counter_name: str
    remark: str
    summary: str
    reversal: bool


def statement(
    store: Store,
    client: str,
    *,
    account: str,
    since: date,
    until: date,
    after: str,
    lines_max: int,
) -> tuple[list[Line], str]:
    """Lines booked from `since` to `until`, after the mark `after`; and the mark to go on
    from, '' at the end. Raises NotYours.
    """
    row = _own(store, client, account)
    found: list[Line] = []
    for movement in store.rows(
        _MOVEMENTS,
        {
            "account": account,
            "client": client,
            "after": after,
            "now": row["balance_fen"],
            "first": f"{since - timedelta(days=1):%Y-%m-%d}",
        },
    ):
        at = datetime.fromisoformat(movement["at"])
        booked = booked_on(row["bank_code"], at=at)
        if not since <= booked <= until:
            continue
        if len(found) == lines_max:
            return found, found[-1].mark
        found.append(
            Line(
                account=account,
                mark=movement["serial"],
                serial=movement["serial"].rpartition("#")[2],
                amount_fen=movement["signed_fen"],
                balance_fen=movement["balance_fen"],
                booked_on=booked,
                at=at,
                counter_account=movement["counter"],
                counter_name=movement["counter_name"],
                remark=movement["order_no"],
                summary=movement["summary"],
                reversal=movement["kind"] == "taken_back",
            )
        )
    return found, ""


# Money goes from payer to payee; what comes back or is taken back goes the other way.
_MOVEMENTS = """
WITH moved AS (
    SELECT m.serial, m.order_no, m.at, m.kind,
           CASE WHEN (m.payer_account = :account) = (m.kind IN ('return', 'taken_back'))
                THEN m.amount_fen ELSE -m.amount_fen END AS signed_fen,
           CASE WHEN m.payer_account = :account THEN m.payee_account
                ELSE m.payer_account END AS counter
    FROM bank_movement m WHERE :account IN (m.payer_account, m.payee_account)
)
SELECT moved.*, coalesce(a.name, '') AS counter_name,
       coalesce(o.summary, c.summary, '') AS summary,
       :now - coalesce(sum(signed_fen) OVER (
           ORDER BY serial ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0) AS balance_fen
FROM moved LEFT JOIN bank_account a ON a.number = moved.counter
LEFT JOIN bank_order o ON o.client = :client AND o.order_no = moved.order_no
LEFT JOIN bank_collection c ON c.client = :client AND c.order_no = moved.order_no
WHERE serial > :after AND at >= :first ORDER BY serial
"""


def balance(store: Store, client: str, *, account: str) -> sqlite3.Row:
    """The account's row. Raises NotYours."""
    return _own(store, client, account)


def arrive(
    connection: sqlite3.Connection,
    client: str,
    *,
    account: str,
    payer_account: str,
    payer_name: str,
    amount_fen: int,
    remark: str,
    moment: Moment,
) -> str:
    """Somebody pays into a centre's account; the serial of the movement. Raises NotYours."""
    own = open_center_account(connection, client, number=account)
    open_account(connection, payer_account, bank_code="", name=payer_name, holder="person")
    if own["client"] != client:
        raise NotYours(account)
    serial = f"{moment.at:%Y%m%d}{next_number(connection, 'serial'):010d}"
    connection.execute(
        "INSERT INTO bank_movement VALUES (?, ?, ?, 'arrival', ?, ?, ?, ?)",
        (serial, client, remark, payer_account, account, amount_fen, moment.text),
    )
    change = "UPDATE bank_account SET balance_fen = balance_fen + ? WHERE number = ?"
    connection.execute(change, (amount_fen, account))
    movement = {
        "payee_account": account,
        "amount_fen": amount_fen,
        "bank_serial": serial,
        "payer_name": payer_name,
        "payer_account": payer_account,
        "order_no": remark,
    }
    tell_arrival(connection, client, movement=movement, brought_by="", moment=moment)
    return serial


def tell_arrival(
    connection: sqlite3.Connection,
    client: str,
    *,
    movement: Mapping[str, Any],
    brought_by: str,
    moment: Moment,
) -> None:
    """Queue the notice of money that came to a centre's account: from somebody, or `brought_by` a
    `collection`, a `collection_batch` or a `split` of its own, whose number is then the remark.
    A negative amount is taken back.
    """
    own = open_center_account(connection, client, number=movement["payee_account"])
    message = {
        "kind": "arrival",
        "client": client,
        "account": own["number"],
        "amount_fen": movement["amount_fen"],
        "bank_serial": movement["bank_serial"],
        "payer_name": movement["payer_name"],
        "payer_account": movement["payer_account"],
        "remark": movement["order_no"],
        "brought_by": brought_by,
        "reversal": movement["amount_fen"] < 0,
        "booked_on": booked_on(own["bank_code"], at=moment.at).isoformat(),
        "occurred_at": moment.text,
    }
    announce_arrival(connection, board=BOARD, message=message, at=moment.at)


def _own(store: Store, client: str, account: str) -> sqlite3.Row:
    with store.writing() as connection:
        row = open_center_account(connection, client, number=account)
    if row["client"] != client:
        raise NotYours(account)
    return row
