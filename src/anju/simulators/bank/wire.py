"""The bank's own interface, as docs/integration/bank.md describes it."""

import json
import sqlite3

from flask import Blueprint, Response

from anju.simulators.bank import orders
from anju.simulators.line import answer, guarded, hang_up, world
from anju.simulators.signing import Question

wire = Blueprint("bank_wire", __name__)


@wire.post("/v1/payments")
@guarded
def pay(question: Question) -> Response:
    """Take one payment order."""
    here = world()
    try:
        order = orders.read_order(question.message)
    except orders.BadOrder as problem:
        return answer(question, {"kind": "malformed", "reason": str(problem)}, status=400)
    with here.store.writing() as connection:
        if _strikes(connection, "bank_down", question) or _strikes(
            connection, "lose_request", question
        ):
            return hang_up()
        late = orders.BOARD.strikes(connection, kind="late_request", client=question.client)
        if late is not None:
            connection.execute(
                "INSERT INTO bank_in_flight (client, message, due) VALUES (?, ?, ?)",
                (question.client, json.dumps(order), here.now().timestamp() + late["seconds"]),
            )
            return hang_up()
        moment = here.moment()
        notice_first = _strikes(connection, "notice_before_reply", question)
        if notice_first:
            moment = orders.Moment(moment.at, payment_seconds=0)
        try:
            row = orders.place(connection, question.client, order=order, moment=moment)
        except orders.NumberReused:
            reused = {"kind": "order_number_reused", "order_no": order["order_no"]}
            return answer(question, reused, status=409)
        slow = orders.BOARD.strikes(connection, kind="slow_reply", client=question.client)
        lost = _strikes(connection, "lose_reply", question)
    if notice_first:
        here.courier.deliver_due(here.now(), client=question.client)
    if slow is not None:
        here.stopping.wait(slow["seconds"])
    return hang_up() if lost else answer(question, _reply(row))


@wire.post("/v1/payments/query")
@guarded
def query(question: Question) -> Response:
    """Tell what is known about one order."""
    here = world()
    order_no = str(question.message.get("order_no", ""))
    with here.store.writing() as connection:
        if _strikes(connection, "bank_down", question) or _strikes(
            connection, "lose_query_reply", question
        ):
            return hang_up()
        orders.run_due(connection, moment=here.moment(), only=(question.client, order_no))
        row = orders.find(connection, client=question.client, order_no=order_no)
    if row is not None:
        return answer(question, _reply(row))
    return answer(
        question,
        {
            "kind": "reply",
            "order_no": order_no,
            "outcome": "not_found",
            "amount_fen": 0,
            "bank_serial": "",
            "reason_code": "",
            "reason": "",
            "occurred_at": here.moment().text,
        },
    )


def _strikes(connection: sqlite3.Connection, kind: str, question: Question) -> bool:
    return orders.BOARD.strikes(connection, kind=kind, client=question.client) is not None


def _reply(row: sqlite3.Row) -> dict[str, object]:
    """The order as it stands. Without money moved, the amount is what was ordered."""
    told = row["state"] in ("failed", "returned")
    return {
        "kind": "reply",
        "order_no": row["order_no"],
        "outcome": row["state"],
        "amount_fen": row["settled_fen"] or row["amount_fen"],
        "bank_serial": row["bank_serial"],
        "reason_code": row["reason_code"] if told else "",
        "reason": row["reason"] if told else "",
        "occurred_at": row["changed_at"],
    }
