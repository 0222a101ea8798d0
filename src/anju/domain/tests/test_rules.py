"""Evaluating rules: everything at once, and an unknown is never a yes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import pytest

from anju.domain.rules import Outcome, Rule, Ruling, against, all_met, evaluate, for_others

AT = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))


@dataclass(frozen=True)
class Facts:
    has_card: bool | None


def has_card(facts, policy, at):
    return facts.has_card


RULE = Rule(
    code="test.no_card",
    holds=has_card,
    says="已登记收款卡",
    fails="还没有收款卡",
    basis="规定",
    saw=lambda facts: f"看到 {facts.has_card}",
    source="收款卡",
    mended_by="请登记",
    passes_at=lambda facts, policy, at: at + timedelta(days=1),
)


@pytest.mark.parametrize(
    ("has", "outcome", "says", "mended_by", "passes"),
    [
        (True, Outcome.MET, "已登记收款卡", "", None),
        (False, Outcome.UNMET, "还没有收款卡", "请登记", AT + timedelta(days=1)),
        (None, Outcome.UNKNOWN, "暂时无法核实：已登记收款卡", "请登记", AT + timedelta(days=1)),
    ],
)
def test_a_finding_says_what_and_what_helps(has, outcome, says, mended_by, passes):
    (finding,) = evaluate([RULE], Facts(has), None, AT)
    assert finding.outcome is outcome
    assert finding.says == says
    assert finding.mended_by == mended_by
    assert finding.passes_at == passes
    assert finding.saw == f"看到 {has}"
    assert finding.met is (has is True)


def test_others_learn_of_a_members_own_affair_only_that_it_stands_against_it():
    own = replace(RULE, code="test.own", to_others="要由管理部办理")
    told = for_others(evaluate([RULE, own], Facts(False), None, AT))
    assert told[0] == evaluate([RULE], Facts(False), None, AT)[0]
    assert (told[1].says, told[1].mended_by) == ("要由管理部办理", "请到管理部柜台办理")
    assert (told[1].outcome, told[1].passes_at) == (Outcome.UNMET, None)
    assert "收款卡" not in str(replace(told[1], code=""))
    assert [one.code for one in for_others(evaluate([RULE, own], Facts(True), None, AT))] == [
        "test.no_card"
    ]


def test_all_rules_are_told_and_one_unknown_is_not_a_yes():
    never = Rule(
        code="test.never",
        holds=lambda facts, policy, at: False,
        says="是",
        fails="否",
        basis="",
        saw=lambda facts: "",
        source="",
        mended_by="",
    )
    findings = evaluate([RULE, never, RULE], Facts(None), None, AT)
    assert [finding.outcome for finding in findings] == ["unknown", "unmet", "unknown"]
    assert findings[1].passes_at is None
    assert not all_met(findings)
    assert all_met(evaluate([RULE], Facts(True), None, AT))
    assert all_met(())


def test_only_what_stands_against_it_is_told():
    findings = evaluate([RULE, replace(RULE, holds=lambda *_: False)], Facts(True), None, AT)
    assert against(findings) == findings[1:]
    assert against(findings[:1]) == ()


def test_rules_of_an_area_name_what_differs():
    ruling = Ruling[Facts]("card", basis="规定", source="收款卡")
    words = {"says": "是", "fails": "否", "mended_by": "请登记"}
    plain = ruling.rule("missing", has_card, lambda facts: "看到", **words)
    assert (plain.code, plain.basis, plain.source) == ("card.missing", "规定", "收款卡")
    other = ruling.rule("x", has_card, lambda facts: "", basis="条例", source="银行", **words)
    assert (other.basis, other.source) == ("条例", "银行")
    assert (other.says, other.fails, other.mended_by) == ("是", "否", "请登记")
