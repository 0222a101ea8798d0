"""The bank's own interface, as docs/integration/bank.md describes it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response

from anju.simulators.bank import accounts, desk, orders
from anju.simulators.bank.answering import answered
from anju.simulators.bank.told import told_of
from anju.simulators.line import guarded, world
from anju.simulators.signing import Question

wire = Blueprint("bank_wire", __name__)

PAGE_LINES = 100
_TOLD = (
    *("account", "serial", "amount_fen", "balance_fen", "counter_account", "counter_name"),
    *("remark", "summary", "reversal"),
)


@wire.post("/v1/payments")
@guarded
def pay(question: Question) -> Response:
    """Take one payment order."""

    def told() -> dict[str, Any]:
        order = orders.read_order(question.message)
        return told_of(desk.take_order(world(), question.client, order=order))

    return answered(question, told)


@wire.post("/v1/payments/query")
@guarded
def query(question: Question) -> Response:
    """Tell what is known about one order."""
    order_no = str(question.message.get("order_no", ""))

    def told() -> dict[str, Any]:
        row = desk.look_up(world(), question.client, order_no=order_no)
        return _unknown(order_no) if row is None else told_of(row)

    return answered(question, told)


def _unknown(order_no: str) -> dict[str, Any]:
    return {
        "kind": "reply",
        "order_no": order_no,
        "outcome": "not_found",
        "amount_fen": 0,
        "bank_serial": "",
        "reason_code": "",
        "reason": "",
        "occurred_at": world().moment().text,
    }


@wire.post("/v1/statement")
@guarded
def statement(question: Question) -> Response:
    """Tell the lines of one of the centre's accounts, a page at a time."""
    asked = question.message
    account = str(asked.get("account", ""))

    def told() -> dict[str, Any]:
        desk.hear(world(), question.client)
        lines, more = accounts.statement(
            world().store,
            question.client,
            account=account,
            since=date.fromisoformat(str(asked.get("since", ""))),
            until=date.fromisoformat(str(asked.get("until", ""))),
            after=str(asked.get("after", "")),
            lines_max=PAGE_LINES,
        )
        shown = [_line(one) for one in lines]
        return {"kind": "statement", "account": account, "lines": shown, "more": more}

    return answered(question, told)


def _line(line: accounts.Line) -> dict[str, Any]:
    return {
        **{name: getattr(line, name) for name in _TOLD},
        "booked_on": line.booked_on.isoformat(),
        "occurred_at": line.at.isoformat(timespec="milliseconds"),
    }


@wire.post("/v1/balance")
@guarded
def balance(question: Question) -> Response:
    """Tell what is on one of the centre's accounts."""
    account = str(question.message.get("account", ""))

    def told() -> dict[str, Any]:
        desk.hear(world(), question.client)
        row = accounts.balance(world().store, question.client, account=account)
        sums = {"balance_fen": row["balance_fen"], "available_fen": row["balance_fen"]}
        state = {"open": row["state"] == "open", "at": world().moment().text}
        return {"kind": "balance", "account": account, **sums, **state}

    return answered(question, told)
