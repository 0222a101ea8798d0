"""BDC103, BDC107 and BDC108 at the settlement system."""

from typing import TYPE_CHECKING, Any

from anju.simulators.bank import batches, orders, splits
from anju.simulators.bdc import collections
from anju.simulators.bdc.amounts import No, fen, money, taking, told
from anju.simulators.bdc.wire import Paper

if TYPE_CHECKING:
    from anju.simulators.world import World

END = "@|$"
_TOLD = (
    *("TxSeqNo", "TranRstCode", "Amt", "CapHostSeqNo", "RefundFlag", "RefundSeqNo"),
    *("RstCode", "RstMsg", "HostDate", "HostTime"),
)


def pay(here: "World", client: str, paper: Paper) -> Paper:
    """BDC103: take the batch whole or not at all."""
    body = paper.body
    with taking("批次号或业务流水号"):
        placed = [_order(record["Line"], body["DeAcctNo"]) for record in paper.records]
        total = sum(order["amount_fen"] for order in placed)
        if (str(len(placed)), money(total)) != (body["BatchTotalNum"], body["BatchTotalAmt"]):
            raise orders.BadOrder("笔数或金额与明细不符")
        number = paper.head["SendSeqNo"]
        return state_of(batches.take(here, client, batch_no=number, placed=placed))


def state(here: "World", client: str, paper: Paper) -> Paper:
    """BDC107: how the batch, or the split, stands."""
    number = paper.body.get("BatchNo", "")
    if splits.known(here, client, number):
        row = splits.look_up(here, client, split_no=number)
        assert row is not None
        return collections.told_split(row)
    return state_of(_known(here, client, paper))


def lines(here: "World", client: str, paper: Paper) -> Paper:
    """BDC108: what became of each line."""
    batch = _known(here, client, paper)
    rows = batches.listed(here, client, batch)
    if batch.fetches:
        return collections.listed(rows, batch.rows)
    results = [told(row, "TranRstCode") for row in rows]
    total = sum(row["settled_fen"] or row["amount_fen"] for row in batch.rows)
    records = [
        {"Line": "".join(part + END for part in (str(number), *(one[name] for name in _TOLD)))}
        for number, one in enumerate(results, 1)
    ]
    return Paper({}, {"FileTotalAmt": money(total)}, records)


def _known(here: "World", client: str, paper: Paper) -> batches.Batch:
    batch = batches.look_up(here, client, batch_no=paper.body.get("BatchNo", ""))
    if batch is None:
        raise No("BDC1404", "查无此批次")
    return batch


def state_of(batch: batches.Batch) -> Paper:
    """How a batch stands as a whole."""
    return Paper(
        {},
        {
            "BatchNo": batch.batch_no,
            "BatchState": "0" if batch.done else "2",
            "BatchTotalNum": str(len(batch.rows)),
            "BatchTotalAmt": money(batch.ordered_fen),
        },
    )


def _order(line: str, payer: str) -> dict[str, Any]:
    _no, amount, account, name, bank, summary, _detail, number, _second, cap, interest, end = (
        line.split(END)
    )
    if end:
        raise orders.BadOrder("明细没有结束")
    return orders.read_order(
        {
            "order_no": number,
            "amount_fen": fen(amount),
            "principal_fen": fen(cap),
            "interest_fen": fen(interest),
            "payee_name": name,
            "payee_account": account,
            "payee_bank_code": bank,
            "payer_account": payer,
            "summary": summary,
        }
    )
