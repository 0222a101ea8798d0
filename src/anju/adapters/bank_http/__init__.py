"""A bank spoken to in signed JSON over HTTP: `build(settings)` makes the port.

The messages are written out in docs/integration/bank.md; exchanges recorded byte for byte lie in
`payloads/`.
"""

from collections.abc import Mapping

from anju.adapters.bank_http.payments import HttpBank
from anju.adapters.signed_http import SignedHttp, partner
from anju.ports.bank import BankPayments

__all__ = ["HttpBank", "build"]


def build(settings: Mapping[str, str]) -> BankPayments:
    """The bank of one centre. Settings as in `signed_http.partner`; raises ValueError."""
    return HttpBank(SignedHttp(partner(settings)))
