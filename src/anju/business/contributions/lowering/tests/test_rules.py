"""Every guard of lower ratios, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from anju.business.contributions.lowering.facts import LoweringFacts, fingerprint
from anju.business.contributions.lowering.rules import RULES
from anju.business.contributions.tests.units import DECEMBER, NOVEMBER, both_ways, stands, told
from anju.domain.employer_account import AccountState
from anju.domain.rules import Outcome

MAY, OCTOBER = date(2027, 5, 1), date(2026, 10, 1)
FOUR, FIVE, EIGHT, TWELVE, THIRTEEN = (Fraction(each, 100) for each in (4, 5, 8, 12, 13))
WHO = ("state", "due_month", "list_unpaid", "adjusting", "lowering", "another_case")
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


def facts(**other):
    """An employer of 12 % that applies for 8 % from the month whose turn it is."""
    about = {name: other.pop(name) for name in WHO if name in other}
    return replace(LoweringFacts(stands(**about), NOVEMBER, MAY, EIGHT, EIGHT), **other)


NOTHING = {"from_month": None, "to_month": None, "member_ratio": None, "employer_ratio": None}
CASES = [
    ("lowering.already_lowered", facts(), MET, "没有降低"),
    ("lowering.already_lowered", facts(lowering="2026年11月起"), UNMET, "2026年11月起"),
    ("lowering.account_does_not_pay", facts(), MET, "正常"),
    ("lowering.account_does_not_pay", facts(state=AccountState.OPENED), MET, "开户"),
    ("lowering.account_does_not_pay", facts(state=AccountState.DEFERRED), UNMET, "缓缴"),
    ("lowering.account_does_not_pay", facts(state=AccountState.SEALED), UNMET, "封存"),
    ("lowering.another_case_live", facts(), MET, "没有在办的降低比例申请"),
    ("lowering.another_case_live", facts(another_case="JB2"), UNMET, "业务 JB2"),
    ("lowering.list_unpaid", facts(), MET, "没有未缴款的清册"),
    ("lowering.list_unpaid", facts(list_unpaid="HJ1"), UNMET, "清册 HJ1"),
    ("lowering.base_adjustment_open", facts(), MET, "没有正在填写"),
    ("lowering.base_adjustment_open", facts(adjusting="JS1"), UNMET, "JS1"),
    ("lowering.not_the_due_month", facts(), MET, "应汇缴 2026年11月"),
    ("lowering.not_the_due_month", facts(due_month=DECEMBER), UNMET, "应汇缴 2026年12月"),
    ("lowering.not_the_due_month", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("lowering.months_not_in_order", facts(to_month=NOVEMBER), MET, "2026年11月"),
    ("lowering.months_not_in_order", facts(to_month=OCTOBER), UNMET, "2026年10月止"),
    ("lowering.months_not_in_order", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("lowering.too_long", facts(to_month=date(2027, 10, 1)), MET, "2027年10月"),
    ("lowering.too_long", facts(to_month=date(2027, 11, 1)), UNMET, "2027年11月"),
    ("lowering.too_long", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("lowering.already_over", facts(to_month=NOVEMBER), MET, "2026年11月"),
    ("lowering.already_over", facts(from_month=OCTOBER, to_month=OCTOBER), UNMET, "2026年10月"),
    ("lowering.already_over", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("lowering.not_lower", facts(), MET, "现为单位 12%、个人 12%，申请单位 8%、个人 8%"),
    ("lowering.not_lower", facts(member_ratio=TWELVE), MET, "个人 12%"),
    ("lowering.not_lower", facts(member_ratio=TWELVE, employer_ratio=TWELVE), UNMET, "12%"),
    ("lowering.not_lower", facts(member_ratio=THIRTEEN), UNMET, "个人 13%"),
    ("lowering.not_lower", facts(**NOTHING), UNKNOWN, "现为单位 12%"),
    ("lowering.ratio_unlawful", facts(member_ratio=FIVE, employer_ratio=FIVE), MET, "在范围内"),
    ("lowering.ratio_unlawful", facts(employer_ratio=FOUR), UNMET, "单位"),
    ("lowering.ratio_unlawful", facts(member_ratio=FOUR), UNMET, "个人"),
    ("lowering.ratio_unlawful", facts(**NOTHING), UNKNOWN, "在范围内"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_every_guard(city, code, given, outcome, saw):
    told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    both_ways(RULES, CASES)


def test_other_ratios_ask_for_another_look():
    before = facts()
    assert fingerprint(before) == "12%/12%"
    changed = replace(before, who=replace(before.who, member_ratio=EIGHT))
    assert fingerprint(changed) != fingerprint(before)
