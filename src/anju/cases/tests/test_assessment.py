"""When a case is reviewed, what staff approve, and how an amount is kept: without a database."""

from __future__ import annotations

from datetime import date

import pytest

from anju.cases import registry
from anju.cases.assessment import quote_from_json, quote_to_json, why_review
from anju.cases.records import Quote
from anju.domain.case import CaseState
from anju.domain.rules import Finding, Outcome
from anju.domain.trace import Trace, TraceRow


class Review:
    def __init__(self, when, sample_per_mille=None):
        self.when, self.sample_per_mille = when, sample_per_mille


class Block:
    def __init__(self, when, sample_per_mille=None):
        self.review = Review(when, sample_per_mille)


def check(outcome):
    return Finding("x.young", outcome, f"says {outcome}", "", "", "", "", None)


GREEN, RED, UNKNOWN = (check(outcome) for outcome in Outcome)


@pytest.mark.parametrize(
    ("when", "checks", "reviewed"),
    [
        ("never", (GREEN,), False),
        ("never", (RED,), False),
        ("not_green", (), False),
        ("not_green", (GREEN,), False),
        ("not_green", (RED,), True),
        ("not_green", (UNKNOWN,), True),
        ("not_green", (GREEN, RED), True),
        ("always", (GREEN,), True),
        ("always", (RED,), True),
    ],
)
def test_when_a_case_is_reviewed(when, checks, reviewed):
    assert bool(why_review(Block(when), checks, "TQ1")) is reviewed


def test_a_reason_names_every_check_that_is_not_green():
    assert why_review(Block("not_green"), (RED, GREEN, UNKNOWN), "TQ1") == (
        "says unmet；says unknown"
    )


@pytest.mark.parametrize(("per_mille", "drawn"), [(0, 0), (1000, 2000), (100, 200)])
def test_a_sample_is_as_large_as_the_city_says(per_mille, drawn):
    references = [f"TQ20261120{n:04d}" for n in range(2000)]
    block = Block("sampled", per_mille)
    reviewed = [r for r in references if why_review(block, (GREEN,), r)]
    assert abs(len(reviewed) - drawn) <= 60
    assert reviewed == [r for r in references if why_review(block, (GREEN,), r)], "drawn once"


def test_a_sample_also_sees_whatever_is_not_green():
    assert why_review(Block("sampled", 0), (RED,), "TQ1") == "says unmet"


def test_a_stored_quote_can_be_explained_for_ever():
    rows = (TraceRow("本金", "账户余额", 100), TraceRow("按日", "1 天", None))
    quote = Quote(100, 3, date(2026, 11, 20), Trace("怎么算的", rows, 103), is_estimate=False)
    assert quote_from_json(quote_to_json(quote, pay_to="演示")) == quote
    assert quote.total_fen == 103
    assert quote_from_json(None) is None


def test_two_services_cannot_share_a_name():
    found = registry.service("withdrawals.retirement")
    registry.register(found)
    from dataclasses import replace

    with pytest.raises(ValueError, match="two services"):
        registry.register(replace(found, warning="another"))
    with pytest.raises(KeyError):
        registry.service("withdrawals.none")


def test_every_state_of_a_case_has_a_word():
    from anju.cases.words import STATE_TEXT

    assert set(STATE_TEXT) == set(CaseState)
