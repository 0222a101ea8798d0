"""House rules are awake: each catches its bad sample and lets its good one pass."""

import pytest

from .workshop import tool

house_rules = tool("house_rules")


@pytest.mark.mutants
@pytest.mark.parametrize("rule", house_rules.RULES, ids=lambda rule: rule.code)
def test_a_rule_catches_its_bad_sample(rule):
    assert rule in {found for _line, found in house_rules.broken(*rule.bad)}


@pytest.mark.parametrize("rule", house_rules.RULES, ids=lambda rule: rule.code)
def test_a_rule_lets_its_good_sample_pass(rule):
    assert rule not in {found for _line, found in house_rules.broken(*rule.good)}


def test_codes_are_unique():
    codes = [rule.code for rule in house_rules.RULES]
    assert len(codes) == len(set(codes))
