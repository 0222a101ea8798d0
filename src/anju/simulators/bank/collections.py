"""Collections and loan debits at the bank: taken once per number, charged once."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from anju.simulators.bank import accounts, banks
from anju.simulators.bank.faults import REASONS
from anju.simulators.bank.orders import (
    BOARD,
    COLLECTIONS_TABLE,
    BadOrder,
    Moment,
    NotPossible,
    known_already,
    move,
    open_account,
    open_center_account,
    texts_of,
)
from anju.simulators.store import change, found, kept

SINGLE, BATCH, DEBIT = "single", "batch", "debit"
_TEXTS = {
    SINGLE: (
        *("order_no", "agreement_no", "payer_name", "payer_account", "payer_bank_code"),
        *("payee_account", "summary"),
    ),
    # The bank knows a debit by its place in the batch, and whose it is by the account.
    DEBIT: ("order_no", "payer_name", "payer_account", "payee_account", "summary"),
}
_TEXTS[BATCH] = _TEXTS[SINGLE]


def read_collection(message: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """The fields of one collection or debit as sent. Raises orders.BadOrder."""
    blank = {"kind": kind, "agreement_no": "", "payer_bank_code": ""}
    read = {**blank, **texts_of(message, _TEXTS[kind])}
    amount, full_only = message.get("amount_fen"), message.get("full_only", True)
    if type(amount) is not int or not 0 < amount < 10**15:
        raise BadOrder("amount_fen is no amount")
    if type(full_only) is not bool:
        raise BadOrder("full_only is neither true nor false")
    return {**read, "amount_fen": amount, "full_only": full_only}


def place(
    connection: sqlite3.Connection, client: str, *, order: Mapping[str, Any], moment: Moment
) -> sqlite3.Row:
    """Take a collection; the same number with the same content is the same one. Raises
    orders.NumberReused. Faults strike when it is new, never when it is repeated.
    """
    number = order["order_no"]
    content = json.dumps(order, sort_keys=True, ensure_ascii=False)
    key = {"client": client, "order_no": number}
    if not known_already(connection, COLLECTIONS_TABLE, key, content=content):
        _insert(connection, client, order, content, moment)
    run_due(connection, moment=moment, only=(client, number))
    return kept(connection, COLLECTIONS_TABLE, **key)


def _insert(
    connection: sqlite3.Connection,
    client: str,
    order: Mapping[str, Any],
    content: str,
    moment: Moment,
) -> None:
    def strikes(kind: str) -> dict[str, Any]:
        return BOARD.strikes(connection, kind=kind, client=client) or {}

    refusal, mistake, delay = strikes("refuse"), strikes("wrong_amount"), strikes("delay")
    bank, refuse_code = order["payer_bank_code"], refusal.get("reason_code", "")
    wait = float(delay.get("seconds", moment.payment_seconds))
    if order["kind"] == SINGLE and banks.day_is_over(bank, at=moment.at):
        refuse_code, wait = refuse_code or "AFTER_CUT_OFF", 0.0
    elif order["kind"] != SINGLE:
        wait = banks.morning_seconds(bank, at=moment.at) + wait
    held = BOARD.strikes(connection, kind="hold", client=client) is not None
    connection.execute(
        "INSERT INTO bank_collection VALUES (:client, :order_no, :kind, :content, :amount_fen,"
        " :full_only, :agreement_no, :payer_name, :payer_account, :payer_bank_code,"
        " :payee_account, :summary, 'accepted', :held, :take_fen, :refuse_code, :due, 0, '', '',"
        " '', :now, :now, 1)",
        {
            **order,
            "client": client,
            "content": content,
            "held": int(held),
            "take_fen": max(1, order["amount_fen"] + int(mistake.get("delta_fen", 0))),
            "refuse_code": refuse_code,
            "due": moment.seconds + wait,
            "now": moment.text,
        },
    )


def run_due(
    connection: sqlite3.Connection, *, moment: Moment, only: tuple[str, str] | None = None
) -> None:
    """Charge or refuse everything whose time has come."""
    client, order_no = only or (None, None)
    for row in connection.execute(
        "SELECT * FROM bank_collection WHERE state = 'accepted' AND held = 0 AND due <= :now"
        " AND (:client IS NULL OR (client = :client AND order_no = :order_no))"
        " ORDER BY due, order_no",
        {"now": moment.seconds, "client": client, "order_no": order_no},
    ).fetchall():
        execute(connection, row, moment=moment)


def execute(connection: sqlite3.Connection, row: sqlite3.Row, *, moment: Moment) -> None:
    """Charge the payer, or refuse for a reason of the bank's own. Raises orders.NotPossible."""
    if row["state"] != "accepted":
        raise NotPossible("已有结果，不能再扣款")
    charge = row["take_fen"]
    payer = found(connection, "bank_account", number=row["payer_account"])
    if not row["full_only"] and payer is not None:
        charge = min(charge, payer["balance_fen"])
    problem = row["refuse_code"] or _problem(connection, row, payer, charge)
    if problem:
        refuse(connection, row, reason_code=problem, moment=moment)
        return
    serial = move(connection, row, DEBIT if row["kind"] == DEBIT else "collection", charge, moment)
    _settle(connection, row, moment, state="collected", collected_fen=charge, bank_serial=serial)
    if row["kind"] != DEBIT:
        accounts.tell_arrival(
            connection,
            row["client"],
            movement={**dict(row), "amount_fen": charge, "bank_serial": serial},
            brought_by="collection" if row["kind"] == SINGLE else "collection_batch",
            moment=moment,
        )


def refuse(
    connection: sqlite3.Connection, row: sqlite3.Row, *, reason_code: str, moment: Moment
) -> None:
    """Refuse a collection for good. Raises orders.NotPossible."""
    if row["state"] != "accepted":
        raise NotPossible("已有结果，不能再拒绝")
    reason = REASONS[reason_code]
    _settle(connection, row, moment, state="refused", reason_code=reason_code, reason=reason)


def _settle(
    connection: sqlite3.Connection, row: sqlite3.Row, moment: Moment, **changes: object
) -> None:
    values = {"held": 0, "changed_at": moment.text, **changes}
    key = {"client": row["client"], "order_no": row["order_no"]}
    change(connection, COLLECTIONS_TABLE, key, **values)


def _problem(
    connection: sqlite3.Connection, row: sqlite3.Row, payer: sqlite3.Row | None, charge: int
) -> str:
    """Why the bank itself cannot charge `row`, as a reason code, or ''."""
    agreement = connection.execute(
        "SELECT state FROM bank_agreement WHERE client = ? AND payer_account = ?"
        " AND (? = '' OR agreement_no = ?) ORDER BY state LIMIT 1",
        (row["client"], row["payer_account"], row["agreement_no"], row["agreement_no"]),
    ).fetchone()
    if not _pays_into_the_right_place(connection, row):
        return "PAYEE_NOT_YOURS"
    if payer is None:
        return "ACCOUNT_UNKNOWN"
    if payer["state"] != "open":
        return "ACCOUNT_CLOSED" if payer["state"] == "closed" else "ACCOUNT_FROZEN"
    if payer["name"] != row["payer_name"]:
        return "NAME_MISMATCH"
    if agreement is None:
        return "NO_AGREEMENT"
    if agreement["state"] != "active":
        return "AGREEMENT_ENDED"
    return "INSUFFICIENT" if not 0 < charge <= payer["balance_fen"] else ""


def _pays_into_the_right_place(connection: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """A collection goes to an account of the centre's, a debit to one of the bank's own."""
    if row["kind"] != DEBIT:
        payee = open_center_account(connection, row["client"], number=row["payee_account"])
        return bool(payee["client"] == row["client"])
    transit = open_account(
        connection,
        row["payee_account"],
        bank_code="",
        name="待清分户",
        holder="bank",
        client=row["client"],
    )
    return bool(transit["holder"] == "bank" and transit["client"] == row["client"])
