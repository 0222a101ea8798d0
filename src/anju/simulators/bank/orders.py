"""Orders at the bank: taken once per number, executed once, perhaps given back."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from anju.simulators.bank.faults import KINDS, REASONS
from anju.simulators.bank.notices import announce
from anju.simulators.faults import FaultBoard
from anju.simulators.store import change, found, kept, next_number

BOARD: Final = FaultBoard("bank", KINDS)
CENTER_OPENING_FEN: Final = 100_000_000_000
"""A centre's first account, from which it pays, opens with ten hundred million yuan; its further
ones are empty until somebody pays in."""
BACK_AGAIN: Final = ("return", "taken_back")
"""Movements that go from payee to payer."""
PAYMENTS_TABLE, COLLECTIONS_TABLE = "bank_order", "bank_collection"
"""The tables of the two books, which share one series of numbers."""

_TEXTS = (
    "order_no",
    "payee_name",
    "payee_account",
    "payee_bank_code",
    "payer_account",
    "summary",
)
_AMOUNTS = ("amount_fen", "principal_fen", "interest_fen")


class BadOrder(ValueError):
    """An order the bank cannot even read."""


class NumberReused(Exception):
    """The number is already taken by an order with other content."""


class NotPossible(Exception):
    """The order is not in a state in which this can be done. Says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens at the bank, and how long it usually takes to pay."""

    at: datetime
    payment_seconds: float

    @property
    def seconds(self) -> float:
        return self.at.timestamp()

    @property
    def text(self) -> str:
        return self.at.isoformat(timespec="milliseconds")


def read_order(message: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one order as sent. Raises BadOrder."""
    order: dict[str, Any] = texts_of(message, _TEXTS)
    for name in _AMOUNTS:
        value = message.get(name)
        if type(value) is not int or not 0 <= value < 10**15:
            raise BadOrder(f"{name} is no amount")
        order[name] = value
    if order["amount_fen"] != order["principal_fen"] + order["interest_fen"]:
        raise BadOrder("amount_fen is not principal_fen + interest_fen")
    if order["amount_fen"] == 0:
        raise BadOrder("amount_fen is zero")
    return order


def texts_of(message: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The texts of a message that must be there. Raises BadOrder."""
    texts: dict[str, str] = {}
    for name in names:
        value = message.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            raise BadOrder(f"{name} is missing")
        texts[name] = value
    return texts


def place(
    connection: sqlite3.Connection, client: str, *, order: Mapping[str, Any], moment: Moment
) -> sqlite3.Row:
    """Take an order; the same number with the same content is the same order. Raises
    NumberReused. Faults strike when an order is new, never when it is repeated.
    """
    content = json.dumps(order, sort_keys=True, ensure_ascii=False)
    key = {"client": client, "order_no": order["order_no"]}
    if not known_already(connection, PAYMENTS_TABLE, key, content=content):
        _insert(connection, client, order, content, moment)
        if BOARD.strikes(connection, kind="unordered", client=client) is not None:
            pay_unordered(connection, client, like=order["order_no"], moment=moment)
    run_due(connection, moment=moment, only=(client, order["order_no"]))
    return kept(connection, PAYMENTS_TABLE, **key)


def known_already(
    connection: sqlite3.Connection, table: str, key: Mapping[str, str], *, content: str
) -> bool:
    """Whether an order of `table` has come before; that it came once more is counted. Raises
    NumberReused when its number stands for other content, or in the other book.
    """
    known = found(connection, table, **key)
    other = COLLECTIONS_TABLE if table == PAYMENTS_TABLE else PAYMENTS_TABLE
    if found(connection, other, **key) or (known is not None and known["content"] != content):
        raise NumberReused(key["order_no"])
    if known is not None:
        change(connection, table, key, times_received=known["times_received"] + 1)
    return known is not None


def _insert(
    connection: sqlite3.Connection,
    client: str,
    order: Mapping[str, Any],
    content: str,
    moment: Moment,
) -> None:
    def strikes(kind: str) -> dict[str, Any]:
        return BOARD.strikes(connection, kind=kind, client=client) or {}

    refusal, mistake, delay, later = (
        strikes("refuse"),
        strikes("wrong_amount"),
        strikes("delay"),
        strikes("return"),
    )
    held = BOARD.strikes(connection, kind="hold", client=client) is not None
    connection.execute(
        "INSERT INTO bank_order VALUES (:client, :order_no, :content, :amount_fen,"
        " :principal_fen, :interest_fen, :payee_name, :payee_account, :payee_bank_code,"
        " :payer_account, :summary, 1, 'accepted', :held, :pay_fen, :refuse_code,"
        " :return_after, :due, NULL, 0, '', :reason_code, '', :now, :now, 1)",
        {
            **order,
            "client": client,
            "content": content,
            "held": int(held),
            "pay_fen": max(1, order["amount_fen"] + int(mistake.get("delta_fen", 0))),
            "refuse_code": refusal.get("reason_code", ""),
            "return_after": later.get("seconds"),
            # Until it comes back, the code waits here for the day it is given as the reason.
            "reason_code": later.get("reason_code", ""),
            "due": moment.seconds + float(delay.get("seconds", moment.payment_seconds)),
            "now": moment.text,
        },
    )


def run_due(
    connection: sqlite3.Connection, *, moment: Moment, only: tuple[str, str] | None = None
) -> None:
    """Execute every order whose time has come, and give back what is to be given back."""
    client, order_no = only or (None, None)
    mine = "(:client IS NULL OR (client = :client AND order_no = :order_no))"
    values = {"now": moment.seconds, "client": client, "order_no": order_no}
    for row in connection.execute(
        f"SELECT * FROM bank_order WHERE state = 'accepted' AND held = 0 AND due <= :now"  # noqa: S608 - constant text
        f" AND {mine} ORDER BY due, order_no",
        values,
    ).fetchall():
        execute(connection, row, moment=moment)
    for row in connection.execute(
        f"SELECT * FROM bank_order WHERE state = 'paid' AND return_due <= :now AND {mine}"  # noqa: S608 - constant text
        " ORDER BY return_due, order_no",
        values,
    ).fetchall():
        give_back(
            connection, row, reason_code=row["reason_code"] or "ACCOUNT_CLOSED", moment=moment
        )


def execute(connection: sqlite3.Connection, row: sqlite3.Row, *, moment: Moment) -> None:
    """Pay an accepted order, or refuse it for a reason of the bank's own."""
    if row["state"] != "accepted":
        raise NotPossible("订单已有结果，不能再付款")
    problem = row["refuse_code"] or _problem(connection, row)
    if problem:
        refuse(connection, row, reason_code=problem, moment=moment)
        return
    serial = move(connection, row, "payment", row["pay_fen"], moment)
    return_due = None if row["return_after"] is None else moment.seconds + row["return_after"]
    _settle(
        connection,
        row,
        moment,
        state="paid",
        settled_fen=row["pay_fen"],
        bank_serial=serial,
        return_due=return_due,
        reason_code=row["reason_code"] if return_due is not None else "",
    )


def refuse(
    connection: sqlite3.Connection, row: sqlite3.Row, *, reason_code: str, moment: Moment
) -> None:
    """Refuse an accepted order for good. Raises NotPossible."""
    if row["state"] != "accepted":
        raise NotPossible("只有尚未付款的订单可以拒绝")
    _settle(
        connection,
        row,
        moment,
        state="failed",
        settled_fen=0,
        reason_code=reason_code,
        reason=REASONS[reason_code],
    )


def give_back(
    connection: sqlite3.Connection,
    row: sqlite3.Row,
    *,
    reason_code: str,
    moment: Moment,
    amount_fen: int | None = None,
) -> None:
    """Return a paid order's money (退票), all of it or `amount_fen`. Raises NotPossible."""
    if row["state"] != "paid":
        raise NotPossible("只有已付款的订单可以退票")
    amount = row["settled_fen"] if amount_fen is None else amount_fen
    if not 0 < amount <= row["settled_fen"]:
        raise NotPossible("退回的金额须大于零且不超过实付金额")
    serial = move(connection, row, "return", amount, moment)
    _settle(
        connection,
        row,
        moment,
        state="returned",
        settled_fen=amount,
        bank_serial=serial,
        return_due=None,
        reason_code=reason_code,
        reason=REASONS[reason_code],
    )


def pay_unordered(connection: sqlite3.Connection, client: str, *, like: str, moment: Moment) -> str:
    """Pay, once more, an order nobody placed, made in the likeness of `like`. Raises NotPossible.
    Returns the number the bank gave it.
    """
    model = found(connection, PAYMENTS_TABLE, client=client, order_no=like)
    if model is None:
        raise NotPossible("没有可以照抄的订单")
    order_no = f"BANK{next_number(connection, 'unordered'):010d}"
    values = {
        **dict(model),
        "order_no": order_no,
        "content": "",
        "ordered": 0,
        "state": "accepted",
        "held": 0,
        "pay_fen": model["amount_fen"],
        "refuse_code": "",
        "return_after": None,
        "due": moment.seconds,
        "return_due": None,
        "settled_fen": 0,
        "bank_serial": "",
        "reason_code": "",
        "reason": "",
        "received_at": moment.text,
        "changed_at": moment.text,
        "times_received": 0,
    }
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO bank_order VALUES ({marks})", values)  # noqa: S608 - our names
    execute(
        connection,
        kept(connection, PAYMENTS_TABLE, client=client, order_no=order_no),
        moment=moment,
    )
    return order_no


def _settle(
    connection: sqlite3.Connection, row: sqlite3.Row, moment: Moment, **changes: object
) -> None:
    values = {"reason": "", "held": 0, "changed_at": moment.text, **changes}
    key = {"client": row["client"], "order_no": row["order_no"]}
    fresh = change(connection, PAYMENTS_TABLE, key, **values)
    announce(connection, board=BOARD, order=fresh, at=moment.at)


def _problem(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    """Why the bank itself cannot pay `row`, as a reason code, or ''."""
    payer = open_center_account(connection, row["client"], number=row["payer_account"], pays=True)
    payee = open_account(
        connection,
        row["payee_account"],
        bank_code=row["payee_bank_code"],
        name=row["payee_name"],
        holder="person",
    )
    if payer["client"] != row["client"]:
        return "PAYER_NOT_YOURS"
    if payee["state"] != "open":
        return "ACCOUNT_CLOSED" if payee["state"] == "closed" else "ACCOUNT_FROZEN"
    if payee["name"] != row["payee_name"]:
        return "NAME_MISMATCH"
    return "INSUFFICIENT" if payer["balance_fen"] < row["pay_fen"] else ""


def open_center_account(
    connection: sqlite3.Connection,
    client: str,
    *,
    number: str,
    bank_code: str = "",
    pays: bool = False,
) -> sqlite3.Row:
    """An account that the bank has not met yet is the centre's that first speaks of it.

    A centre's first one opens with money, and any from which it first `pays`.
    """
    has_one = connection.execute(
        "SELECT 1 FROM bank_account WHERE client = ? AND holder = 'center'", (client,)
    ).fetchone()
    return open_account(
        connection,
        number,
        bank_code=bank_code,
        name=client,
        holder="center",
        client=client,
        balance_fen=0 if has_one and not pays else CENTER_OPENING_FEN,
    )


def open_account(
    connection: sqlite3.Connection,
    number: str,
    *,
    bank_code: str,
    name: str,
    holder: str,
    client: str = "",
    balance_fen: int = 0,
) -> sqlite3.Row:
    """The account, opened as described if the bank has not met it yet."""
    connection.execute(
        "INSERT INTO bank_account VALUES (?, ?, ?, ?, ?, ?, 'open') ON CONFLICT DO NOTHING",
        (number, bank_code, name, holder, client, balance_fen),
    )
    return kept(connection, "bank_account", number=number)


def move(
    connection: sqlite3.Connection,
    row: Mapping[str, Any] | sqlite3.Row,
    kind: str,
    amount: int,
    moment: Moment,
) -> str:
    """Book `amount` fen from payer to payee of `row`, or back again; the serial."""
    serial = f"{moment.at:%Y%m%d}{next_number(connection, 'serial'):010d}"
    connection.execute(
        "INSERT INTO bank_movement VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            serial,
            row["client"],
            row["order_no"],
            kind,
            row["payer_account"],
            row["payee_account"],
            amount,
            moment.text,
        ),
    )
    out = -amount if kind in BACK_AGAIN else amount
    change = "UPDATE bank_account SET balance_fen = balance_fen + ? WHERE number = ?"
    connection.execute(change, (-out, row["payer_account"]))
    connection.execute(change, (out, row["payee_account"]))
    return serial
