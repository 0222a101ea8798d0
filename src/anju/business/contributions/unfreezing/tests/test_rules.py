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
from anju.cases.records import Mistakes
from anju.domain.rules import Outcome, evaluate

BY_CODE = {rule.code: rule for rule in RULES}
COURT = FreezeFacts(1, "演示人民法院", "（2026）演示执字第1号", 100_000, date(2026, 12, 31))
WHOLE = FreezeFacts(2, "演示人民法院", "（2026）演示执字第2号", None, None)
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
    ("unfreezing.no_part", ends(), MET, "全部解除"),
    ("unfreezing.no_part", ends(amount=99_999), MET, "解除 999.99 元，冻结 1,000.00 元"),
    ("unfreezing.no_part", ends(amount=100_000), UNMET, "解除 1,000.00 元"),
    ("unfreezing.no_part", ends(amount=1, freeze=WHOLE), UNMET, "冻结全部余额"),
    ("unfreezing.no_part", ends(amount=1, freeze=None), UNKNOWN, "没有找到冻结"),
    ("unfreezing.no_part", ends(freeze=None, frozen_doc_no=""), UNKNOWN, "全部解除"),
    ("unfreezing.paper_known", ends(), MET, "没有录入过"),
    ("unfreezing.paper_known", ends(freeze=None, frozen_doc_no=""), UNKNOWN, "没有录入过"),
    ("unfreezing.paper_known", ends(amount=1, is_known=True), UNMET, "已经录入过"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_a_guard_says_what_it_saw(code, given, outcome, saw):
    (found,) = evaluate([BY_CODE[code]], given, None, AT)
    assert (found.outcome, saw in found.saw) == (outcome, True)
    assert found.met or found.mended_by
    assert {(code, MET), (code, UNMET)} <= {(each[0], each[2]) for each in CASES}


def test_papers_are_compared_in_one_way_of_writing():
    typed = {
        "authority": "演示人民法院", "frozen_doc_no": "(2026) 演示〔1〕号", "doc_no": "解 1",
        "amount": "",
    }  # fmt: skip
    found = clean(typed)
    assert isinstance(clean(typed | {"amount": "0"}), Mistakes)
    assert not isinstance(found, Mistakes)
    assert (found["frozen_doc_no"], found["doc_no"]) == ("（2026）演示（1）号", "解1")
