"""`anju calc contribution`: a base, two ratios, a month, and what the month comes to."""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from anju.config.sums import lines
from anju.config.sums.lines import Answer, LineRefused
from anju.domain.contribution import (
    Contribution,
    ContributionRefused,
    contribution,
    parse_month,
)
from anju.domain.contribution_terms import ContributionTerms

KEYS = ("center", "base_fen", "member_ratio", "employer_ratio", "month")
# As many digits as an enrolment keeps.
_RATIO = re.compile(r"[01](\.[0-9]{1,4})?")

Load = Callable[[str], ContributionTerms]
"""The terms of a center by its code. Raises LineRefused when there is no such center."""


def answer(line: bytes, *, load: Load) -> Answer:
    """The contribution of one line. Raises LineRefused when the line cannot be answered."""
    asked = lines.read(line, keys=KEYS)
    base_fen = lines.fen(asked["base_fen"], "base_fen")
    member = _ratio(asked["member_ratio"], "member_ratio")
    employer = _ratio(asked["employer_ratio"], "employer_ratio")
    month = _month(asked["month"])
    terms = load(lines.center(asked["center"]))
    try:
        told = contribution(
            base_fen, member_ratio=member, employer_ratio=employer, month=month, terms=terms
        )
    except ContributionRefused as refused:
        raise LineRefused(f"{refused.about}：{refused}") from None
    return _record(told)


def _record(told: Contribution) -> Answer:
    limits = [
        {"limit": each.limit, "name": each.name, "fen": each.fen, "basis": each.basis}
        for each in told.limits
    ]
    return {
        "member_fen": told.amounts.member_fen,
        "employer_fen": told.amounts.employer_fen,
        "base_applied_fen": told.base_fen,
        "limits": limits,
        "trace": told.trace.as_record(),
    }


def _ratio(value: Any, key: str) -> Fraction:
    if not isinstance(value, str) or not _RATIO.fullmatch(value):
        raise LineRefused(
            f'{key}：应为引号中的小数，最多四位，如 "0.12"，现为 {lines.shown(value)}。'
        )
    return Fraction(value)


def _month(value: Any) -> date:
    try:
        if isinstance(value, str):
            return parse_month(value)
    except ValueError:
        pass
    raise LineRefused(f'month：应为年月，写作 "2026-07"，现为 {lines.shown(value)}。')
