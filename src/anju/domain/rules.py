"""A rule is a small claim about facts; evaluating it tells a person what we saw and what helps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

F = TypeVar("F")


class Outcome(StrEnum):
    """What a rule found: the claim holds, does not, or nobody could tell us."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


# What somebody who acts for others is told where a finding is the member's own affair.
OTHERS_SEE = "网厅不能核实"
OTHERS_MEND = "请到管理部柜台办理"


def _passes_never(facts: Any, policy: Any, at: datetime) -> datetime | None:
    return None


@dataclass(frozen=True)
class Rule(Generic[F]):
    """One condition of a service.

    `holds` answers whether the claim is true of the facts under the policy at an instant; None
    means that a source did not answer, which is never taken for a yes. `code` names what went
    wrong and is stable for ever. `passes_at` is the instant from which it will hold by itself.
    `once` rules are about the act of applying (its hour, say) and are not asked again when staff
    decide. `to_others` stands where `fails` is the member's own affair: what his employer is told
    instead, "" where it may know.
    """

    code: str
    holds: Callable[[F, Any, datetime], bool | None]
    says: str
    fails: str
    basis: str
    saw: Callable[[F], str]
    source: str
    mended_by: str
    passes_at: Callable[[F, Any, datetime], datetime | None] = _passes_never
    once: bool = False
    to_others: str = ""


@dataclass(frozen=True)
class Ruling(Generic[F]):
    """What the rules of one area share: the first part of their codes, and the basis and source of
    those that name no other.
    """

    area: str
    basis: str = ""
    source: str = ""

    def rule(
        self, code: str, holds: Callable[[F, Any, datetime], bool | None],
        saw: Callable[[F], str], *, says: str, fails: str, mended_by: str, source: str = "",
        basis: str = "", to_others: str = "",
    ) -> Rule[F]:  # fmt: skip
        """A rule of the area, by the last part of its code."""
        return Rule(
            code=f"{self.area}.{code}", holds=holds, says=says, fails=fails,
            basis=basis or self.basis, saw=saw, source=source or self.source, mended_by=mended_by,
            to_others=to_others,
        )  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What one rule found, in words a person can read and a code a program can count."""

    code: str
    outcome: Outcome
    says: str
    saw: str
    source: str
    mended_by: str
    basis: str
    passes_at: datetime | None
    to_others: str = ""

    @property
    def met(self) -> bool:
        """Whether the claim holds; an unknown is not a yes."""
        return self.outcome is Outcome.MET


def evaluate(rules: Iterable[Rule[F]], facts: F, policy: Any, at: datetime) -> tuple[Finding, ...]:
    """Evaluate every rule, so that a person is told everything at once.

    Args:
        rules: the rules that the city's policy asks for, in the order they are shown.
        facts: the frozen record the rules read.
        policy: the centre's policy.
        at: the instant the question is asked.
    """
    return tuple(_finding(rule, facts, policy, at) for rule in rules)


def _finding(rule: Rule[F], facts: F, policy: Any, at: datetime) -> Finding:
    holds = rule.holds(facts, policy, at)
    if holds is None:
        outcome, says = Outcome.UNKNOWN, f"暂时无法核实：{rule.says}"
    elif holds:
        outcome, says = Outcome.MET, rule.says
    else:
        outcome, says = Outcome.UNMET, rule.fails
    return Finding(
        code=rule.code,
        outcome=outcome,
        says=says,
        saw=rule.saw(facts),
        source=rule.source,
        mended_by="" if holds else rule.mended_by,
        basis=rule.basis,
        passes_at=None if holds else rule.passes_at(facts, policy, at),
        to_others=rule.to_others,
    )


def against(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that stand against it: no plain yes."""
    return tuple(finding for finding in findings if not finding.met)


def for_others(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings as somebody is told who acts for others: a member's own affair stays his.

    Where such a one stands against it, only that it does and where to go; else nothing of it.
    """
    return tuple(
        replace(
            each, says=each.to_others, saw=OTHERS_SEE, source="", basis="", mended_by=OTHERS_MEND,
            passes_at=None,
        )
        if each.to_others
        else each
        for each in findings
        if not (each.to_others and each.met)
    )  # fmt: skip


def all_met(findings: Iterable[Finding]) -> bool:
    """Whether every finding is a plain yes."""
    return all(finding.met for finding in findings)
