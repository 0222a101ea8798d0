"""Enterprises by their code, asked for with a password, and what can go wrong with the answer."""

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, jsonify, make_response, request

from anju.domain.identifiers import normalise_uscc, uscc_problem
from anju.simulators.faults import FaultBoard, FaultKind, Param
from anju.simulators.line import answer, guarded, hang_up, world
from anju.simulators.signing import Question
from anju.simulators.store import found
from anju.simulators.switches import offer_switches

BOARD: Final = FaultBoard(
    "enterprises",
    (
        FaultKind("down", "平台停机", "企业开办平台不应答，连接直接断开。", lasting=True),
        FaultKind("slow", "平台缓慢", "平台过若干秒才答复。", (Param("seconds", "秒数", 5),)),
        FaultKind("another", "答非所问", "平台答复的是另一家企业。"),
        FaultKind("garbled", "内容残缺", "平台答复的登记信息缺少成立日期。"),
    ),
)
FACTS: Final = ("name", "address", "founded_on", "legal_representative", "division")
FIELDS: Final = ("uscc", *FACTS, "password")
STATES: Final = {"open": "存续", "revoked": "已吊销"}

wire = Blueprint("enterprises_wire", __name__)
api = Blueprint("enterprises_api", __name__)
offer_switches(api, BOARD)


class NotRegistrable(ValueError):
    """What was entered cannot be an enterprise; the text (Chinese) says why."""


@wire.post("/v1/enterprises/query")
@guarded
def query(question: Question) -> Response:
    """Tell a centre who an enterprise is, or why not."""
    here = world()
    uscc, password = question.message.get("uscc"), question.message.get("password")
    if not isinstance(uscc, str) or not isinstance(password, str):
        return answer(question, {"kind": "malformed", "reason": "fields"}, status=400)
    with here.store.writing() as connection:
        if _strikes(connection, "down", question) is not None:
            return hang_up()
        told = _told(connection, uscc, password)
        if _strikes(connection, "another", question) is not None:
            told["uscc"] = "91149999DEMANOTHER"
        if _strikes(connection, "garbled", question) is not None:
            told["founded_on"] = ""
        slow = _strikes(connection, "slow", question)
    if slow is not None:
        here.stopping.wait(slow["seconds"])
    return answer(question, {"kind": "enterprise_reply", "uscc": uscc, **told})


def _told(connection: sqlite3.Connection, uscc: str, password: str) -> dict[str, str]:
    row = found(connection, "enterprise", uscc=uscc)
    if row is None:
        return {"outcome": "unknown"}
    if row["password"] != password:
        return {"outcome": "wrong_password"}
    if row["state"] == "revoked":
        return {"outcome": "revoked"}
    return {"outcome": "found", **{name: row[name] for name in FACTS}}


@api.get("/enterprises")
def list_enterprises() -> Response:
    """Every enterprise, the last one registered first."""
    return jsonify(enterprises=[dict(row) for row in registered()])


@api.post("/enterprises")
def register_one() -> Response:
    """`{"uscc", "name", "address", "founded_on", "legal_representative", "division", "password"}`
    registers an enterprise or changes a known one; answers 400 with the reason otherwise.
    """
    try:
        with world().store.writing() as connection:
            register(connection, request.get_json())
    except NotRegistrable as problem:
        return make_response(jsonify(error=str(problem)), 400)
    return jsonify(registered=True)


@api.post("/enterprises/<uscc>/state")
def set_state(uscc: str) -> Response:
    """`{"state": "open" or "revoked"}`."""
    return jsonify(changed=change_state(uscc, str(request.get_json().get("state"))))


@api.post("/reset")
def reset() -> Response:
    """Forget every fault, and every enterprise but those that were there at the start."""
    with world().store.writing() as connection:
        connection.execute("DELETE FROM enterprise")
        BOARD.switch_off(connection)
        world().register_enterprises(connection)
    return jsonify(reset=True)


def registered() -> list[sqlite3.Row]:
    """Every enterprise, the last one registered first."""
    return world().store.rows("SELECT * FROM enterprise ORDER BY rowid DESC LIMIT 500")


def register(connection: sqlite3.Connection, facts: Mapping[str, Any]) -> None:
    """Register an enterprise or change a known one. Raises NotRegistrable."""
    given = {name: str(facts.get(name) or "").strip() for name in FIELDS}
    given["uscc"] = normalise_uscc(given["uscc"])
    if not all(given.values()) or any(len(text) > 100 for text in given.values()):
        raise NotRegistrable("各项都要填写，每项不超过 100 字。")
    problem = uscc_problem(given["uscc"])
    if problem is not None:
        raise NotRegistrable(problem)
    if not (len(given["division"]) == 6 and given["division"].isdecimal()):
        raise NotRegistrable("注册地行政区划应为 6 位数字。")
    try:
        given["founded_on"] = date.fromisoformat(given["founded_on"]).isoformat()
    except ValueError:
        raise NotRegistrable("成立日期应写作 2026-11-01。") from None
    connection.execute(
        "INSERT INTO enterprise (uscc, name, address, founded_on, legal_representative, division,"
        " password, state) VALUES (:uscc, :name, :address, :founded_on, :legal_representative,"
        " :division, :password, 'open') ON CONFLICT (uscc) DO UPDATE SET name = excluded.name,"
        " address = excluded.address, founded_on = excluded.founded_on,"
        " legal_representative = excluded.legal_representative, division = excluded.division,"
        " password = excluded.password",
        given,
    )


def change_state(uscc: str, state: str) -> bool:
    """Revoke an enterprise or let it live again; whether there is such a one and such a state."""
    if state not in STATES:
        return False
    with world().store.writing() as connection:
        done = connection.execute("UPDATE enterprise SET state = ? WHERE uscc = ?", (state, uscc))
        return done.rowcount == 1


def _strikes(
    connection: sqlite3.Connection, kind: str, question: Question
) -> dict[str, Any] | None:
    return BOARD.strikes(connection, kind=kind, client=question.client)
