"""When an agreement may be changed or ended: pure claims, each with its basis and its words."""

from datetime import datetime
from typing import Any

from anju.business.contributions.flexible.term_rules import term_rules
from anju.business.contributions.flexible_changing.facts import ChangingFacts
from anju.domain.flexible import plan_problem
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心灵活就业人员缴存规定"


def plan_is_one(facts: ChangingFacts, policy: Any, at: datetime) -> bool | None:
    """The plan that would hold has its months, and only it."""
    terms = facts.terms
    if terms is None:
        return True if facts.deed else None
    found = plan_problem(terms.plan, months=terms.months, debit_day=terms.debit_day)
    return found is None


def _saw_plan(facts: ChangingFacts) -> str:
    if facts.terms is None:
        return "不变更" if facts.deed else "还没有填写"
    months = f"，{facts.terms.months} 个月" if facts.terms.months else ""
    return f"每月 {facts.terms.debit_day} 日扣款{months}"


_rule = Ruling[ChangingFacts]("flexible_changing", basis=_CENTER, source="灵活就业缴存协议").rule

RULES: tuple[Rule[ChangingFacts], ...] = (
    _rule(
        "no_agreement",
        lambda facts, policy, at: facts.agreement is not None,
        lambda facts: facts.agreement.text if facts.agreement else "没有灵活就业缴存协议",
        says="有灵活就业缴存协议",
        fails="没有灵活就业缴存协议",
        mended_by="没有协议的，请办理灵活就业缴存",
    ),
    _rule(
        "debit_under_way",
        lambda facts, policy, at: facts.agreement is None or not facts.agreement.under_way,
        lambda facts: (
            "银行正在扣款"
            if facts.agreement and facts.agreement.under_way
            else "没有正在办理的扣款"
        ),
        says="没有正在办理的扣款",
        fails="银行正在扣款，或者款项正在入账",
        mended_by="请等银行答复、款项入账后办理",
    ),
    _rule(
        "plan_wrong",
        plan_is_one,
        _saw_plan,
        says="缴存方式、扣款日和月数相符",
        fails="缴存方式、扣款日和月数不相符",
        mended_by="一次性缴存的请填写这次缴存的月数",
        source="录入内容",
    ),
    *term_rules("flexible_changing"),
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.who.another_case is None,
        lambda facts: (
            f"业务 {facts.who.another_case}" if facts.who.another_case else "没有在办的变更"
        ),
        says="没有其他在办的灵活就业缴存变更",
        fails="本人有一笔灵活就业缴存变更正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
)
