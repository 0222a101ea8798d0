"""Planted faults: each switches off what a proof says it proves, and must turn that proof red.

`pytest -m mutants` plants them one by one. A mutant that no proof notices fails the build: the
proof has become blind. Where several layers guard one promise, all of them are switched off.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from anju import ledger, ports
from anju.adapters import signing
from anju.business.treasury import actions as treasury
from anju.business.withdrawals.retirement.service import SERVICE
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank
from anju.cases import applying, decisions, evidence
from anju.cases.models import Case
from anju.config.clock import SettableClock
from anju.config.clones import CommittingDatabase
from anju.domain import payment as machine
from anju.domain.payment import Answer, Effect, PaymentStatus
from anju.parties import messages
from anju.store import evidence as blobs
from anju.store import inbox, outbox

from ..invariants import races
from . import down, journeys
from .file_bank import FileBank
from .kills import Centre
from .outside import Outside, opened

WINDOW_SECONDS = 0.25


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


@contextmanager
def a_late_picture_is_kept(place: Place) -> Iterator[None]:
    """Whether the case is still open to pictures is not looked at again."""
    store = blobs.put

    def slow(key: str, *, data: bytes) -> str:
        time.sleep(WINDOW_SECONDS)
        return store(key, data=data)

    unlocked = SimpleNamespace(get=lambda pk: SimpleNamespace(state="draft"))
    rows = SimpleNamespace(select_for_update=lambda **_how: unlocked)
    with swapped(evidence, Case=SimpleNamespace(objects=rows)), swapped(blobs, put=slow):
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


# -- the outside is away ---------------------------------------------------------------------------


def _away(
    proof: Callable[[Outside], object], *, center: str = "yuncheng"
) -> Callable[[Place], object]:
    def run(place: Place) -> object:
        place.city(center)
        with opened(place.folder, place.clock) as outside:
            return proof(outside)

    return run


@contextmanager
def the_outbox_forgets(place: Place) -> Iterator[None]:
    """What shall follow a commit is not written with it, and nobody looks for it."""
    with swapped(outbox, defer=lambda *_given, **_more: 0), nobody_sweeps(place):
        yield


@contextmanager
def a_step_waits_for_its_text(place: Place) -> Iterator[None]:
    """The gateway is called in the middle of the booking."""

    def at_once(person_id: int, *, kind: str, text: str, at: Any, **_more: Any) -> None:
        ports.sms().send(f"{person_id}-{kind}", phone="15000000001", text=text)

    with swapped(messages, send_sms=at_once):
        yield


@contextmanager
def a_lost_picture_passes_for_stored(place: Place) -> Iterator[None]:
    """The store's trouble is swallowed."""
    store = blobs.put

    def careless(key: str, *, data: bytes) -> str:
        try:
            return store(key, data=data)
        except OSError:
            return "0" * 64

    with swapped(blobs, put=careless):
        yield


AWAY = (
    Mutant("nobody asks when the bank is back", nobody_sweeps, _away(down.the_bank_is_away)),
    Mutant("the outbox forgets", the_outbox_forgets, _away(down.the_worker_is_away)),
    Mutant("a step waits for its text", a_step_waits_for_its_text, _away(down.the_gateway_is_away)),
    Mutant(
        "a lost picture passes for stored",
        a_lost_picture_passes_for_stored,
        _away(down.the_evidence_store_is_away, center="xishuangbanna"),
    ),
)


# -- the bank --------------------------------------------------------------------------------------


def _journey(place: Place, journey: Callable[[Outside], None]) -> None:
    with opened(place.folder, place.clock) as outside:
        journey(outside)


@contextmanager
def signatures_are_not_looked_at(place: Place) -> Iterator[None]:
    """Whoever writes to the inbox is the bank."""
    with swapped(signing, verify=lambda *_given, **_more: None):
        yield


@contextmanager
def notices_are_kept_as_often_as_they_come(place: Place) -> Iterator[None]:
    """The inbox knows no notice again."""
    receive, numbers = inbox.receive, count()

    def forgetful(source: str, *, message_id: str, **more: Any) -> Any:
        return receive(source, message_id=f"{message_id}-{next(numbers)}", **more)

    with swapped(inbox, receive=forgetful):
        yield


Decide = Callable[[machine.Payment, machine.Event], machine.Step | None]


def _deciding(otherwise: Decide) -> Callable[[Place], Any]:
    """A payment machine that decides `otherwise` wherever that has an opinion."""
    decide = machine.decide

    def mutated(payment: machine.Payment, event: machine.Event) -> machine.Step:
        return otherwise(payment, event) or decide(payment, event)

    return lambda _place: swapped(machine, decide=mutated)


def _failed(payment: machine.Payment) -> machine.Step:
    return replace(payment, status=PaymentStatus.FAILED), (Effect.RELEASE,)


def a_timeout_is_a_refusal(payment: machine.Payment, event: machine.Event) -> machine.Step | None:
    if isinstance(event, machine.NoReply) and payment.status is PaymentStatus.SENT:
        return _failed(payment)
    return None


def not_found_is_a_refusal(payment: machine.Payment, event: machine.Event) -> machine.Step | None:
    if isinstance(event, machine.Queried) and event.answer is Answer.NOT_FOUND:
        return _failed(payment)
    return None


def a_failure_notice_is_believed(
    payment: machine.Payment, event: machine.Event
) -> machine.Step | None:
    told = isinstance(event, machine.Noticed) and event.answer is Answer.FAILED
    return _failed(payment) if told and payment.status in _UNDER_WAY else None


def an_amount_is_not_compared(
    payment: machine.Payment, event: machine.Event
) -> machine.Step | None:
    told = isinstance(event, machine.Replied | machine.Queried) and event.answer is Answer.PAID
    if told and payment.status in _UNDER_WAY:
        return replace(payment, status=PaymentStatus.PAID), (Effect.SETTLE,)
    return None


def a_payment_is_settled_twice(
    payment: machine.Payment, event: machine.Event
) -> machine.Step | None:
    if payment.status is PaymentStatus.PAID and getattr(event, "answer", "") == Answer.PAID:
        return payment, (Effect.SETTLE,)
    return None


def a_refusal_is_never_believed(
    payment: machine.Payment, event: machine.Event
) -> machine.Step | None:
    if isinstance(event, machine.Queried) and event.answer is Answer.FAILED:
        return payment, ()
    return None


def a_return_is_not_booked(payment: machine.Payment, event: machine.Event) -> machine.Step | None:
    if isinstance(event, machine.Queried) and event.answer is Answer.RETURNED:
        return replace(payment, status=PaymentStatus.RETURNED), ()
    return None


@contextmanager
def what_was_never_ordered_is_not_listed(place: Place) -> Iterator[None]:
    """A payment of a number we do not know is nobody's business."""
    with swapped(treasury, _break_unknown_order=lambda _notice, at: None):
        yield


_UNDER_WAY = (PaymentStatus.SENT, PaymentStatus.UNKNOWN)


def _at_the_bank(
    says: str, planted: Callable[[Place], Any], journey: Callable[[Outside], None]
) -> Mutant:
    return Mutant(says, planted, lambda place: _journey(place, journey))


BANK = (
    _at_the_bank(
        "signatures are not looked at", signatures_are_not_looked_at, journeys.a_notice_is_forged
    ),
    _at_the_bank(
        "notices are kept as often as they come",
        notices_are_kept_as_often_as_they_come,
        journeys.a_notice_comes_three_times,
    ),
    _at_the_bank(
        "a resent order has a new number",
        a_new_number_on_every_call,
        journeys.a_request_arrives_after_it_was_sent_again,
    ),
    _at_the_bank("a lost request is not swept", nobody_sweeps, journeys.a_request_is_lost),
    _at_the_bank("nobody sweeps for a day", nobody_sweeps, journeys.the_bank_is_down_for_a_day),
    _at_the_bank(
        "what was never ordered is not listed",
        what_was_never_ordered_is_not_listed,
        journeys.a_payment_is_made_that_nobody_ordered,
    ),
    *(
        _at_the_bank(otherwise.__name__.replace("_", " "), _deciding(otherwise), journey)
        for otherwise, journey in (
            (a_timeout_is_a_refusal, journeys.a_reply_is_lost),
            (a_timeout_is_a_refusal, journeys.a_reply_comes_after_the_timeout),
            (not_found_is_a_refusal, journeys.a_request_arrives_after_it_was_sent_again),
            (a_failure_notice_is_believed, journeys.a_failure_is_told_by_mistake),
            (an_amount_is_not_compared, journeys.a_wrong_amount_is_paid),
            (a_payment_is_settled_twice, journeys.a_notice_comes_before_the_reply),
            (a_refusal_is_never_believed, journeys.a_payment_is_refused),
            (a_return_is_not_booked, journeys.a_payment_comes_back),
            (a_return_is_not_booked, journeys.notices_come_in_the_wrong_order),
        )
    ),
)

MUTANTS = (
    *BANK,
    *AWAY,
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
