"""Every guard of a freeze, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.freezing.facts import FreezingFacts, clean, paper_no
from anju.business.contributions.freezing.rules import RULES
from anju.business.contributions.stopping.tests.test_rules import NOBODY
from anju.business.contributions.stopping.tests.test_rules import facts as member
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.cases.records import Mistakes
from anju.domain.rules import Outcome, evaluate

BY_CODE = {rule.code: rule for rule in RULES}
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


def asked(**other):
    """A paper without a last day about a member whose account is open."""
    return replace(FreezingFacts(member(), (), "演示1号", None, False), **other)


NOTHING = {"doc_no": ""}
CASES = [
    ("freezing.account_closed", asked(), MET, "没有销户"),
    ("freezing.account_closed", asked(who=member(state="sealed")), MET, "没有销户"),
    ("freezing.account_closed", asked(who=member(state="closing")), MET, "没有销户"),
    ("freezing.account_closed", asked(who=member(state="closed")), UNMET, "已销户"),
    ("freezing.account_closed", asked(who=member(**NOBODY)), UNMET, "已销户"),
    ("freezing.another_case_live", asked(), MET, "没有在办"),
    ("freezing.another_case_live", asked(who=member(another_case="DJ1")), UNMET, "业务 DJ1"),
    ("freezing.paper_used", asked(), MET, "演示1号"),
    ("freezing.paper_used", asked(is_known=True), UNMET, "演示1号"),
    ("freezing.paper_used", asked(**NOTHING), UNKNOWN, "还没有填写"),
    ("freezing.already_over", asked(), MET, "没有期限"),
    ("freezing.already_over", asked(until=AT.date()), MET, "期限至"),
    ("freezing.already_over", asked(until=date(2026, 1, 1)), UNMET, "2026年01月01日"),
    ("freezing.already_over", asked(**NOTHING), UNKNOWN, "还没有填写"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_a_guard_says_what_it_saw(code, given, outcome, saw):
    (found,) = evaluate([BY_CODE[code]], given, None, AT)
    assert found.outcome is outcome
    assert saw in found.saw
    assert found.met or found.mended_by


def test_every_guard_is_met_and_unmet_above():
    seen = {(code, outcome) for code, _given, outcome, _saw in CASES}
    for code in BY_CODE:
        assert {(code, MET), (code, UNMET)} <= seen, code


@pytest.mark.parametrize(
    ("scope", "amount", "wrong"),
    [("part", "", True), ("part", "0", True), ("part", "100", False), ("whole", "", False),
     ("whole", "100", True)],
)  # fmt: skip
def test_a_part_has_an_amount_and_the_whole_has_none(scope, amount, wrong):
    found = clean({"scope": scope, "amount": amount, "doc_no": "(2026) 演示〔1〕号"})
    assert isinstance(found, Mistakes) is wrong
    if not wrong:
        assert found["doc_no"] == "（2026）演示（1）号" == paper_no(found["doc_no"])
