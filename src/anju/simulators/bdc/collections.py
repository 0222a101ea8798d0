"""BDC102, BDC104, BDC105 and BDC106 at the settlement system, and what it tells of them."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from anju.simulators.bank import batches, collections, orders, splits
from anju.simulators.bdc.amounts import fen, money, taking
from anju.simulators.bdc.placing import place
from anju.simulators.bdc.wire import Paper

if TYPE_CHECKING:
    from anju.simulators.world import World

END = "@|$"
_STATES = {"accepted": "2", "collected": "0", "refused": "1", "done": "0"}
_TOLD = (
    *("TxSeqNo", "TranRstCode", "Amt", "TranAmt", "HostSeqNo", "RstCode", "RstMsg"),
    *("HostDate", "HostTime"),
)
_PARTS = ("Pri", "Int", "Pun", "Fine")
_PART_NAMES = dict(zip(_PARTS, splits.PARTS, strict=True))


def collect(here: "World", client: str, paper: Paper) -> Paper:
    """BDC102: take one collection."""
    return Paper({}, told(place(here, client, paper, read=_single, bank="DeChgNo"), "HostStatus"))


def collect_batch(here: "World", client: str, paper: Paper) -> batches.Batch:
    """BDC104: take many collections, whole or not at all."""
    return _batch(here, client, paper, kind=collections.BATCH)


def debit(here: "World", client: str, paper: Paper) -> batches.Batch:
    """BDC105: take many loan debits, whole or not at all."""
    return _batch(here, client, paper, kind=collections.DEBIT)


def split(here: "World", client: str, paper: Paper) -> Paper:
    """BDC106: take what a debit batch brought, split."""
    body = paper.body
    with taking("批次号"):
        asked = splits.read_split(
            {
                "split_no": paper.head["SendSeqNo"],
                "debit_batch_no": body["RefBatchNo"],
                **{f"{name}_account": body[f"{part}AcctNo"] for part, name in _PART_NAMES.items()},
                "count": int(body["BatchTotalNum"]),
                "totals": [fen(body[f"{part}Amt"]) for part in _PARTS],
                "lines": [_split_line(record["Line"]) for record in paper.records],
            }
        )
        if sum(asked["totals"]) != fen(body["BatchTotalAmt"]):
            raise orders.BadOrder("合计与各项不符")
        return told_split(splits.take(here, client, split=asked))


def told(row: sqlite3.Row, state: str) -> dict[str, str]:
    """A collection or debit as it stands: what was asked, and what was really charged."""
    at = datetime.fromisoformat(row["changed_at"])
    return {
        "TxSeqNo": row["order_no"],
        state: _STATES[row["state"]],
        "Amt": money(row["amount_fen"]),
        "TranAmt": money(row["collected_fen"]),
        "HostSeqNo": row["bank_serial"],
        "RstCode": row["reason_code"],
        "RstMsg": row["reason"],
        "HostDate": f"{at:%Y%m%d}",
        "HostTime": f"{at:%H%M%S}",
    }


def listed(rows: Sequence[sqlite3.Row], whole: Sequence[sqlite3.Row]) -> Paper:
    """BDC108 of collections or debits; the total is of the `whole` batch."""
    records = []
    for number, row in enumerate(rows, 1):
        # Of a debit the bank knows its place alone.
        own = {"TxSeqNo": ""} if row["kind"] == collections.DEBIT else {}
        one = told(row, "TranRstCode") | own
        parts = (str(number), *(one[name] for name in _TOLD))
        records.append({"Line": "".join(part + END for part in parts)})
    total = sum(row["collected_fen"] for row in whole)
    return Paper({}, {"FileTotalAmt": money(total)}, records)


def told_split(row: sqlite3.Row) -> Paper:
    """BDC106 and BDC107 of a split as it stands."""
    booked = json.loads(row["booked"]) or [[0, ""]] * len(_PARTS)
    body = {
        "BatchNo": row["split_no"],
        "BatchState": _STATES[row["state"]],
        "BatchTotalNum": str(row["count"]),
        "BatchTotalAmt": money(sum(amount for amount, _ in booked)),
        "RstCode": row["reason_code"],
        "RstMsg": row["reason"],
    }
    for part, (amount, serial) in zip(_PARTS, booked, strict=True):
        body |= {f"{part}Amt": money(amount), f"{part}HostSeqNo": serial}
    return Paper({}, body)


def _single(paper: Paper) -> dict[str, Any]:
    body = paper.body
    asked = {
        "order_no": paper.head["SendSeqNo"],
        "amount_fen": fen(body["Amt"]),
        "agreement_no": body["ConAgrNo"],
        "payer_name": body["DeAcctName"],
        "payer_account": body["DeAcctNo"],
        "payer_bank_code": body["DeChgNo"],
        "payee_account": body["CrAcctNo"],
        "summary": body["Summary"],
    }
    return collections.read_collection(asked, kind=collections.SINGLE)


def _batch(here: "World", client: str, paper: Paper, *, kind: str) -> batches.Batch:
    body, number = paper.body, paper.head.get("SendSeqNo", "")
    read = _collection_line if kind == collections.BATCH else _debit_line
    with taking("批次号或业务流水号"):
        placed = [
            collections.read_collection(
                {"payee_account": body["CrAcctNo"], **read(record["Line"], number)}, kind=kind
            )
            for record in paper.records
        ]
        total = sum(order["amount_fen"] for order in placed)
        if not placed or (str(len(placed)), money(total)) != (
            body["BatchTotalNum"],
            body["BatchTotalAmt"],
        ):
            raise orders.BadOrder("笔数或金额与明细不符")
        return batches.take(here, client, batch_no=number, placed=placed)


def _collection_line(line: str, _batch_no: str) -> dict[str, Any]:
    _place, amount, account, name, bank, agreement, summary, number = _parts(line, 8)
    return {
        "order_no": number,
        "amount_fen": fen(amount),
        "agreement_no": agreement,
        "payer_name": name,
        "payer_account": account,
        "payer_bank_code": bank,
        "summary": summary,
    }


def _debit_line(line: str, batch_no: str) -> dict[str, Any]:
    place, amount, account, name, full, summary = _parts(line, 6)
    return {
        "order_no": f"{batch_no}/{int(place)}",
        "amount_fen": fen(amount),
        "payer_name": name,
        "payer_account": account,
        "full_only": {"1": True, "0": False}[full],
        "summary": summary,
    }


def _split_line(line: str) -> dict[str, Any]:
    _place, account, serial, id_number, contract, name, *amounts = _parts(line, 16)
    repaid, *collected = [fen(amount) for amount in amounts[:5]]
    beside, *offset = [fen(amount) for amount in amounts[5:]]
    if repaid != sum(collected) or beside != sum(offset):
        raise orders.BadOrder("还款金额不等于各项之和")
    return {
        "loan_account": account,
        "debit_serial": serial,
        "id_number": id_number,
        "contract_no": contract,
        "name": name,
        "collected": collected,
        "offset": offset,
    }


def _parts(line: str, count: int) -> list[str]:
    *parts, end = line.split(END)
    if end or len(parts) != count:
        raise orders.BadOrder("明细的项数不符")
    return parts
