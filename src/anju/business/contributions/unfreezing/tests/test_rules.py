"""Every guard of an unfreezing, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.freezes import FreezeFacts
from anju.business.contributions.stopping.tests.test_rules import facts as member
from anju.business.contributions.unfreezing.facts import UnfreezingFacts, clean
from anju.business.contributions.unfreezing.rules import RULES
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.domain.rules import Outcome, evaluate

BY_CODE = {rule.code: rule for rule in RULES}
COURT = FreezeFacts(1, "演示人民法院", "（2026）演示执字第1号", 100_000, date(2026, 12, 31))
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


def ends(**other):
    """A paper that ends the one freeze there is."""
    return replace(UnfreezingFacts(member(), (COURT,), COURT.doc_no, COURT), **other)


CASES = [
    ("unfreezing.nothing_frozen", ends(), MET, "冻结 1,000.00 元，期限至2026年12月31日"),
    ("unfreezing.nothing_frozen", ends(live=(), freeze=None), UNMET, "没有冻结"),
    ("unfreezing.another_case_live", ends(), MET, "没有在办"),
    ("unfreezing.another_case_live", ends(who=member(another_case="JD1")), UNMET, "业务 JD1"),
    ("unfreezing.freeze_unknown", ends(), MET, "演示人民法院"),
    ("unfreezing.freeze_unknown", ends(freeze=None), UNMET, "（2026）演示执字第1号"),
    ("unfreezing.freeze_unknown", ends(freeze=None, frozen_doc_no=""), UNKNOWN, "还没有填写"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_a_guard_says_what_it_saw(code, given, outcome, saw):
    (found,) = evaluate([BY_CODE[code]], given, None, AT)
    assert (found.outcome, saw in found.saw) == (outcome, True)
    assert found.met or found.mended_by
    assert {(code, MET), (code, UNMET)} <= {(each[0], each[2]) for each in CASES}


def test_papers_are_compared_in_one_way_of_writing():
    typed = {"authority": "演示人民法院", "frozen_doc_no": "(2026) 演示〔1〕号", "doc_no": "解 1"}
    found = clean(typed)
    assert (found["frozen_doc_no"], found["doc_no"]) == ("（2026）演示（1）号", "解1")
