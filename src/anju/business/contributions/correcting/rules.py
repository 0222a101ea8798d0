"""When a wrong contribution may be given back: pure claims, each with its basis and its words."""

from datetime import date, datetime
from typing import Any

from anju.business.contributions.correcting.facts import CorrectingFacts
from anju.business.contributions.stopping.rules import account_seen
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import month_words
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心错缴更正规定"
_REGULATION = "《住房公积金管理条例》第三条：个人账户内的住房公积金属于职工个人所有"
_ENROLMENT, _ACCOUNT, _LISTS = "缴存登记", "个人账户", "汇缴清册"


def is_latest(facts: CorrectingFacts, policy: Any, at: datetime) -> bool | None:
    """The months are the last ones that were paid, every one by this employer's lists here."""
    if facts.from_month is None:
        return None
    return bool(facts.months) and facts.missing is None


def is_recent(facts: CorrectingFacts, policy: Any, at: datetime) -> bool | None:
    """No more months than the city puts right without going back to the books of long ago."""
    if facts.from_month is None:
        return None
    return len(facts.months) <= months_allowed(at.astimezone(SHANGHAI).date(), policy)


def months_allowed(on: date, policy: Any) -> int:
    """How many months one correction may go back."""
    most: int = policy.params.correction_months_max.on(on).value
    return most


def gives_something(facts: CorrectingFacts, policy: Any, at: datetime) -> bool | None:
    """Something was paid too much."""
    return None if facts.from_month is None else facts.fen > 0


def balance_suffices(facts: CorrectingFacts, policy: Any, at: datetime) -> bool | None:
    """So much is still there, neither held nor frozen."""
    return None if facts.from_month is None else facts.free_fen >= facts.fen


def _saw_months(facts: CorrectingFacts) -> str:
    if facts.from_month is None:
        return "还没有填写"
    if not facts.months:
        return f"{month_words(facts.from_month)} 以后没有缴过"
    if facts.missing is not None:
        return f"{month_words(facts.missing)} 不是本单位在本系统汇缴的"
    return f"{month_words(facts.months[0])} 起共 {len(facts.months)} 个月"


_rule = Ruling[CorrectingFacts]("correcting", basis=_CENTER, source=_ENROLMENT).rule

RULES: tuple[Rule[CorrectingFacts], ...] = (
    _rule(
        "account_ending",
        lambda facts, policy, at: (
            facts.who.account is not None and facts.who.account.state in ("open", "sealed")
        ),
        lambda facts: account_seen(facts.who.account),
        says="个人账户没有销户",
        fails="个人账户已销户或正在办理销户",
        mended_by="已提取的款项请单位与职工自行结清",
        source=_ACCOUNT,
    ),
    _rule(
        "no_employer_account",
        lambda facts, policy, at: facts.has_employer_account,
        lambda facts: "有单位账户" if facts.has_employer_account else "没有单位账户",
        says="单位账户可以收回款项",
        fails="单位没有可用的单位账户",
        mended_by="请到管理部办理",
        source="单位账户",
    ),
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.who.another_case is None,
        lambda facts: (
            f"业务 {facts.who.another_case}" if facts.who.another_case else "没有在办的更正"
        ),
        says="没有其他在办的错缴更正",
        fails="这名职工有一笔错缴更正正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    _rule(
        "months_not_latest",
        is_latest,
        _saw_months,
        says="是最近汇缴的月份",
        fails="只能更正最近连续汇缴的月份",
        mended_by="请从错缴的第一个月填写，该月至缴至年月都应是本单位在本系统汇缴的",
        source=_LISTS,
    ),
    _rule(
        "months_too_many",
        is_recent,
        _saw_months,
        says="更正的月份不太久远",
        fails="更正的月份超过规定的个数",
        mended_by="请到管理部核实以后办理",
        source=_LISTS,
    ),
    _rule(
        "nothing_wrong",
        gives_something,
        lambda facts: f"可退 {yuan(facts.fen)} 元",
        says="有多缴的金额",
        fails="按填写的内容没有多缴",
        mended_by="请核对起始年月和应缴基数",
        source=_LISTS,
    ),
    _rule(
        "balance_short",
        balance_suffices,
        lambda facts: f"可用余额 {yuan(facts.free_fen)} 元，需退 {yuan(facts.fen)} 元",
        says="个人账户余额足够退回",
        fails="个人账户余额不足，或者有预留、冻结",
        mended_by="已提取、冻结的部分不能退回；请减少月份，或等冻结解除",
        to_others="这名职工的错缴更正要由管理部办理",
        source=_ACCOUNT,
        basis=_REGULATION,
    ),
    _rule(
        "list_unpaid",
        lambda facts, policy, at: not facts.who.list_unpaid,
        lambda facts: (
            f"清册 {facts.who.list_unpaid}" if facts.who.list_unpaid else "没有未缴款的清册"
        ),
        says="没有未缴款的清册",
        fails="这名职工在一份已确认、还没有缴款的清册里",
        mended_by="请先缴款入账，或作废那份清册后再办理",
        source=_LISTS,
    ),
)
