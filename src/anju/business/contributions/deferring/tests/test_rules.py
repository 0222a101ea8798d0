"""Every guard of a deferral, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.deferrals import Span
from anju.business.contributions.deferring.facts import DeferringFacts, clean
from anju.business.contributions.deferring.rules import RULES
from anju.business.contributions.tests.units import DECEMBER, NOVEMBER, both_ways, stands, told
from anju.domain.employer_account import AccountState
from anju.domain.rules import Outcome

MAY = date(2027, 5, 1)
WHO = ("state", "due_month", "list_unpaid", "adjusting", "deferral", "another_case")
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
SPAN = Span("HH1", NOVEMBER, MAY, is_over=False)


def facts(**other):
    """An employer that lost money and applies from the month whose turn it is."""
    about = {name: other.pop(name) for name in WHO if name in other}
    return replace(DeferringFacts(stands(**about), NOVEMBER, MAY, "loss", 1), **other)


NOTHING = {"from_month": None, "to_month": None, "reason": "", "loss_fen": 0}
CASES = [
    ("deferring.already_deferred", facts(), MET, "没有缓缴"),
    ("deferring.already_deferred", facts(deferral=SPAN), UNMET, "2026年11月至2027年05月"),
    ("deferring.account_not_normal", facts(), MET, "正常"),
    *(
        ("deferring.account_not_normal", facts(state=state), UNMET, "单位账户状态")
        for state in AccountState
        if state is not AccountState.NORMAL
    ),
    ("deferring.another_case_live", facts(), MET, "没有在办的缓缴申请"),
    ("deferring.another_case_live", facts(another_case="HH2"), UNMET, "业务 HH2"),
    ("deferring.list_unpaid", facts(), MET, "没有未缴款的清册"),
    ("deferring.list_unpaid", facts(list_unpaid="HJ1"), UNMET, "清册 HJ1"),
    ("deferring.base_adjustment_open", facts(), MET, "没有正在填写"),
    ("deferring.base_adjustment_open", facts(adjusting="JS1"), UNMET, "JS1"),
    ("deferring.not_the_due_month", facts(), MET, "应汇缴 2026年11月"),
    ("deferring.not_the_due_month", facts(due_month=DECEMBER), UNMET, "应汇缴 2026年12月"),
    ("deferring.not_the_due_month", facts(from_month=DECEMBER), UNMET, "申请 2026年12月"),
    ("deferring.not_the_due_month", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("deferring.months_not_in_order", facts(to_month=NOVEMBER), MET, "2026年11月"),
    ("deferring.months_not_in_order", facts(to_month=date(2026, 10, 1)), UNMET, "2026年10月止"),
    ("deferring.months_not_in_order", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("deferring.too_long", facts(to_month=date(2027, 10, 1)), MET, "2027年10月"),
    ("deferring.too_long", facts(to_month=date(2027, 11, 1)), UNMET, "2027年11月"),
    ("deferring.too_long", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("deferring.already_over", facts(to_month=NOVEMBER), MET, "2026年11月"),
    (
        "deferring.already_over",
        facts(from_month=date(2026, 9, 1), to_month=date(2026, 10, 1)),
        UNMET,
        "2026年09月至2026年10月",
    ),
    ("deferring.already_over", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("deferring.loss_not_told", facts(), MET, "0.01"),
    ("deferring.loss_not_told", facts(loss_fen=0), UNMET, "0.00"),
    ("deferring.loss_not_told", facts(loss_fen=0, reason="stopped"), MET, "0.00"),
    ("deferring.loss_not_told", facts(**NOTHING), UNKNOWN, "0.00"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_every_guard(city, code, given, outcome, saw):
    told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    both_ways(RULES, CASES)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"profit_last": "100"}, []),
        ({"loss_last": "100", "profit_before": "100"}, []),
        ({"loss_last": "100", "profit_last": "0"}, []),
        ({"loss_last": "100", "profit_last": "1"}, ["loss_last"]),
        ({"loss_before": "1", "profit_before": "1"}, ["loss_before"]),
    ],
)
def test_a_year_ends_in_a_profit_or_a_loss(typed, wrong):
    answers = dict.fromkeys(("profit_last", "loss_last", "profit_before", "loss_before"), "")
    answers |= typed
    cleaned = clean(answers)
    assert (cleaned == answers) if not wrong else list(cleaned.errors) == wrong
