"""When an employer's registration may change: pure claims, each with its basis and its words."""

from datetime import datetime
from typing import Any

from anju.business.contributions.employer_renaming.facts import EmployerRenamingFacts
from anju.business.contributions.standing import no_other_case
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.domain.rules import Rule, Ruling

_REGULATION = "《住房公积金管理条例》第十四条：登记事项变更的，办理变更登记"
_CENTER = "本中心单位登记变更规定"


def something_changes(facts: EmployerRenamingFacts, policy: Any, at: datetime) -> bool | None:
    """What was entered differs from what stands there; a representative is looked at by staff."""
    if not facts.is_entered:
        return None
    employer = facts.who.employer
    return (
        facts.representative
        or bool(facts.name and facts.name != employer.name)
        or bool(facts.uscc and facts.uscc != employer.uscc)
    )


def _saw_change(facts: EmployerRenamingFacts) -> str:
    if not facts.is_entered:
        return "还没有填写"
    employer = facts.who.employer
    return f"现为 {employer.name}，{employer.uscc}"


_rule = Ruling[EmployerRenamingFacts]("employer_renaming", basis=_CENTER).rule

RULES: tuple[Rule[EmployerRenamingFacts], ...] = (
    _rule(
        "account_closed",
        lambda facts, policy, at: facts.who.state is not AccountState.CLOSED,
        lambda facts: f"单位账户状态：{STATE_WORDS[facts.who.state]}",
        says="单位账户没有销户",
        fails="单位账户已经销户",
        mended_by="已销户的单位不需要变更登记",
        source="单位账户",
    ),
    no_other_case("employer_renaming", "登记变更", basis=_CENTER),
    _rule(
        "nothing_changes",
        something_changes,
        _saw_change,
        says="登记内容有变更",
        fails="填写的内容与现在的登记相同",
        mended_by="只填写要变更的内容",
        source="录入内容",
        basis=_REGULATION,
    ),
    _rule(
        "name_taken",
        lambda facts, policy, at: not facts.name_taken if facts.is_entered else None,
        lambda facts: facts.name or "名称不变",
        says="没有其他单位使用这个名称",
        fails="已有单位正在使用相同的名称",
        mended_by="请核对营业执照；两家单位合并的，请办理职工转移和单位销户",
        source="单位账户",
    ),
    _rule(
        "uscc_taken",
        lambda facts, policy, at: not facts.uscc_taken if facts.is_entered else None,
        lambda facts: facts.uscc or "代码不变",
        says="没有其他单位登记这个统一社会信用代码",
        fails="这个统一社会信用代码已由其他单位登记",
        mended_by="请对照营业执照核对代码",
        source="单位登记",
    ),
)
