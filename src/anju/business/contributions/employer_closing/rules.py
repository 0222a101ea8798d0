"""When an employer's account may be closed: pure claims, each with its basis and its words."""

from anju.business.contributions.employer_closing.facts import EmployerClosingFacts
from anju.business.contributions.standing import (
    no_open_adjustment,
    no_other_case,
    no_unpaid_list,
)
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_REGULATION = (
    "《住房公积金管理条例》第十四条：单位合并、分立、撤销、解散或者破产的，办理变更或者注销登记"
)
_PEOPLE = "《住房公积金管理条例》第十五条：单位与职工终止劳动关系的，办理账户转移或者封存"
_CENTER = "本中心单位销户规定"
_BOOKS = "单位账户"
_CLOSES = (AccountState.OPENED, AccountState.NORMAL, AccountState.SEALED)


_rule = Ruling[EmployerClosingFacts]("employer_closing", basis=_CENTER, source=_BOOKS).rule

RULES: tuple[Rule[EmployerClosingFacts], ...] = (
    _rule(
        "account_does_not_close",
        lambda facts, policy, at: facts.who.state in _CLOSES,
        lambda facts: f"单位账户状态：{STATE_WORDS[facts.who.state]}",
        says="单位账户可以销户",
        fails="单位账户正在缓缴或者已经销户",
        mended_by="正在缓缴的请先办理恢复缴存；已销户的不需要再办理",
        basis=_REGULATION,
    ),
    _rule(
        "deferral_approved",
        lambda facts, policy, at: facts.who.deferral is None,
        lambda facts: f"缓缴 {facts.who.deferral.text}" if facts.who.deferral else "没有缓缴",
        says="没有已批准的缓缴",
        fails="单位有已批准的缓缴",
        mended_by="请先办理恢复缴存，并补缴缓缴的月份",
    ),
    no_other_case("employer_closing", "单位销户", basis=_CENTER),
    _rule(
        "other_cases_live",
        lambda facts, policy, at: not facts.other_case,
        lambda facts: f"业务 {facts.other_case}" if facts.other_case else "没有在办的业务",
        says="没有其他在办的业务",
        fails="本单位还有业务正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    no_unpaid_list("employer_closing", basis=_CENTER),
    no_open_adjustment("employer_closing", basis=_CENTER),
    _rule(
        "people_left",
        lambda facts, policy, at: facts.people_left == 0,
        lambda facts: f"还有 {facts.people_left} 名职工的账户",
        says="没有职工的账户留在本单位",
        fails="还有职工的账户没有转出或销户",
        mended_by="请为职工办理封存和转移，符合条件的由职工办理提取销户",
        source="缴存登记",
        basis=_PEOPLE,
    ),
    _rule(
        "balance_left",
        lambda facts, policy, at: facts.balance_fen == 0,
        lambda facts: f"余额合计 {yuan(facts.balance_fen)} 元",
        says="职工账户没有余额",
        fails="职工账户还有余额",
        mended_by="请先为职工办理转移或提取",
        source="个人账户",
        basis=_PEOPLE,
    ),
    _rule(
        "unallocated_left",
        lambda facts, policy, at: facts.unallocated_fen == 0,
        lambda facts: f"未分摊 {yuan(facts.unallocated_fen)} 元",
        says="没有未分摊的资金",
        fails="该单位还有未分摊的资金",
        mended_by="请先用于汇缴、补缴，或请管理部退回付款账户",
    ),
)
