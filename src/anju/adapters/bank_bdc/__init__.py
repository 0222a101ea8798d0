"""A bank behind the national settlement application, over TCP: `build(settings)` makes the port.

What the real node does otherwise than docs/integration/settlement.md is fitted in one file each:
`framing` (bytes on the line), `sealing` (signature and encryption), `session` (signing in), `node`
(numbers and heads), and the transactions in `payments`, `notices`. Exchanges recorded byte for
byte lie in `payloads/`.
"""

from collections.abc import Mapping

from anju.adapters.bank_bdc.line import NodeLine
from anju.adapters.bank_bdc.node import node
from anju.adapters.bank_bdc.payments import BdcBank
from anju.ports.bank import BankPayments

__all__ = ["BdcBank", "NodeLine", "build", "node"]


def build(settings: Mapping[str, str]) -> BankPayments:
    """The bank of one centre. Settings as in `node.node`; raises ValueError."""
    return BdcBank(NodeLine(node(settings)))
