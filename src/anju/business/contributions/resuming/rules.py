"""When an employer may pay again before its deferral has passed: pure claims."""

from datetime import datetime
from typing import Any

from anju.business.contributions.resuming.facts import ResumingFacts
from anju.business.contributions.standing import no_other_case, no_unpaid_list
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import month_words
from anju.domain.rules import Rule

_REGULATION = "《住房公积金管理条例》第二十条：待单位经济效益好转后，再提高缴存比例或者补缴缓缴"
_CENTER = "本中心缓缴规定"


def month_is_deferred(facts: ResumingFacts, policy: Any, at: datetime) -> bool | None:
    """It begins with a deferred month that has not passed; months before stay deferred."""
    if facts.from_month is None or facts.who.deferral is None:
        return None
    deferral, month = facts.who.deferral, at.astimezone(SHANGHAI).date().replace(day=1)
    return max(deferral.first, month) <= facts.from_month <= deferral.last


def _saw(facts: ResumingFacts) -> str:
    return f"缓缴 {facts.who.deferral.text}" if facts.who.deferral else "没有缓缴"


def _saw_month(facts: ResumingFacts) -> str:
    if facts.from_month is None:
        return "还没有填写"
    return f"{_saw(facts)}，从 {month_words(facts.from_month)} 起恢复"


RULES: tuple[Rule[ResumingFacts], ...] = (
    Rule(
        code="resuming.not_deferred",
        holds=lambda facts, policy, at: facts.who.deferral is not None,
        says="有已批准的缓缴",
        fails="单位没有缓缴，不需要恢复",
        basis=_REGULATION,
        saw=_saw,
        source="单位账户",
        mended_by="请按月汇缴",
    ),
    no_other_case("resuming", "恢复缴存", basis=_CENTER),
    no_unpaid_list("resuming", basis=_CENTER),
    Rule(
        code="resuming.month_outside",
        holds=month_is_deferred,
        says="恢复年月在缓缴期内，且没有过去",
        fails="恢复年月不在缓缴期内，或者已经过去",
        basis=_CENTER,
        saw=_saw_month,
        source="录入内容",
        mended_by="请填写本月或以后、缓缴期内的月份；以前的月份以后补缴",
    ),
)
