"""Looking at a service's guards: each one turned over, each with its words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from anju.business.withdrawals.retirement.tests.cast import AT
from anju.domain.rules import Outcome, Rule, evaluate

MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


def outcome_of(rules: Collection[Rule[Any]], code: str, facts: Any, policy: Any) -> Outcome:
    """What one rule says of these facts; whatever it is, there are words for it."""
    rule = next(each for each in rules if each.code == code)
    found = evaluate([rule], facts, policy, AT)[0]
    assert found.saw, code
    assert found.basis, code
    assert found.met or found.mended_by, code
    return found.outcome


def not_turned_over(rules: Iterable[Rule[Any]], cases: Iterable[tuple[str, Any, Outcome]]):
    """The rules that a table of cases does not show both met and unmet."""
    shown = {(code, outcome) for code, _facts, outcome in cases}
    return [rule.code for rule in rules if not {(rule.code, MET), (rule.code, UNMET)} <= shown]
