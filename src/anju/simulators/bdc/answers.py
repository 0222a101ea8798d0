"""What the settlement system does with each transaction."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from anju.simulators.bank import accounts, desk, orders
from anju.simulators.bank.books import COLLECTIONS, PAYMENTS
from anju.simulators.bdc import batches, collections
from anju.simulators.bdc.amounts import No, fen, money, told
from anju.simulators.bdc.placing import place
from anju.simulators.bdc.wire import Paper

if TYPE_CHECKING:
    from anju.simulators.world import World

PAGE_LINES = 1000


def answer(here: "World", client: str, paper: Paper) -> Paper:
    """Body and records of the answer to a proved question of `client`.

    Raises No, and desk.LineCut when the asker gets no answer.
    """
    known: dict[str, Callable[[World, str, Paper], Paper]] = {
        "SYS600": lambda *_: Paper({}),
        "BDC101": _pay,
        "BDC102": collections.collect,
        "BDC103": batches.pay,
        "BDC104": lambda *asked: batches.state_of(collections.collect_batch(*asked)),
        "BDC105": lambda *asked: batches.state_of(collections.debit(*asked)),
        "BDC106": collections.split,
        "BDC107": batches.state,
        "BDC108": batches.lines,
        "BDC110": _look_up,
        "BDC113": _statement,
        "BDC123": _balance,
    }
    code = paper.head.get("TxCode", "")
    if code not in known:
        raise No("BDC1400", f"不支持的交易 {code}")
    return known[code](here, client, paper)


def _pay(here: "World", client: str, paper: Paper) -> Paper:
    return Paper({}, told(place(here, client, paper, read=_payment, bank="CrChgNo"), "HostStatus"))


def _payment(paper: Paper) -> dict[str, Any]:
    body = paper.body
    return orders.read_order(
        {
            "order_no": paper.head["SendSeqNo"],
            "amount_fen": fen(body["Amt"]),
            "principal_fen": fen(body["CapAmt"]),
            "interest_fen": fen(body["IntAmt"]),
            "payee_name": body["CrAcctName"],
            "payee_account": body["CrAcctNo"],
            "payee_bank_code": body["CrChgNo"],
            "payer_account": body["DeAcctNo"],
            "summary": body["Summary"],
        }
    )


def _look_up(here: "World", client: str, paper: Paper) -> Paper:
    number = paper.body.get("TxSeqNo", "")
    key = (client, number)
    fetched = here.store.rows(
        "SELECT 1 FROM bank_collection WHERE client = ? AND order_no = ?", key
    )
    book = COLLECTIONS if fetched else PAYMENTS
    row = desk.look_up(here, client, order_no=number, book=book)
    if row is None:
        raise No("BDC1404", "查无此交易")
    tell = collections.told if fetched else told
    return Paper({}, tell(row, "TranRstCode"))


def _statement(here: "World", client: str, paper: Paper) -> Paper:
    body = paper.body
    desk.hear(here, client)
    try:
        lines, more = accounts.statement(
            here.store,
            client,
            account=body["AcctNo"],
            since=_day(body["BeginDate"]),
            until=_day(body["EndDate"]),
            after=body["StartSeqNo"],
            lines_max=PAGE_LINES,
        )
    except accounts.NotYours as stranger:
        raise No("BDC1403", "账户不属于该客户") from stranger
    except (KeyError, ValueError) as problem:
        raise No("BDC1400", f"报文有误：{problem}") from problem
    return Paper({}, {"NextSeqNo": more}, [_detail(line) for line in lines])


def _balance(here: "World", client: str, paper: Paper) -> Paper:
    number, at = paper.body.get("AcctNo", ""), here.now()
    desk.hear(here, client)
    try:
        row = accounts.balance(here.store, client, account=number)
    except accounts.NotYours as stranger:
        raise No("BDC1403", "账户不属于该客户") from stranger
    return Paper(
        {},
        {
            "AcctNo": number,
            "AcctBal": money(row["balance_fen"]),
            "AcctRestBal": money(row["balance_fen"]),
            "AcctOverBal": "0.00",
            "AcctStatus": {"open": "0", "frozen": "1"}.get(row["state"], "2"),
            "HostDate": f"{at:%Y%m%d}",
            "HostTime": f"{at:%H%M%S}",
        },
    )


def _detail(line: accounts.Line) -> dict[str, str]:
    return {
        "AcctNo": line.account,
        "HostSeqNo": line.serial,
        "OpAcctNo": line.counter_account,
        "OpAcctName": line.counter_name,
        "Amt": money(line.amount_fen),
        "Date": f"{line.booked_on:%Y%m%d}",
        "TxDate": f"{line.at:%Y%m%d}",
        "Time": f"{line.at:%H%M%S}",
        "Balance": money(line.balance_fen),
        "Remark": line.remark,
        "Summary": line.summary,
        "CurrNo": "156",
        "Redo": str(int(line.reversal)),
    }


def _day(text: str) -> date:
    return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
