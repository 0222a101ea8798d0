"""Planted faults of our own: locks left out, work forgotten, words said too early."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from anju import ledger
from anju.business.treasury import actions as treasury
from anju.business.withdrawals.retirement.service import SERVICE
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import decisions, evidence, submitting
from anju.cases.models import Case
from anju.store import evidence as blobs
from anju.store import inbox, outbox

from ..invariants import races
from .file_bank import FileBank
from .kills import Centre
from .planting import Mutant, Place, swapped

WINDOW_SECONDS = 0.25


def _unlocked(reference: str) -> Case:
    return Case.objects.get(reference=reference)


def _open_books() -> None:
    cast.open_books()
    cast.turn_to()


def _race(
    proof: Callable[..., object], *, center: str = "yuncheng", **how: int
) -> Callable[[Place], object]:
    def run(place: Place) -> object:
        _open_books()
        place.city(center)
        return proof(place.bank, **how)

    return run


# -- races ---------------------------------------------------------------------------------------


@contextmanager
def submit_takes_no_lock(place: Place) -> Iterator[None]:
    """Neither the case nor the account is locked before it is read."""
    with swapped(submitting, locked_case=_unlocked), swapped(SERVICE, lock=lambda _id: None):
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
    held = SERVICE.payment.hold

    def late(case: Any, facts: Any) -> int:
        time.sleep(WINDOW_SECONDS)
        return held(case, facts)

    with swapped(SERVICE, lock=lambda _id: None), swapped(SERVICE.payment, hold=late):
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


@contextmanager
def a_late_picture_is_kept(place: Place) -> Iterator[None]:
    """Whether the case is still open to pictures is not looked at again."""
    store = blobs.put

    def slow(key: str, *, data: bytes) -> str:
        time.sleep(WINDOW_SECONDS)
        return store(key, data=data)

    still_open = SimpleNamespace(state="draft")
    with swapped(evidence, locked_case=lambda _ref: still_open), swapped(blobs, put=slow):
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
    _open_books()
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


WITHIN = (
    Mutant(
        "a submit takes no lock",
        submit_takes_no_lock,
        _race(races.one_withdrawal, presses=64),
    ),
    Mutant(
        "decisions do not queue",
        decisions_do_not_queue,
        _race(races.two_decide, rounds=30),
    ),
    Mutant(
        "a freeze falls between check and order",
        checked_before_the_lock,
        _race(races.submit_and_freeze, rounds=20),
    ),
    Mutant(
        "money falls between check and order",
        checked_before_the_lock,
        _race(races.submit_and_remit, rounds=20),
    ),
    Mutant(
        "the date is read beside the gate",
        the_date_is_read_beside_the_gate,
        _race(races.submit_and_flip, rounds=20),
    ),
    Mutant(
        "a late picture is kept",
        a_late_picture_is_kept,
        _race(races.submit_and_retake, center="xishuangbanna", rounds=6),
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
