"""Two things at the same instant, on a database that really commits: lawful outcomes only."""

from __future__ import annotations

import os

import pytest

from anju.business.withdrawals.retirement.tests import cast

from ..faults.at_once import percentile
from . import races

PRESSES = 64
ROUNDS = int(os.environ.get("RACE_ROUNDS", "10"))
DECISIONS = int(os.environ.get("DECISION_ROUNDS", "12"))
NIGHTLY_ROUNDS = 500


@pytest.fixture
def report(capsys):
    """Say what was seen, also when pytest keeps quiet about what passes."""

    def say(name: str, seen: races.Seen) -> None:
        p50, p99 = percentile(seen.done, 0.5), percentile(seen.done, 0.99)
        outcomes = ", ".join(f"{word} {count}" for word, count in sorted(seen.outcomes.items()))
        with capsys.disabled():
            line = f"{name}: {outcomes}; p50 {p50:.0f} ms, p99 {p99:.0f} ms"
            print(f"\n  {line}")  # noqa: T201

    return say


@pytest.fixture
def opened(committing_db, bank, yuncheng):
    """The books of a city that lets green cases straight through, on 20 November."""
    cast.open_books()
    cast.turn_to()
    return bank


@pytest.mark.parametrize("center", ["yuncheng", "xishuangbanna"])
def test_sixty_four_presses_are_one_withdrawal(committing_db, bank, city, center, report):
    city(center)
    cast.open_books()
    cast.turn_to()
    report(f"{PRESSES} presses, {center}", races.one_withdrawal(bank, presses=PRESSES))


def test_of_two_decisions_one_counts(opened, report):
    report("two decide", races.two_decide(opened, rounds=DECISIONS))


def test_a_freeze_and_a_submit_take_turns(opened, report):
    report("submit and freeze", races.submit_and_freeze(opened, rounds=ROUNDS))


def test_money_that_arrives_is_in_the_order_or_waits(opened, report):
    report("submit and remittance", races.submit_and_remit(opened, rounds=ROUNDS))


def test_the_date_that_flips_never_changes_what_was_proved(opened, report):
    report("submit and flip", races.submit_and_flip(opened, rounds=ROUNDS))


def test_a_picture_that_comes_late_changes_nothing(opened, xishuangbanna, report):
    report("submit and picture", races.submit_and_retake(opened, rounds=ROUNDS))


@pytest.mark.nightly
@pytest.mark.parametrize(
    "proof", [races.two_decide, races.submit_and_freeze, races.submit_and_remit]
)
def test_all_night(opened, report, proof):
    report(f"{proof.__name__} all night", proof(opened, rounds=NIGHTLY_ROUNDS))
