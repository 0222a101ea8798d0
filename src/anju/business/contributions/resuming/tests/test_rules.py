"""Every guard of an early return to paying, met and unmet; no database.

What it brings about is walked with the deferral, in `deferring/tests/test_deferring.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.deferrals import Span
from anju.business.contributions.resuming.facts import ResumingFacts
from anju.business.contributions.resuming.rules import RULES
from anju.business.contributions.tests.units import DECEMBER, NOVEMBER, both_ways, stands, told
from anju.domain.rules import Outcome

JANUARY = date(2027, 1, 1)
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


def facts(first=date(2026, 10, 1), *, is_deferred=True, from_month=DECEMBER, **about):
    """A deferral from October through January that ends with December's turn."""
    span = Span("HH1", first, JANUARY, is_over=False) if is_deferred else None
    return ResumingFacts(replace(stands(**about), deferral=span), from_month)


CASES = [
    ("resuming.not_deferred", facts(), MET, "2026年10月至2027年01月"),
    ("resuming.not_deferred", facts(is_deferred=False), UNMET, "没有缓缴"),
    ("resuming.another_case_live", facts(), MET, "没有在办"),
    ("resuming.another_case_live", facts(another_case="HF2"), UNMET, "业务 HF2"),
    ("resuming.list_unpaid", facts(), MET, "没有未缴款"),
    ("resuming.list_unpaid", facts(list_unpaid="HJ1"), UNMET, "清册 HJ1"),
    ("resuming.month_outside", facts(), MET, "从 2026年12月 起恢复"),
    ("resuming.month_outside", facts(from_month=NOVEMBER), MET, "2026年11月"),
    ("resuming.month_outside", facts(from_month=JANUARY), MET, "2027年01月"),
    ("resuming.month_outside", facts(from_month=date(2026, 10, 1)), UNMET, "2026年10月"),
    ("resuming.month_outside", facts(from_month=date(2027, 2, 1)), UNMET, "2027年02月"),
    ("resuming.month_outside", facts(JANUARY), UNMET, "2026年12月"),
    ("resuming.month_outside", facts(from_month=None), UNKNOWN, "还没有填写"),
    ("resuming.month_outside", facts(is_deferred=False), UNKNOWN, "没有缓缴"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_every_guard(city, code, given, outcome, saw):
    told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    both_ways(RULES, CASES)
