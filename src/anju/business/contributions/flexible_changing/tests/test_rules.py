"""Every guard of a change or an end, both ways; what is typed belongs to what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from anju.business.contributions.flexible.agreements import AgreementFacts
from anju.business.contributions.flexible.tests.people import NOTHING
from anju.business.contributions.flexible_changing.facts import CHANGE, END, ChangingFacts, clean
from anju.business.contributions.flexible_changing.rules import RULES
from anju.business.contributions.flexible_signing.tests.test_rules import TERMS
from anju.business.contributions.stopping.tests.test_rules import facts as member
from anju.business.contributions.tests import units
from anju.cases.records import Mistakes
from anju.domain.flexible import Payments, Plan
from anju.domain.rules import Outcome

MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
NOVEMBER = date(2026, 11, 1)
AGREEMENT = AgreementFacts(
    key=1, number="LH1", account_id=1, state="live", state_text="缴存中", base_fen=500_000,
    ratio=Fraction(1, 5), payments=Payments(Plan.MONTHLY, NOVEMBER, 20), plan_text="按月缴存",
    card="····0009", bank="中国建设银行", paid_through=NOVEMBER, next_on=date(2026, 12, 20),
    unpaid="", under_way=False,
)  # fmt: skip
GIVEN = ChangingFacts(member(), AGREEMENT, CHANGE, TERMS)
ENDS = replace(GIVEN, deed=END, terms=None)
BLANK = replace(GIVEN, deed="", terms=None)


def on_terms(**other) -> ChangingFacts:
    return replace(GIVEN, terms=replace(TERMS, **other))


def fetching() -> ChangingFacts:
    return replace(GIVEN, agreement=replace(AGREEMENT, under_way=True))


TABLE = (
    ("flexible_changing.no_agreement", GIVEN, MET, "5,000.00"),
    ("flexible_changing.no_agreement", replace(GIVEN, agreement=None), UNMET, "没有"),
    ("flexible_changing.debit_under_way", GIVEN, MET, "没有"),
    ("flexible_changing.debit_under_way", fetching(), UNMET, "正在扣款"),
    ("flexible_changing.plan_wrong", GIVEN, MET, "20 日"),
    ("flexible_changing.plan_wrong", ENDS, MET, "不变更"),
    ("flexible_changing.plan_wrong", on_terms(plan=Plan.ONCE), UNMET, "20 日"),
    ("flexible_changing.plan_wrong", on_terms(plan=Plan.ONCE, months=3), MET, "3 个月"),
    ("flexible_changing.plan_wrong", on_terms(debit_day=30), UNMET, "30 日"),
    ("flexible_changing.plan_wrong", BLANK, UNKNOWN, "还没有"),
    ("flexible_changing.base_outside", GIVEN, MET, "5,000.00"),
    ("flexible_changing.base_outside", ENDS, MET, "不变更"),
    ("flexible_changing.base_outside", on_terms(base_fen=100), UNMET, "当月上下限 "),
    ("flexible_changing.base_outside", BLANK, UNKNOWN, "还没有"),
    ("flexible_changing.ratio_outside", GIVEN, MET, "20%"),
    ("flexible_changing.ratio_outside", ENDS, MET, "不变更"),
    ("flexible_changing.ratio_outside", on_terms(ratio=Decimal("0.3")), UNMET, "本市 10% 至 24%"),
    ("flexible_changing.another_case_live", GIVEN, MET, "没有"),
    (
        "flexible_changing.another_case_live",
        replace(GIVEN, who=member(another_case="LB1")),
        UNMET,
        "LB1",
    ),
)


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), TABLE)
def test_a_guard_says_what_it_saw(city, code, given, outcome, saw):
    units.told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    units.both_ways(RULES, TABLE)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"deed": "change"}, "base"),
        ({"deed": "end", "card": "6210000000000000009"}, "card"),
        ({"deed": "change", "card": "6210000000000000008"}, "card"),
    ],
)
def test_what_does_not_belong_together_is_said(typed, field):
    answer = clean(NOTHING | typed)
    assert isinstance(answer, Mistakes)
    assert list(answer.errors) == [field]
