"""The bank's own interface, as docs/integration/bank.md describes it."""

from datetime import date

from flask import Blueprint, Response

from anju.simulators.bank import accounts, desk, orders
from anju.simulators.bank.told import told_of
from anju.simulators.line import answer, guarded, hang_up, world
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
    try:
        order = orders.read_order(question.message)
        row = desk.take_order(world(), question.client, order=order)
    except orders.BadOrder as problem:
        return answer(question, {"kind": "malformed", "reason": str(problem)}, status=400)
    except orders.NumberReused:
        reused = {"kind": "order_number_reused", "order_no": order["order_no"]}
        return answer(question, reused, status=409)
    except desk.LineCut:
        return hang_up()
    return answer(question, told_of(row))


@wire.post("/v1/payments/query")
@guarded
def query(question: Question) -> Response:
    """Tell what is known about one order."""
    order_no = str(question.message.get("order_no", ""))
    try:
        row = desk.look_up(world(), question.client, order_no=order_no)
    except desk.LineCut:
        return hang_up()
    if row is not None:
        return answer(question, told_of(row))
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
            "occurred_at": world().moment().text,
        },
    )


@wire.post("/v1/statement")
@guarded
def statement(question: Question) -> Response:
    """Tell the lines of one of the centre's accounts, a page at a time."""
    asked = question.message
    account = str(asked.get("account", ""))
    try:
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
    except ValueError as problem:
        return answer(question, {"kind": "malformed", "reason": str(problem)}, status=400)
    except accounts.NotYours:
        return answer(question, {"kind": "account_not_yours"}, status=403)
    except desk.LineCut:
        return hang_up()
    told = [
        {
            **{name: getattr(line, name) for name in _TOLD},
            "booked_on": line.booked_on.isoformat(),
            "occurred_at": line.at.isoformat(timespec="milliseconds"),
        }
        for line in lines
    ]
    return answer(question, {"kind": "statement", "account": account, "lines": told, "more": more})


@wire.post("/v1/balance")
@guarded
def balance(question: Question) -> Response:
    """Tell what is on one of the centre's accounts."""
    account = str(question.message.get("account", ""))
    try:
        desk.hear(world(), question.client)
        row = accounts.balance(world().store, question.client, account=account)
    except accounts.NotYours:
        return answer(question, {"kind": "account_not_yours"}, status=403)
    except desk.LineCut:
        return hang_up()
    told = {"balance_fen": row["balance_fen"], "available_fen": row["balance_fen"]}
    state = {"open": row["state"] == "open", "at": world().moment().text}
    return answer(question, {"kind": "balance", "account": account, **told, **state})
