"""BDC106 at the bank: what a debit batch brought is moved to the centre's accounts, by kind."""

import json
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from anju.simulators.bank import accounts, banks, desk
from anju.simulators.bank.faults import REASONS
from anju.simulators.bank.orders import (
    BadOrder,
    Moment,
    NumberReused,
    move,
    open_center_account,
    texts_of,
)
from anju.simulators.store import change, found, kept

if TYPE_CHECKING:
    from anju.simulators.world import World

PARTS = ("principal", "interest", "penalty", "fine")
_TEXTS = ("split_no", "debit_batch_no", *(f"{part}_account" for part in PARTS))


def read_split(message: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a split as sent, its totals recomputed. Raises orders.BadOrder."""
    read: dict[str, Any] = {"lines": [], **texts_of(message, _TEXTS)}
    totals = [0, 0, 0, 0]
    for given in message.get("lines", ()):
        line = _line(given)
        read["lines"].append(line)
        totals = [total + part for total, part in zip(totals, line["collected"], strict=True)]
    announced = (message.get("count"), message.get("totals"))
    if not read["lines"] or announced != (len(read["lines"]), totals):
        raise BadOrder("the lines are not what the split announces")
    return {**read, "totals": totals}


def _line(given: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("loan_account", "debit_serial", "id_number", "contract_no", "name")
    line: dict[str, Any] = {name: given[name] for name in texts}
    if not all(isinstance(value, str) for value in line.values()):
        raise BadOrder("a line has a text that is none")
    for kind in ("collected", "offset"):
        parts = given[kind]
        if len(parts) != 4 or not all(type(part) is int and part >= 0 for part in parts):
            raise BadOrder(f"{kind} has four parts")
        line[kind] = list(parts)
    return line


def take(here: "World", client: str, *, split: Mapping[str, Any]) -> sqlite3.Row:
    """Take a split; the same again is the same one. Raises desk.LineCut and
    orders.NumberReused.
    """
    content = json.dumps(split, sort_keys=True, ensure_ascii=False)
    key = {"client": client, "split_no": split["split_no"]}

    def work(connection: sqlite3.Connection) -> sqlite3.Row:
        moment = here.moment()
        wait = banks.morning_seconds("", at=moment.at) + moment.payment_seconds
        booked_at, lines = moment.seconds + wait, len(split["lines"])
        connection.execute(
            "INSERT INTO bank_split VALUES (?, ?, ?, ?, 'accepted', ?, ?, '[]', '', '')"
            " ON CONFLICT DO NOTHING",
            (*key.values(), content, split["debit_batch_no"], booked_at, lines),
        )
        if kept(connection, "bank_split", **key)["content"] != content:
            raise NumberReused(split["split_no"])
        run_due(connection, moment=moment)
        return kept(connection, "bank_split", **key)

    return desk.do(here, client, work)


def look_up(here: "World", client: str, *, split_no: str) -> sqlite3.Row | None:
    """The split as it stands now, None when it is not known. Raises desk.LineCut."""
    desk.hear(here, client)
    with here.store.writing() as connection:
        run_due(connection, moment=here.moment())
        return found(connection, "bank_split", client=client, split_no=split_no)


def known(here: "World", client: str, split_no: str) -> bool:
    """Whether the number is a split's."""
    key = (client, split_no)
    return bool(here.store.rows("SELECT 1 FROM bank_split WHERE client = ? AND split_no = ?", key))


def run_due(connection: sqlite3.Connection, *, moment: Moment) -> None:
    """Book or refuse every split whose time has come."""
    for row in connection.execute(
        "SELECT * FROM bank_split WHERE state = 'accepted' AND due <= ? ORDER BY due, split_no",
        (moment.seconds,),
    ).fetchall():
        split = json.loads(row["content"])
        key = {"client": row["client"], "split_no": row["split_no"]}
        problem = _problem(connection, row["client"], split)
        if problem:
            said = {"reason_code": problem, "reason": REASONS[problem]}
            change(connection, "bank_split", key, state="refused", **said)
        else:
            booked = _book(connection, row["client"], split, moment)
            change(connection, "bank_split", key, state="done", booked=json.dumps(booked))


def _debits(connection: sqlite3.Connection, client: str, batch_no: str) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT * FROM bank_collection WHERE client = ? AND kind = 'debit'"
        " AND substr(order_no, 1, length(?) + 1) = ? || '/'",
        (client, batch_no, batch_no),
    ).fetchall()


def _problem(connection: sqlite3.Connection, client: str, split: Mapping[str, Any]) -> str:
    """Why the split cannot be booked, as a reason code, or ''."""
    debits = _debits(connection, client, split["debit_batch_no"])
    if not debits:
        return "DEBITS_UNKNOWN"
    if any(row["state"] == "accepted" for row in debits):
        return "DEBITS_UNDECIDED"
    done = connection.execute(
        "SELECT 1 FROM bank_split WHERE client = ? AND debit_batch_no = ? AND state = 'done'",
        (client, split["debit_batch_no"]),
    ).fetchone()
    if done is not None:
        return "SPLIT_TWICE"
    brought = {
        row["bank_serial"]: row["collected_fen"] for row in debits if row["state"] == "collected"
    }
    told = {line["debit_serial"]: sum(line["collected"]) for line in split["lines"]}
    if told != brought or len(told) != len(split["lines"]):
        return "SPLIT_MISMATCH"
    owners = {
        open_center_account(connection, client, number=split[f"{part}_account"])["client"]
        for part in PARTS
    }
    return "" if owners == {client} else "PAYEE_NOT_YOURS"


def _book(
    connection: sqlite3.Connection, client: str, split: Mapping[str, Any], moment: Moment
) -> list[list[Any]]:
    """Move each kind to its account: amount and serial of the four, nothing where it is none."""
    transit = _debits(connection, client, split["debit_batch_no"])[0]["payee_account"]
    booked: list[list[Any]] = []
    for part, amount in zip(PARTS, split["totals"], strict=True):
        movement = {
            "client": client,
            "order_no": split["split_no"],
            "payer_account": transit,
            "payer_name": "待清分户",
            "payee_account": split[f"{part}_account"],
            "amount_fen": amount,
        }
        serial = move(connection, movement, "split", amount, moment) if amount else ""
        booked.append([amount, serial])
        if amount:
            movement["bank_serial"] = serial
            accounts.tell_arrival(
                connection, client, movement=movement, brought_by="split", moment=moment
            )
    return booked
