"""The bank's own interface for batches, as docs/integration/bank.md describes it."""

from typing import Any

from flask import Blueprint, Response

from anju.simulators.bank import batches, orders
from anju.simulators.bank.answering import answered
from anju.simulators.bank.told import collected, state_of, told_of
from anju.simulators.line import guarded, world
from anju.simulators.signing import Question

batch_wire = Blueprint("bank_batch_wire", __name__)


@batch_wire.post("/v1/batches")
@guarded
def pay_batch(question: Question) -> Response:
    """Take many orders at once."""
    asked = question.message
    batch_no = str(asked.get("batch_no", ""))

    def told() -> dict[str, Any]:
        placed = [orders.read_order(one) for one in asked["orders"]]
        total = sum(order["amount_fen"] for order in placed)
        if not batch_no or (asked.get("count"), asked.get("total_fen")) != (len(placed), total):
            raise orders.BadOrder("the orders are not what the batch announces")
        return state_of(batches.take(world(), question.client, batch_no=batch_no, placed=placed))

    return answered(question, told)


@batch_wire.post("/v1/batches/query")
@guarded
def query_batch(question: Question) -> Response:
    """Tell how a batch stands."""
    return answered(question, lambda: _found(question, lines=False))


@batch_wire.post("/v1/batches/lines")
@guarded
def batch_lines(question: Question) -> Response:
    """Tell what became of each order of a batch."""
    return answered(question, lambda: _found(question, lines=True))


def _found(question: Question, *, lines: bool) -> dict[str, Any]:
    batch_no = str(question.message.get("batch_no", ""))
    batch = batches.look_up(world(), question.client, batch_no=batch_no)
    if batch is None:
        nothing = {"state": "not_found", "count": 0, "total_fen": 0}
        return {"kind": "batch_reply", "batch_no": batch_no, **nothing}
    if not lines:
        return state_of(batch)
    of = collected if batch.fetches else told_of
    total = sum(of(row)["amount_fen"] for row in batch.rows)
    told = [of(row) for row in batches.listed(world(), question.client, batch)]
    return {"kind": "batch_lines", "batch_no": batch_no, "lines": told, "total_fen": total}
