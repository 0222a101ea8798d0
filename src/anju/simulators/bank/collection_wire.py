"""The bank's own interface for fetching money, as docs/integration/bank.md describes it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response

from anju.simulators.bank import batches, collections, desk, orders, splits
from anju.simulators.bank.answering import answered
from anju.simulators.bank.books import COLLECTIONS
from anju.simulators.bank.told import collected, split_of, state_of
from anju.simulators.line import guarded, world
from anju.simulators.signing import Question

collection_wire = Blueprint("bank_collection_wire", __name__)


@collection_wire.post("/v1/collections")
@guarded
def collect(question: Question) -> Response:
    """Take one collection."""

    def told() -> dict[str, Any]:
        order = collections.read_collection(question.message, kind=collections.SINGLE)
        return collected(desk.take_order(world(), question.client, order=order))

    return answered(question, told)


@collection_wire.post("/v1/collections/query")
@guarded
def query(question: Question) -> Response:
    """Tell what is known about one collection."""
    order_no = str(question.message.get("order_no", ""))

    def told() -> dict[str, Any]:
        row = desk.look_up(world(), question.client, order_no=order_no, book=COLLECTIONS)
        return _unknown(order_no) if row is None else collected(row)

    return answered(question, told)


@collection_wire.post("/v1/collection-batches")
@guarded
def collect_batch(question: Question) -> Response:
    """Take many collections at once."""
    kind = collections.BATCH
    return _batch(question, lambda: _listed(question, "orders", kind=kind, common={}))


@collection_wire.post("/v1/loan-debits")
@guarded
def debit_loans(question: Question) -> Response:
    """Take many loan debits at once."""
    common = {"payee_account": question.message.get("transit_account")}
    return _batch(
        question, lambda: _listed(question, "debits", kind=collections.DEBIT, common=common)
    )


@collection_wire.post("/v1/loan-splits")
@guarded
def split_debits(question: Question) -> Response:
    """Take one split."""

    def told() -> dict[str, Any]:
        split = splits.read_split(question.message)
        return split_of(splits.take(world(), question.client, split=split))

    return answered(question, told)


@collection_wire.post("/v1/loan-splits/query")
@guarded
def query_split(question: Question) -> Response:
    """Tell what is known about one split."""
    split_no = str(question.message.get("split_no", ""))

    def told() -> dict[str, Any]:
        row = splits.look_up(world(), question.client, split_no=split_no)
        if row is not None:
            return split_of(row)
        nothing = {"booked": [0, 0, 0, 0], "serials": ["", "", "", ""]}
        said = {"state": "not_found", "count": 0, "reason_code": "", "reason": ""}
        return {"kind": "split_reply", "split_no": split_no, **said, **nothing}

    return answered(question, told)


def _unknown(order_no: str) -> dict[str, Any]:
    blank = dict.fromkeys(("bank_serial", "reason_code", "reason"), "")
    said = {"outcome": "not_found", "asked_fen": 0, "amount_fen": 0}
    at = world().moment().text
    return {"kind": "collection_reply", "order_no": order_no, **said, **blank, "occurred_at": at}


def _listed(
    question: Question, name: str, *, kind: str, common: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What a batch lists, read; a debit is known by its place. Raises orders.BadOrder."""
    asked = question.message
    if not asked.get("batch_no"):
        raise orders.BadOrder("a batch has a number")
    placed = []
    for place, one in enumerate(asked[name], 1):
        number = {"order_no": f"{asked['batch_no']}/{place}"} if kind == collections.DEBIT else {}
        placed.append(collections.read_collection({**one, **common, **number}, kind=kind))
    total = sum(order["amount_fen"] for order in placed)
    if not placed or (asked.get("count"), asked.get("total_fen")) != (len(placed), total):
        raise orders.BadOrder("the lines are not what the batch announces")
    return placed


def _batch(question: Question, listed: Callable[[], list[dict[str, Any]]]) -> Response:
    def told() -> dict[str, Any]:
        number = str(question.message["batch_no"])
        return state_of(batches.take(world(), question.client, batch_no=number, placed=listed()))

    return answered(question, told)
