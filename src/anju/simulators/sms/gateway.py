"""Messages taken once per id, and what can go wrong with them."""

import sqlite3
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from anju.simulators.faults import FaultBoard, FaultKind, Param
from anju.simulators.line import answer, guarded, hang_up, world
from anju.simulators.signing import Question
from anju.simulators.store import found, kept
from anju.simulators.switches import offer_switches

BOARD: Final = FaultBoard(
    "sms",
    (
        FaultKind("down", "网关停机", "短信网关不应答，连接直接断开。", lasting=True),
        FaultKind(
            "slow",
            "网关缓慢",
            "网关照常收下短信，过若干秒才答复。",
            (Param("seconds", "秒数", 5),),
        ),
        FaultKind("lose_reply", "丢失答复", "网关收下并送达了短信，但答复没有回来。"),
        FaultKind("swallow", "收下不送", "网关答复“已受理”，短信却永远不会到手机上。"),
        FaultKind("duplicate", "重复送达", "同一条短信在手机上出现两次。"),
        FaultKind("refuse", "拒收", "网关答复该号码无法送达。"),
    ),
)

wire = Blueprint("sms_wire", __name__)
api = Blueprint("sms_api", __name__)
offer_switches(api, BOARD)


@wire.post("/v1/messages")
@guarded
def send(question: Question) -> Response:
    """Take one message."""
    here = world()
    message = question.message
    fields = [message.get(name) for name in ("message_id", "phone", "text")]
    if not all(isinstance(field, str) and field and len(field) <= 500 for field in fields):
        return answer(question, {"kind": "malformed", "reason": "fields"}, status=400)
    with here.store.writing() as connection:
        if _strikes(connection, "down", question) is not None:
            return hang_up()
        row = _take(connection, question, *(str(field) for field in fields))
        slow = _strikes(connection, "slow", question)
        lost = _strikes(connection, "lose_reply", question) is not None
    if slow is not None:
        here.stopping.wait(slow["seconds"])
    if lost:
        return hang_up()
    refused = row["state"] == "refused"
    return answer(
        question,
        {
            "kind": "message_reply",
            "message_id": row["message_id"],
            "outcome": "refused" if refused else "accepted",
            "reason": "号码无法送达" if refused else "",
        },
    )


@api.get("/messages")
def list_messages() -> Response:
    """What arrived, newest first; `phone` and `client` narrow it, `all=1` adds what did not."""
    return jsonify(
        messages=[
            dict(row)
            for row in inbox(
                request.args.get("phone", ""),
                client=request.args.get("client", ""),
                everything=request.args.get("all") == "1",
            )
        ]
    )


@api.post("/reset")
def reset() -> Response:
    """Forget every message and fault."""
    with world().store.writing() as connection:
        connection.execute("DELETE FROM sms_message")
        BOARD.switch_off(connection)
    return jsonify(reset=True)


def inbox(phone: str = "", *, client: str = "", everything: bool = False) -> list[sqlite3.Row]:
    """Messages newest first, of one phone and centre or of all."""
    return world().store.rows(
        "SELECT * FROM sms_message WHERE (:phone = '' OR phone = :phone)"
        " AND (:client = '' OR client = :client) AND (:everything OR state = 'arrived')"
        " ORDER BY id DESC LIMIT 500",
        {"phone": phone, "client": client, "everything": everything},
    )


def _take(
    connection: sqlite3.Connection, question: Question, message_id: str, phone: str, text: str
) -> sqlite3.Row:
    known = found(connection, "sms_message", client=question.client, message_id=message_id)
    if known is not None:
        return known
    state = "arrived"
    if _strikes(connection, "refuse", question) is not None:
        state = "refused"
    elif _strikes(connection, "swallow", question) is not None:
        state = "swallowed"
    copies = 2 if _strikes(connection, "duplicate", question) is not None else 1
    connection.execute(
        "INSERT INTO sms_message (client, message_id, phone, text, state, copies, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (question.client, message_id, phone, text, state, copies, world().moment().text),
    )
    return kept(connection, "sms_message", client=question.client, message_id=message_id)


def _strikes(
    connection: sqlite3.Connection, kind: str, question: Question
) -> dict[str, Any] | None:
    return BOARD.strikes(connection, kind=kind, client=question.client)
