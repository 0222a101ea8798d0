"""JSON about what the bank fetches for the centres: agreements, collections, what was charged."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request

from anju.simulators.bank import collections, orders
from anju.simulators.line import world
from anju.simulators.store import found

collection_api = Blueprint("bank_collection_api", __name__)

_USUAL = {
    "payer_name": "",
    "bank_code": "",
    "balance_fen": 0,
    "account_state": "open",
    "state": "active",
}
AGREEMENT_STATES = {"active": "有效", "ended": "已终止"}


@collection_api.post("/agreements")
def set_agreement() -> Response:
    """Enter or change an agreement: `{"client", "agreement_no", "payer_account", "payer_name"?,
    "bank_code"?, "balance_fen"?, "account_state"?, "state"?}`; the account is opened, or becomes
    as described.
    """
    wish = {**_USUAL, **request.get_json()}
    try:
        agree(**wish)
    except orders.BadOrder as problem:
        return make_response(jsonify(error=str(problem)), 400)
    return jsonify(wish)


@collection_api.get("/collections")
def list_collections() -> Response:
    """Every collection and debit, newest first, and the bank's own count of what was charged."""
    client = request.args.get("client", "")
    rows = world().store.rows(
        "SELECT client, order_no, kind, amount_fen, collected_fen, payer_account, state,"
        " bank_serial, reason_code, reason, received_at, times_received FROM bank_collection"
        " WHERE ? = '' OR client = ? ORDER BY received_at DESC, order_no DESC",
        (client, client),
    )
    return jsonify(collections=[dict(row) for row in rows], clients=charged(client))


@collection_api.post("/collections/<client>/<path:order_no>/<act>")
def act_on_collection(client: str, order_no: str, act: str) -> Response:
    """`charge` or `refuse` (with `reason_code`) what was accepted."""
    wish = request.get_json(silent=True) or {}
    reason = str(wish.get("reason_code") or "INSUFFICIENT")
    try:
        perform(act, client=client, order_no=order_no, reason=reason)
    except orders.NotPossible as problem:
        return make_response(jsonify(error=str(problem)), 409)
    return jsonify(done=act)


def agree(
    *,
    client: str,
    agreement_no: str,
    payer_account: str,
    payer_name: str,
    bank_code: str,
    balance_fen: int,
    account_state: str,
    state: str,
) -> None:
    """Enter or change an agreement, and its payer's account as well. Raises orders.BadOrder."""
    if not agreement_no or not payer_account or state not in AGREEMENT_STATES:
        raise orders.BadOrder("协议号、付款账号、状态缺一不可")
    with world().store.writing() as connection:
        connection.execute(
            "INSERT INTO bank_account VALUES (?, ?, ?, 'person', '', ?, ?) ON CONFLICT (number)"
            " DO UPDATE SET name = excluded.name, bank_code = excluded.bank_code,"
            " balance_fen = excluded.balance_fen, state = excluded.state",
            (payer_account, bank_code, payer_name, balance_fen, account_state),
        )
        connection.execute(
            "INSERT INTO bank_agreement VALUES (?, ?, ?, ?) ON CONFLICT (client, agreement_no)"
            " DO UPDATE SET payer_account = excluded.payer_account, state = excluded.state",
            (client, agreement_no, payer_account, state),
        )


def perform(act: str, *, client: str, order_no: str, reason: str) -> None:
    """Do at the console what a bank clerk could. Raises orders.NotPossible."""
    here = world()
    moment = here.moment()
    with here.store.writing() as connection:
        row = found(connection, orders.COLLECTIONS_TABLE, client=client, order_no=order_no)
        if row is None or act not in ("charge", "refuse") or reason not in orders.REASONS:
            abort(404)
        _act(connection, row, act, reason=reason, moment=moment)


def _act(
    connection: sqlite3.Connection, row: sqlite3.Row, act: str, *, reason: str, moment: Any
) -> None:
    if act == "charge":
        collections.execute(connection, row, moment=moment)
    else:
        collections.refuse(connection, row, reason_code=reason, moment=moment)


def charged(client: str = "") -> dict[str, dict[str, Any]]:
    """Money charged to payers per centre and per order, counted over the movements."""
    counted: dict[str, dict[str, Any]] = {}
    for row in world().store.rows(
        "SELECT client, order_no, count(*) AS times, sum(amount_fen) AS fen FROM bank_movement"
        " WHERE kind IN ('collection', 'debit') AND (? = '' OR client = ?)"
        " GROUP BY client, order_no ORDER BY client, order_no",
        (client, client),
    ):
        center = counted.setdefault(row["client"], {"times": 0, "fen": 0, "orders": {}})
        center["orders"][row["order_no"]] = {"times": row["times"], "fen": row["fen"]}
        center["times"] += row["times"]
        center["fen"] += row["fen"]
    return counted
