"""How the settlement system writes amounts, orders and refusals."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from anju.domain.money import yuan
from anju.simulators.bank import orders

_AMOUNT = re.compile(r"[0-9]{1,13}[.][0-9]{2}")
_STATES = {"accepted": "2", "paid": "0", "returned": "0", "failed": "1"}


@dataclass(frozen=True, slots=True)
class No(Exception):
    """The transaction is refused: RtnCode and RtnMessage."""

    code: str
    says: str


def told(row: sqlite3.Row, state: str) -> dict[str, str]:
    """An order as it stands; of an amount that has not moved, what was ordered."""
    at = datetime.fromisoformat(row["changed_at"])
    back = row["state"] == "returned"
    explained = back or row["state"] == "failed"
    return {
        "TxSeqNo": row["order_no"],
        state: _STATES[row["state"]],
        "Amt": money(row["settled_fen"] or row["amount_fen"]),
        "CapHostSeqNo": row["bank_serial"],
        "IntHostSeqNo": "",
        "RefundFlag": str(int(back)),
        "RefundSeqNo": row["bank_serial"] if back else "",
        "RstCode": row["reason_code"] if explained else "",
        "RstMsg": row["reason"] if explained else "",
        "HostDate": f"{at:%Y%m%d}",
        "HostTime": f"{at:%H%M%S}",
    }


def money(amount_fen: int) -> str:
    """Fen as the settlement system writes them: `20222.95`."""
    return yuan(amount_fen).replace(",", "")


def fen(text: str) -> int:
    """What `money` writes, as fen. Raises orders.BadOrder."""
    if not _AMOUNT.fullmatch(text):
        raise orders.BadOrder(f"{text!r} is no amount")
    return int(text.replace(".", ""))
