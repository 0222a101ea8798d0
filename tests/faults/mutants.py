"""Planted faults: each switches off what a proof says it proves, and must turn that proof red.

`pytest -m mutants` plants them one by one. A mutant that no proof notices fails the build: the
proof has become blind. Where several layers guard one promise, all of them are switched off.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from django.db import transaction

from anju import ledger
from anju.business.treasury import actions as treasury
from anju.business.withdrawals.retirement.service import SERVICE
from anju.business.withdrawals.retirement.tests.bank import MemoryBank
from anju.cases import applying, decisions
from anju.cases.models import Case
from anju.config.clones import CommittingDatabase
from anju.store import inbox, outbox

from ..invariants import races
from .file_bank import FileBank
from .kills import Centre

WINDOW_SECONDS = 0.25


@dataclass(frozen=True)
class Place:
    """Where a mutant is planted: the database, the bank in memory and a folder."""

    database: CommittingDatabase
    bank: MemoryBank
    folder: Path

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


def _unlocked(reference: str) -> Case:
    return Case.objects.get(reference=reference)


# -- races ---------------------------------------------------------------------------------------


@contextmanager
def submit_takes_no_lock(place: Place) -> Iterator[None]:
    """Neither the case nor the account is locked before it is read."""
    with swapped(applying, locked_case=_unlocked), swapped(SERVICE, lock=lambda _id: None):
        yield


@contextmanager
def decisions_do_not_queue(place: Place) -> Iterator[None]:
    """Two members of staff read the case as undecided, and the database takes both."""
    place.drop("ALTER TABLE cases_casedecision DROP CONSTRAINT decided_once")
    place.drop("DROP TRIGGER maker_is_not_checker ON cases_casedecision")
    with swapped(decisions, locked_case=_unlocked), swapped(SERVICE, lock=lambda _id: None):
        yield


@contextmanager
def checked_before_the_lock(place: Place) -> Iterator[None]:
    """The account is read, time passes, and only then is it locked and ordered out."""
    held = SERVICE.hold

    def late(case: Any, facts: Any) -> int:
        time.sleep(WINDOW_SECONDS)
        return held(case, facts)

    with swapped(SERVICE, lock=lambda _id: None, hold=late):
        yield


@contextmanager
def the_date_is_read_beside_the_gate(place: Place) -> Iterator[None]:
    """The business date is read without the gate, and may flip before it is used."""

    def ungated() -> Any:
        on = ledger.business_date()
        time.sleep(WINDOW_SECONDS)
        return on

    with swapped(ledger, enter_day=ungated), swapped(SERVICE, lock=lambda _id: None):
        yield


# -- kills ---------------------------------------------------------------------------------------

SENDING = (
    "treasury.send/bank before",
    "treasury.send/bank did it",
    "treasury.send/commit 2 before",
    "submit/commit 3 after",
)
NOTICES = (
    "door/commit 1 after",
    "treasury.take_notice/commit 1 before",
    "treasury.take_notice/commit 1 after",
    "treasury.ask/query before",
)
ASKING = ("treasury.ask/query before", "treasury.ask/query answered")


def _killed(place: Place, points: tuple[str, ...]) -> None:
    centre = Centre(FileBank(place.folder / "bank.sqlite"), random.Random(1))
    centre.kill(24, among=points)
    centre.comes_home()
    centre.is_whole()


@contextmanager
def a_new_number_on_every_call(place: Place) -> Iterator[None]:
    """The order goes to the bank under another number each time it is sent."""
    mark_sent, numbers = treasury._mark_sent, count()

    def renumbered(order_no: str, *, at: Any) -> Any:
        request = mark_sent(order_no, at=at)
        if request is not None:
            fresh = f"{order_no}-{time.monotonic_ns()}-{next(numbers)}"
            object.__setattr__(request, "order_no", fresh)
        return request

    with swapped(treasury, _mark_sent=renumbered):
        yield


@contextmanager
def nobody_sweeps(place: Place) -> Iterator[None]:
    """Work that was lost with its process is never found again."""
    with swapped(treasury, sweep=lambda *, at: 0, sweep_inbox=lambda: 0):
        yield


@contextmanager
def paid_is_said_before_it_is_committed(place: Place) -> Iterator[None]:
    """The worker reports the posting and rolls it back."""
    learn = treasury._learn_once

    def forgetful(*given: Any, **more: Any) -> Any:
        with transaction.atomic():
            status = learn(*given, **more)
            transaction.set_rollback(True)
            return status

    with swapped(treasury, _learn_once=forgetful):
        yield


@contextmanager
def a_swept_notice_is_locked(place: Place) -> Iterator[None]:
    """The swept job keeps a lock that nobody gives back when its worker dies."""

    def locking(*, limit: int = 200) -> int:
        waiting = inbox.waiting("bank", limit=limit)
        with transaction.atomic():
            for each in waiting:
                outbox.defer("treasury.take_notice", lock=f"bank-{each}", message_id=each)
        return len(waiting)

    with swapped(treasury, sweep_inbox=locking):
        yield


@contextmanager
def a_question_is_asked_once(place: Place) -> Iterator[None]:
    """Whether a payment came back is asked by one job, and forgotten with it."""
    store = treasury._store

    def forgetful(*given: Any, **more: Any) -> None:
        store(*given, **{**more, "asks": False})

    with swapped(treasury, _store=forgetful):
        yield


MUTANTS = (
    Mutant(
        "a submit takes no lock",
        submit_takes_no_lock,
        lambda place: races.one_withdrawal(place.bank, presses=64),
    ),
    Mutant(
        "decisions do not queue",
        decisions_do_not_queue,
        lambda place: races.two_decide(place.bank, rounds=30),
    ),
    Mutant(
        "a freeze falls between check and order",
        checked_before_the_lock,
        lambda place: races.submit_and_freeze(place.bank, rounds=20),
    ),
    Mutant(
        "money falls between check and order",
        checked_before_the_lock,
        lambda place: races.submit_and_remit(place.bank, rounds=20),
    ),
    Mutant(
        "the date is read beside the gate",
        the_date_is_read_beside_the_gate,
        lambda place: races.submit_and_flip(place.bank, rounds=20),
    ),
    Mutant(
        "a new number on every call",
        a_new_number_on_every_call,
        lambda place: _killed(place, SENDING),
    ),
    Mutant("nobody sweeps", nobody_sweeps, lambda place: _killed(place, SENDING)),
    Mutant(
        "paid is said before it is committed",
        paid_is_said_before_it_is_committed,
        lambda place: _killed(place, SENDING),
    ),
    Mutant(
        "a swept notice is locked",
        a_swept_notice_is_locked,
        lambda place: _killed(place, NOTICES),
    ),
    Mutant(
        "a question is asked once",
        a_question_is_asked_once,
        lambda place: _killed(place, ASKING),
    ),
)
