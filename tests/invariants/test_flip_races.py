"""Halls post while the date flips and the day is sealed at once: its totals are what was booked."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from anju import ledger
from anju.ledger import books
from anju.ledger.tests.books import DAY, account, post, remittance, sound

from ..faults.at_once import answers, at_once

TRIES = 50
NIGHTLY_TIMES = 20
HALLS = 3
POSTS = 4


def end_the_day(day):
    """Flip and seal without a breath between them."""
    ledger.flip_day(day + timedelta(days=1))
    hashed, vouchers = ledger.hash_vouchers(day)
    assert hashed == vouchers
    root = ledger.root_day(day)
    ledger.sign_day(day, signer="one", root=root)
    return ledger.seal_day(day, signer="two", root=root)


def hall(account_id, rng):
    """Somebody who posts a few times; says what was booked on which day."""
    booked = []
    for _ in range(POSTS):
        amount = rng.randint(1, 10_000)
        voucher = remittance(account_id, amount, value_date=DAY)
        booked.append((post(voucher).accounting_date, amount))
    return booked


def race(seed):
    """Fifty days end under fire; gives how often a day took posts and how often the next did."""
    rng = random.Random(seed)
    accounts = [account() for _ in range(HALLS)]
    total, outcomes = 0, Counter()
    late = Counter()
    for number in range(TRIES):
        day = DAY + timedelta(days=number)
        seeds = [rng.random() for _ in accounts]
        halls = [
            lambda one=one, seed=seed: hall(one, random.Random(seed))
            for one, seed in zip(accounts, seeds, strict=True)
        ]
        # Somewhere while the halls are at it.
        delays = (*[0.0] * HALLS, rng.random() * 0.05)
        *said, sealed = answers(at_once(*halls, lambda day=day: end_the_day(day), delays=delays))
        assert sealed.state == "sealed"
        booked = Counter(late)
        late.clear()
        for on, amount in (each for one in said for each in one):
            assert on in (day, day + timedelta(days=1))
            (booked if on == day else late)[on] += amount
            outcomes["sealed day" if on == day else "next day"] += 1
        total += sum(booked.values())
        deposits = books.subject_balance("101", since=DAY, until=day)
        assert deposits.closing == total, f"{day} sealed with another total than was answered"
    return outcomes


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.nightly) for n in range(1, NIGHTLY_TIMES))]
)
def test_a_sealed_day_has_exactly_what_was_booked_on_it(committing_db, seed, capsys):
    ledger.open_day(DAY)
    ledger.ensure_partitions(DAY, DAY + timedelta(days=TRIES + 1))
    outcomes = race(seed)
    assert min(outcomes["sealed day"], outcomes["next day"]) > 0, outcomes
    assert sound()
    with capsys.disabled():
        print(f"\n  {TRIES} flips under fire: {dict(outcomes)}")  # noqa: T201
