"""Case and payment hold against any line and any bank; planted faults are seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from anju.domain import payment as machine
from anju.domain.case import IllegalStep as IllegalCaseStep
from anju.domain.payment import Answer, Effect, Payment, PaymentStatus
from anju.domain.tests.payment_machine import PaymentMachine

CALM = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
EVERY_PUSH = settings(max_examples=100, stateful_step_count=40, derandomize=True, **CALM)
ALL_NIGHT = settings(max_examples=20_000, stateful_step_count=60, print_blob=True, **CALM)
UNTIL_FOUND = settings(
    max_examples=2_000, stateful_step_count=40, derandomize=True, phases=[Phase.generate], **CALM
)
# What must be run is run by the tests of the machines themselves; watched, these take half as long
# again.
pytestmark = pytest.mark.no_cover
UNDER_WAY = (PaymentStatus.SENT, PaymentStatus.UNKNOWN)
Decide = Callable[[Payment, machine.Event], machine.Step | None]


def failed(payment: Payment) -> machine.Step:
    return replace(payment, status=PaymentStatus.FAILED), (Effect.RELEASE,)


def a_timeout_is_a_refusal(payment, event):
    if isinstance(event, machine.NoReply) and payment.status is PaymentStatus.SENT:
        return failed(payment)
    return None


def not_found_is_a_refusal(payment, event):
    asked = isinstance(event, machine.Queried) and event.answer is Answer.NOT_FOUND
    return failed(payment) if asked and payment.status in UNDER_WAY else None


def a_failure_is_believed_when_told(payment, event):
    told = isinstance(event, machine.Noticed) and event.answer is Answer.FAILED
    return failed(payment) if told and payment.status in UNDER_WAY else None


def an_amount_is_not_compared(payment, event):
    told = getattr(event, "answer", None) is Answer.PAID
    if told and payment.status in UNDER_WAY:
        return replace(payment, status=PaymentStatus.PAID), (Effect.SETTLE,)
    return None


def a_payment_is_settled_as_often_as_it_is_told(payment, event):
    told = getattr(event, "answer", None) is Answer.PAID
    if told and payment.status is PaymentStatus.PAID:
        return payment, (Effect.SETTLE,)
    return None


def a_return_is_booked_as_often_as_it_is_told(payment, event):
    told = isinstance(event, machine.Noticed) and event.answer is Answer.RETURNED
    if told and payment.status in (PaymentStatus.PAID, PaymentStatus.RETURNED):
        return replace(payment, status=PaymentStatus.RETURNED), (Effect.BOOK_RETURN,)
    return None


def a_return_before_the_payment_is_not_settled(payment, event):
    asked = isinstance(event, machine.Queried) and event.answer is Answer.RETURNED
    if asked and payment.status in UNDER_WAY:
        return replace(payment, status=PaymentStatus.RETURNED), ()
    return None


def a_lost_request_is_never_sent_again(payment, event):
    asked = isinstance(event, machine.Queried) and event.answer is Answer.NOT_FOUND
    if asked and payment.status in UNDER_WAY:
        return replace(payment, status=PaymentStatus.UNKNOWN), (Effect.ASK_LATER,)
    return None


def what_contradicts_a_settled_fact_is_dropped(payment, event):
    asked = isinstance(event, machine.Queried)
    wrong = (
        asked and event.answer is not Answer.NOT_FOUND and event.amount_fen != payment.amount_fen
    )
    if wrong and payment.status in UNDER_WAY:
        return replace(payment, status=PaymentStatus.UNKNOWN), ()
    return None


MUTANTS = (
    a_timeout_is_a_refusal,
    not_found_is_a_refusal,
    a_failure_is_believed_when_told,
    an_amount_is_not_compared,
    a_payment_is_settled_as_often_as_it_is_told,
    a_return_is_booked_as_often_as_it_is_told,
    a_return_before_the_payment_is_not_settled,
    a_lost_request_is_never_sent_again,
    what_contradicts_a_settled_fact_is_dropped,
)


def test_case_and_payment_follow_the_bank():
    run_state_machine_as_test(PaymentMachine, settings=EVERY_PUSH)


@pytest.mark.nightly
def test_case_and_payment_follow_the_bank_all_night():
    run_state_machine_as_test(PaymentMachine, settings=ALL_NIGHT)


# It takes a thousand lives until this one shows.
RARE = {a_return_is_booked_as_often_as_it_is_told}


@pytest.mark.mutants
@pytest.mark.parametrize(
    "otherwise",
    [
        pytest.param(mutant, marks=pytest.mark.nightly) if mutant in RARE else mutant
        for mutant in MUTANTS
    ],
    ids=lambda mutant: mutant.__name__,
)
def test_a_planted_fault_is_seen(otherwise):
    class Mutated(PaymentMachine):
        @staticmethod
        def decide(payment, event):
            return otherwise(payment, event) or machine.decide(payment, event)

    with pytest.raises((AssertionError, machine.IllegalStep, IllegalCaseStep)):
        run_state_machine_as_test(Mutated, settings=UNTIL_FOUND)
