"""Whatever the bank does: what the member reads, what is held, what is booked, what was paid."""

from __future__ import annotations

import pytest

from . import journeys
from .outside import opened


@pytest.fixture
def outside(committing_db, yuncheng, tmp_path, clock):
    """The outside world with a bank that can go wrong."""
    with opened(tmp_path, clock) as world:
        yield world


@pytest.mark.parametrize("journey", journeys.JOURNEYS, ids=lambda journey: journey.__name__)
def test_the_journey_ends_as_it_must(outside, journey):
    journey(outside)
    assert outside.door.problems == []
