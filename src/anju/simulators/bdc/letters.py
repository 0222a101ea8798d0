"""Carries the bank's notices to a centre's listener as SBDC100."""

import json
import socket
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from anju.simulators.bank.notices import TIMEOUT_SECONDS
from anju.simulators.bdc import wire
from anju.simulators.bdc.amounts import money

_BLANK = (
    *("AcctNo", "HostSeqNo", "TxCode", "OpAcctNo", "OpAcctName", "OpBankNo", "Amt", "Date", "Time"),
    *("AvailAmt", "OpenBankNo", "Remark", "CurrNo", "CurrIden", "Balance", "OverdraftLimit"),
    *("VoucherType", "VoucherNo", "Summary", "Redo", "SeqNo", "BookNo"),
)

# The transaction of the centre's own that money came by; somebody's own payment has none.
_BROUGHT_BY = {"collection": "BDC102", "collection_batch": "BDC104", "split": "BDC106"}


class Post:
    """Takes one queued notice to one centre's node."""

    def __init__(self, *, nodes: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """`nodes` is the centre of each node number, `secrets` the secret of each centre."""
        self._nodes = {client: node for node, client in nodes.items()}
        self._secrets = secrets

    def carry(self, row: sqlite3.Row, url: str, at: datetime) -> tuple[bool, str]:
        """Deliver it; whether that is settled, and what was answered."""
        message: dict[str, Any] = json.loads(row["message"])
        if message.get("outcome") == "failed" and row["nature"] != "forged":
            return True, "无资金变动，结算系统不通知"
        node, secret = self._nodes[row["client"]], self._secrets[row["client"]]
        if row["nature"] == "forged":
            secret = "whoever-forges-a-notice-has-to-guess-the-secret"  # noqa: S105 - a wrong one
        key = wire.standing(secret, node, "notice")
        text = wire.xml(wire.Paper(_head(node, row, at), {}, [record(message)]))
        sealed = wire.sealed(text, kind="notice", whose=node, key=key, at=at)
        try:
            raw = _exchange(url, sealed)
            told = wire.unsealed(wire.envelope(raw), key, at=at, answers=_nonce(sealed))
        except (OSError, wire.Nonsense) as problem:
            # A forger does not try again when he is turned away.
            return row["nature"] == "forged", f"未送达（{type(problem).__name__}）"
        code = told.head.get("RtnCode", "")
        return code == "00000", f"回执 {code}"


def record(message: Mapping[str, Any]) -> dict[str, str]:
    """A notice of the bank as one record of SBDC100: money that left is negative."""
    at = datetime.fromisoformat(message["occurred_at"])
    arrival = message["kind"] == "arrival"
    back = arrival or message["outcome"] != "paid"
    told = {
        "OpAcctNo": message.get("payer_account", ""),
        "OpAcctName": message.get("payer_name", ""),
        "AcctNo": message["account"],
        "HostSeqNo": message["bank_serial"] or f"W{message['notice_id']}",
        "Amt": money(message["amount_fen"] if back else -message["amount_fen"]),
        "Date": message["booked_on"].replace("-", ""),
        "TxDate": f"{at:%Y%m%d}",
        "Time": f"{at:%H%M%S}",
        "TxCode": _BROUGHT_BY.get(message.get("brought_by", ""), ""),
        "Remark": message["remark"] if arrival else message["order_no"],
        "CurrNo": "156",
        "CurrIden": "1",
        "Summary": message.get("reason", ""),
        "Redo": str(int(message.get("reversal", False))),
    }
    return dict.fromkeys(_BLANK, "") | told


def _head(node: str, row: sqlite3.Row, at: datetime) -> dict[str, str]:
    return {
        "SendDate": f"{at:%Y%m%d}",
        "SendTime": f"{at:%H%M%S}",
        "SendSeqNo": row["notice_id"],
        "TxUnitNo": row["client"],
        "SendNode": "BDC000",
        "TxCode": "SBDC100",
        "ReceiveNode": node,
    }


def _nonce(sealed: bytes) -> str:
    return wire.envelope(sealed).nonce


def _exchange(url: str, sealed: bytes) -> bytes:
    where = urlsplit(url)
    address = (where.hostname or "", where.port or 0)
    with socket.create_connection(address, timeout=TIMEOUT_SECONDS) as line:
        line.sendall(wire.framed(sealed))
        return wire.receive(line)
