"""What must hold for an opening at the counter: the rules of every opening, of papers instead.

Two employers of one name or at one address are shown to whoever approves, who saw the papers.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from anju.business.contributions import opening_rules
from anju.business.contributions.counter_opening.facts import CounterOpeningFacts
from anju.business.contributions.opening_rules import OpeningFacts
from anju.domain.rules import Rule

SEEN_BY_STAFF: Final = frozenset({"opening.name_taken", "opening.address_taken"})
"""Rules of an opening that papers settle: shown, and decided by a person."""
_PAPERS = "录入内容"
_MENDED = {
    "bad_uscc": "请对照营业执照或登记证书核对",
    "account_exists": "该单位可由经办人登录单位网厅；没有经办人的，请办理经办人登记",
    "name_taken": "请核对营业执照，确是两家单位的由审核人员认定",
    "address_taken": "请核对营业执照，确在同一地址的由审核人员认定",
    "first_month_out_of_reach": "请改为下个月或以前、有政策规定的月份",
}


def _papers(rule: Rule[OpeningFacts]) -> Rule[CounterOpeningFacts]:
    name = rule.code.removeprefix("opening.")

    def holds(facts: CounterOpeningFacts, city: Any, at: datetime) -> bool | None:
        return None if facts.opening is None else rule.holds(facts.opening, city, at)

    def saw(facts: CounterOpeningFacts) -> str:
        return "还没有填写" if facts.opening is None else rule.saw(facts.opening)

    taken: Callable[..., Any] = replace
    found: Rule[CounterOpeningFacts] = taken(
        rule,
        code=f"counter_opening.{name}",
        holds=holds,
        saw=saw,
        source=rule.source if rule.source == "单位账户" else _PAPERS,
        mended_by=_MENDED.get(name, rule.mended_by),
    )
    return found


RULES: tuple[Rule[CounterOpeningFacts], ...] = (
    *(_papers(rule) for rule in opening_rules.RULES),
    Rule(
        code="counter_opening.another_case_live",
        holds=lambda facts, policy, at: facts.another_case is None,
        says="没有其他在办的开户",
        fails="该单位有一笔开户正在办理",
        basis="本中心缴存登记规定",
        saw=lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的开户",
        source="业务进度",
        mended_by="请等这笔业务办结，或先撤回它",
    ),
)
