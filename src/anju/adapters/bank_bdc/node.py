"""Who we are to the settlement system, where its node listens, and the numbers a head carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.signing import secret_bytes

SHANGHAI: Final = timezone(timedelta(hours=8))
_REQUIRED = {"address", "node", "unit", "customer", "secret"}
_OPTIONAL = {
    "center_node": "BDC000",
    "operator": "0001",
    "bank": "",
    "connect_seconds": "3",
    "read_seconds": "15",
    "listen": "",
}
_TAKEN: Final = "0"
SESSION_UNKNOWN: Final = "BDC9001"
"""The node's RtnCode for a session it does not know, or knows no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The numbers the settlement centre gave us, and the secret agreed with it."""

    host: str
    port: int
    node: str
    unit: str
    customer: str
    operator: str
    center_node: str
    bank: str
    secret: str
    connect_seconds: float
    read_seconds: float


def node(settings: Mapping[str, str]) -> Node:
    """Read the settings of one settlement node.

    `address` (host:port), `node` (SendNode), `unit` (TxUnitNo, 机构号), `customer` (CustNo, 客户
    编号) and `secret` (agreed, at least 32 bytes) must be there; `center_node` (ReceiveNode),
    `operator` (OperNo), `bank` (the three digits of the bank that keeps our paying account; left
    out, every payment goes between banks), `connect_seconds` (3) and `read_seconds` (15, for the
    whole answer) may. `listen` belongs to `anju bank-listener`.

    Raises ValueError for a setting that is missing, unknown or cannot work.
    """
    missing = {name for name in _REQUIRED if not settings.get(name)}
    unknown = set(settings) - _REQUIRED - set(_OPTIONAL)
    if missing or unknown:
        raise ValueError(f"settings missing: {sorted(missing)}; not known: {sorted(unknown)}")
    given = {**_OPTIONAL, **settings}
    host, _, port = given["address"].rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("address must look like 10.1.2.3:9000")
    for number in ("node", "unit", "customer", "center_node", "operator"):
        if not given[number].isalnum() or not given[number].isascii() or len(given[number]) > 32:
            raise ValueError(f"{number} is letters and digits only")
    secret_bytes(given["secret"])
    connect, read = float(given["connect_seconds"]), float(given["read_seconds"])
    if not (0 < connect <= 60 and 0 < read <= 300):
        raise ValueError("connect_seconds must be within 0-60 and read_seconds within 0-300")
    return Node(
        host=host,
        port=int(port),
        node=given["node"],
        unit=given["unit"],
        customer=given["customer"],
        operator=given["operator"],
        center_node=given["center_node"],
        bank=given["bank"],
        secret=given["secret"],
        connect_seconds=connect,
        read_seconds=read,
    )


def head_in(of: Node, *, code: str, number: str, at: datetime) -> dict[str, str]:
    """The head of a message from us: `code` is the transaction, `number` our 业务流水号."""
    local = at.astimezone(SHANGHAI)
    return {
        "SendDate": f"{local:%Y%m%d}",
        "SendTime": f"{local:%H%M%S}",
        "SendSeqNo": number,
        "TxUnitNo": of.unit,
        "SendNode": of.node,
        "TxCode": code,
        "ReceiveNode": of.center_node,
        "CustNo": of.customer,
        "OperNo": of.operator,
    }


class Refused(Exception):
    """The settlement system took the message and will not do it; `code` is its RtnCode."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code} {says}")
        self.code = code


def check_head(answer: Document, *, question: Mapping[str, str]) -> None:
    """Raise Malformed unless `answer` speaks of `question`, and Refused when it says no."""
    head = answer.head
    if head.get("RtnCode") == SESSION_UNKNOWN:
        # Who cannot open the question cannot repeat its head; the seal proves that it is meant.
        raise Refused(SESSION_UNKNOWN, head.get("RtnMessage", ""))
    for name in ("TxCode", "SendSeqNo", "SendNode", "ReceiveNode", "TxUnitNo"):
        if head.get(name) != question[name]:
            raise Malformed(f"an answer with another {name}")
    if head.get("TxStatus") != _TAKEN:
        raise Refused(head.get("RtnCode", ""), head.get("RtnMessage", ""))
