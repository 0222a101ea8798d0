"""How a fault is planted, and what it is planted in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anju.business.withdrawals.retirement.tests.bank import MemoryBank
from anju.config.clock import SettableClock
from anju.config.clones import CommittingDatabase


@dataclass(frozen=True)
class Place:
    """Where a mutant is planted: the database, the bank in memory and a folder."""

    database: CommittingDatabase
    bank: MemoryBank
    folder: Path
    clock: SettableClock
    city: Callable[[str], Any]

    def drop(self, statement: str) -> None:
        """Take a guard out of this test's own database."""
        with self.database.connect("admin", autocommit=True) as admin:
            admin.execute("SET search_path TO yuncheng")
            admin.execute(statement)


@dataclass(frozen=True)
class Mutant:
    """What is broken, and the proof that must notice."""

    says: str
    planted: Callable[[Place], Any]
    proof: Callable[[Place], object]


@contextmanager
def swapped(owner: object, **new: object) -> Iterator[None]:
    """Other attributes for a while, also on what is frozen."""
    old = {name: getattr(owner, name) for name in new}
    for name, value in new.items():
        object.__setattr__(owner, name, value)
    try:
        yield
    finally:
        for name, value in old.items():
            object.__setattr__(owner, name, value)
