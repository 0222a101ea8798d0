"""What the bank says of an order, a batch or a split, in the plain interface's words."""

import json
import sqlite3
from typing import Any

from anju.simulators.bank.batches import Batch


def told_of(row: sqlite3.Row) -> dict[str, Any]:
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


def collected(row: sqlite3.Row) -> dict[str, Any]:
    """A collection or debit as it stands."""
    return {
        "kind": "collection_reply",
        "order_no": row["order_no"],
        "outcome": row["state"],
        "asked_fen": row["amount_fen"],
        "amount_fen": row["collected_fen"],
        "bank_serial": row["bank_serial"],
        "reason_code": row["reason_code"],
        "reason": row["reason"],
        "occurred_at": row["changed_at"],
    }


def split_of(row: sqlite3.Row) -> dict[str, Any]:
    """A split as it stands."""
    booked = json.loads(row["booked"]) or [[0, ""]] * 4
    return {
        "kind": "split_reply",
        "split_no": row["split_no"],
        "state": row["state"],
        "count": row["count"],
        "booked": [amount for amount, _ in booked],
        "serials": [serial for _, serial in booked],
        "reason_code": row["reason_code"],
        "reason": row["reason"],
    }


def state_of(batch: Batch) -> dict[str, object]:
    """How a batch stands as a whole."""
    return {
        "kind": "batch_reply",
        "batch_no": batch.batch_no,
        "state": "done" if batch.done else "accepted",
        "count": len(batch.rows),
        "total_fen": batch.ordered_fen,
    }
