"""Planted faults where we meet the outside: the bank, the gateway, the store of pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from anju import ports
from anju.adapters import signing
from anju.business.treasury import actions as treasury
from anju.domain import payment as machine
from anju.domain.payment import Answer, Effect, PaymentStatus
from anju.parties import messages
from anju.store import evidence as blobs
from anju.store import inbox, outbox

from . import down, journeys
from .mutants_within import a_new_number_on_every_call, nobody_sweeps
from .outside import Outside, opened
from .planting import Mutant, Place, swapped

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


@contextmanager
def texts_are_tried_every_minute(place: Place) -> Iterator[None]:
    """The tries are spent long before the gateway is back."""
    with swapped(messages, _WAITS=(1,)):
        yield


AWAY = (
    Mutant("nobody asks when the bank is back", nobody_sweeps, _away(down.the_bank_is_away)),
    Mutant("the outbox forgets", the_outbox_forgets, _away(down.the_worker_is_away)),
    Mutant("a step waits for its text", a_step_waits_for_its_text, _away(down.the_gateway_is_away)),
    Mutant(
        "texts are tried every minute",
        texts_are_tried_every_minute,
        _away(down.every_text_comes_home),
    ),
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
