"""How the settlement system writes amounts, orders and refusals."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from anju.domain.money import yuan
from anju.simulators.bank import orders

_AMOUNT = re.compile(r"[0-9]{1,13}[.][0-9]{2}")
_STATES = {"accepted": "2", "paid": "0", "returned": "0", "failed": "1"}


class No(Exception):
    """The transaction is refused: `code` is its RtnCode, `says` its RtnMessage."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code, says)
        self.code, self.says = code, says


@contextmanager
def taking(number: str) -> Iterator[None]:
    """What is read and taken within, or No; `number` is what the message calls its own number."""
    try:
        yield
    except orders.NumberReused as reused:
        raise No("BDC1001", f"{number}已用于内容不同的交易") from reused
    except (KeyError, ValueError) as problem:
        raise No("BDC1400", f"报文有误：{problem}") from problem


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
