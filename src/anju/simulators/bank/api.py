"""JSON about the bank, for tests and tools: what was ordered, what really moved, the switches."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request

from anju.simulators.bank import accounts, notices, orders, reversals
from anju.simulators.line import world
from anju.simulators.store import found
from anju.simulators.switches import offer_switches

api = Blueprint("bank_api", __name__)
offer_switches(api, orders.BOARD)

_FORGOTTEN = (
    *("order", "batch", "movement", "notice", "in_flight", "account"),
    *("agreement", "collection", "split"),
)
_HIDDEN = {"content", "due", "return_due", "return_after", "refuse_code"}


@api.get("/orders")
def list_orders() -> Response:
    """Every order, newest first; `client` and `order_no` narrow it."""
    rows = world().store.rows(
        "SELECT * FROM bank_order WHERE (:client = '' OR client = :client)"
        " AND (:order_no = '' OR order_no = :order_no) ORDER BY received_at DESC, order_no DESC",
        _narrowed("client", "order_no"),
    )
    return jsonify(
        orders=[{name: row[name] for name in row.keys() if name not in _HIDDEN} for row in rows]  # noqa: SIM118 - sqlite3.Row
    )


@api.get("/totals")
def totals() -> Response:
    """The bank's own count of money moved, from its movements alone: per centre and per order."""
    return jsonify(clients=count(_narrowed("client")["client"]))


def count(client: str = "") -> dict[str, dict[str, Any]]:
    """Money moved per centre and per order, counted over the movements."""
    counted: dict[str, dict[str, Any]] = {}
    for row in world().store.rows(
        "SELECT client, order_no, kind, count(*) AS times, sum(amount_fen) AS fen"
        " FROM bank_movement WHERE kind IN ('payment', 'return') AND (? = '' OR client = ?)"
        " GROUP BY client, order_no, kind ORDER BY client, order_no",
        (client, client),
    ):
        center = counted.setdefault(row["client"], {**_nothing(), "orders": {}})
        order = center["orders"].setdefault(row["order_no"], _nothing())
        paid = row["kind"] == "payment"
        for place in (center, order):
            place["payments" if paid else "returns"] += row["times"]
            place["paid_fen" if paid else "returned_fen"] += row["fen"]
    return counted


@api.get("/notices")
def list_notices() -> Response:
    """Every notice with its delivery; `client` and `order_no` narrow it."""
    rows = world().store.rows(
        "SELECT * FROM bank_notice WHERE (:client = '' OR client = :client)"
        " AND (:order_no = '' OR order_no = :order_no) ORDER BY id",
        _narrowed("client", "order_no"),
    )
    return jsonify(notices=[dict(row) for row in rows])


@api.post("/accounts")
def set_account() -> Response:
    """Open or change an account: `{"number", "name", "bank_code"?, "state"?, "balance_fen"?,
    "holder"?, "client"?}`.
    """
    wish = request.get_json()
    account = {
        "bank_code": "",
        "holder": "person",
        "client": "",
        "balance_fen": 0,
        "state": "open",
        **wish,
    }
    with world().store.writing() as connection:
        connection.execute(
            "INSERT INTO bank_account VALUES (:number, :bank_code, :name, :holder, :client,"
            " :balance_fen, :state) ON CONFLICT (number) DO UPDATE SET name = :name,"
            " bank_code = :bank_code, holder = :holder, client = :client,"
            " balance_fen = :balance_fen, state = :state",
            account,
        )
    return jsonify(account)


@api.post("/arrivals")
def pay_in() -> Response:
    """Somebody pays into a centre's account: `{"client", "account", "payer_account",
    "payer_name", "amount_fen", "remark"?}`; answers `{"serial"}`.
    """
    here, wish = world(), {"remark": "", **request.get_json()}
    client = str(wish.pop("client"))
    with here.store.writing() as connection:
        serial = accounts.arrive(connection, client, moment=here.moment(), **wish)
    return jsonify(serial=serial)


@api.post("/movements/<serial>/take-back")
def take_back(serial: str) -> Response:
    """The bank undoes an entry that brought money to a centre's account (冲正)."""
    here = world()
    try:
        with here.store.writing() as connection:
            reversals.take_back(connection, serial, moment=here.moment())
    except orders.NotPossible as problem:
        return make_response(jsonify(error=str(problem)), 409)
    return jsonify(taken_back=serial)


@api.post("/orders/<client>/<order_no>/<act>")
def act_on_order(client: str, order_no: str, act: str) -> Response:
    """`pay`, `refuse`, `return`, `resend` or `unordered`; `reason_code` and `amount_fen` where
    they apply.
    """
    wish = request.get_json(silent=True) or {}
    try:
        perform(act, client=client, order_no=order_no, wish=wish)
    except orders.NotPossible as problem:
        return make_response(jsonify(error=str(problem)), 409)
    return jsonify(done=act)


@api.post("/reset")
def reset() -> Response:
    """Forget every order, movement, notice, account and fault; running numbers go on, and the
    centres' own accounts are open again.
    """
    with world().store.writing() as connection:
        for table in _FORGOTTEN:
            connection.execute(f"DELETE FROM bank_{table}")  # noqa: S608 - our own names
        orders.BOARD.switch_off(connection)
        world().open_accounts(connection)
    return jsonify(reset=True)


def perform(act: str, *, client: str, order_no: str, wish: dict[str, Any]) -> None:
    """Do at the console what a bank clerk could. Raises orders.NotPossible."""
    here = world()
    reason = str(wish.get("reason_code") or "ACCOUNT_CLOSED")
    amount = wish.get("amount_fen")
    moment = here.moment()
    with here.store.writing() as connection:
        row = found(connection, orders.PAYMENTS_TABLE, client=client, order_no=order_no)
        if row is None:
            abort(404)
        acts: dict[str, Callable[[], object]] = {
            "pay": lambda: orders.execute(connection, row, moment=moment),
            "refuse": lambda: orders.refuse(connection, row, reason_code=reason, moment=moment),
            "return": lambda: orders.give_back(
                connection, row, reason_code=reason, moment=moment, amount_fen=amount
            ),
            "resend": lambda: _resend(connection, row, here.now()),
            "unordered": lambda: orders.pay_unordered(
                connection, client, like=order_no, moment=moment
            ),
        }
        if act not in acts or reason not in orders.REASONS:
            abort(404)
        acts[act]()


def _resend(connection: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> None:
    if not notices.resend(connection, client=row["client"], order_no=row["order_no"], at=at):
        raise orders.NotPossible("还没有通知：订单有了结果以后才会有")


def _nothing() -> dict[str, Any]:
    return {"payments": 0, "paid_fen": 0, "returns": 0, "returned_fen": 0}


def _narrowed(*names: str) -> dict[str, str]:
    return {name: request.args.get(name, "") for name in names}
