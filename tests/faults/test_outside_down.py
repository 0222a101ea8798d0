"""Bank, texts, pictures, worker: each away for an hour. Reads go on, nothing accepted is lost."""

from __future__ import annotations

import pytest

from . import down
from .outside import opened


@pytest.fixture
def outside(committing_db, yuncheng, tmp_path, clock):
    """The outside world, all of it there."""
    with opened(tmp_path, clock) as world:
        yield world


@pytest.mark.parametrize(
    "away",
    [down.the_bank_is_away, down.the_worker_is_away, down.the_gateway_is_away],
    ids=lambda away: away.__name__,
)
def test_an_hour_without_it(outside, away):
    assert away(outside) > 50, "people went on reading"
    assert outside.door.problems == []


def test_an_hour_without_the_evidence_store(outside, xishuangbanna):
    assert down.the_evidence_store_is_away(outside) > 50


def test_texts_survive_an_hour_without_the_gateway(outside):
    down.every_text_comes_home(outside)
