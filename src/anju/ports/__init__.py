"""What Anju asks of the outside world: promises and records, no code that keeps them.

`config` offers one implementation per port at start; everyone else asks here and never learns
which one answers::

    reply = ports.bank().pay(request)

Nothing here is looked up at import time, so a process that never pays needs no bank.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from anju.ports.bank import BankPayments
from anju.ports.bank_accounts import BankAccounts
from anju.ports.bank_batches import BankBatches
from anju.ports.bank_collections import BankCollections
from anju.ports.bank_debits import BankDebits
from anju.ports.clock import Clock
from anju.ports.enterprises import Enterprises
from anju.ports.evidence import EvidenceStore
from anju.ports.sms import SmsGateway

__all__ = [
    "NAMES",
    "BankAccounts",
    "BankBatches",
    "BankCollections",
    "BankDebits",
    "BankPayments",
    "Clock",
    "Enterprises",
    "EvidenceStore",
    "NotOffered",
    "SmsGateway",
    "bank",
    "bank_accounts",
    "bank_batches",
    "bank_collections",
    "bank_debits",
    "clock",
    "enterprises",
    "evidence_store",
    "offer",
    "offering",
    "sms",
]

NAMES: Final = frozenset({"clock", "bank", "sms", "enterprises", "evidence_store"})

_offered: dict[str, object] = {}


class NotOffered(RuntimeError):
    """A port was asked for before `config` offered an implementation of it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"no implementation of the port {name!r} has been offered in this process; "
            f"config/wiring offers one at start, a test uses ports.offering({name!r}, …)"
        )
        self.name = name


def offer(name: str, implementation: object) -> None:
    """Let `implementation` answer for the port `name` from now on, in the whole process.

    Raises ValueError for a name that is no port: a typing slip would otherwise surface only when
    the first payment asks for its bank.
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is no port; the ports are {', '.join(sorted(NAMES))}")
    _offered[name] = implementation


@contextmanager
def offering(name: str, implementation: object) -> Iterator[None]:
    """Offer `implementation` for the length of a `with` block, then put back what was there."""
    missing = object()
    before = _offered.get(name, missing)
    offer(name, implementation)
    try:
        yield
    finally:
        if before is missing:
            _offered.pop(name, None)
        else:
            _offered[name] = before


def clock() -> Clock:
    """The clock of this process. Raises NotOffered."""
    return cast(Clock, _ask("clock"))


def bank() -> BankPayments:
    """The bank (or settlement system) that pays for this centre. Raises NotOffered."""
    return cast(BankPayments, _ask("bank"))


def bank_accounts() -> BankAccounts:
    """The same bank, asked for lines and balances of the centre's accounts. Raises NotOffered."""
    return cast(BankAccounts, _ask("bank"))


def bank_batches() -> BankBatches:
    """The same bank, asked to pay many at once. Raises NotOffered."""
    return cast(BankBatches, _ask("bank"))


def bank_collections() -> BankCollections:
    """The same bank, asked to fetch money under an agreement. Raises NotOffered."""
    return cast(BankCollections, _ask("bank"))


def bank_debits() -> BankDebits:
    """The same bank, asked to charge loan instalments and split them. Raises NotOffered."""
    return cast(BankDebits, _ask("bank"))


def sms() -> SmsGateway:
    """The gateway that carries text messages for this centre. Raises NotOffered."""
    return cast(SmsGateway, _ask("sms"))


def enterprises() -> Enterprises:
    """The market regulator's platform that vouches for enterprises. Raises NotOffered."""
    return cast(Enterprises, _ask("enterprises"))


def evidence_store() -> EvidenceStore:
    """Where this centre's encrypted evidence lies. Raises NotOffered."""
    return cast(EvidenceStore, _ask("evidence_store"))


def _ask(name: str) -> object:
    try:
        return _offered[name]
    except KeyError:
        raise NotOffered(name) from None
