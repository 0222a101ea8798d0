"""When an employer may pay by lower ratios: pure claims, each with its basis and its words.

An employer chooses its ratios within the lawful interval by itself once a year (比例调整). This is
the way for one in hardship: with papers and a review, for some months, outside that count.
"""

from datetime import date, datetime
from typing import Any

from anju import policy as policies
from anju.business.contributions.asked_months import (
    is_in_order,
    is_its_turn,
    is_not_over,
    saw_months,
    saw_turn,
)
from anju.business.contributions.lowering.facts import LoweringFacts
from anju.business.contributions.standing import (
    no_open_adjustment,
    no_other_case,
    no_unpaid_list,
)
from anju.domain import contribution
from anju.domain.calendar import add_months
from anju.domain.contribution import ratio_words
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.domain.rules import Rule, Ruling

_REGULATION = "《住房公积金管理条例》第二十条：缴存确有困难的单位，可以降低缴存比例或者缓缴"
_RATIOS = "《住房公积金管理条例》第十八条；建金〔2018〕45号"
_CENTER = "本中心降低缴存比例规定"
_ENTERED = "录入内容"
_PAYS = (AccountState.OPENED, AccountState.NORMAL)


def longest(first: date, policy: Any) -> date:
    """The last month for which one approval may lower ratios from a month on."""
    months: int = policy.params.lowering_months_max.on(first).value
    return add_months(first, months - 1)


def is_short_enough(facts: LoweringFacts, policy: Any, at: datetime) -> bool | None:
    """It is no longer than one approval may be."""
    if facts.from_month is None or facts.to_month is None:
        return None
    return facts.to_month <= longest(facts.from_month, policy)


def is_lower(facts: LoweringFacts, policy: Any, at: datetime) -> bool | None:
    """Neither ratio rises and one of them falls."""
    member, employer = facts.member_ratio, facts.employer_ratio
    if member is None or employer is None:
        return None
    old = facts.who.member_ratio, facts.who.employer_ratio
    return member <= old[0] and employer <= old[1] and (member, employer) != old


def ratios_problem(facts: LoweringFacts, city: Any) -> str:
    """Why a ratio is not lawful in the first month, "" when both are or nothing is entered."""
    if facts.from_month is None or facts.member_ratio is None or facts.employer_ratio is None:
        return ""
    return contribution.ratios_problem(
        facts.from_month,
        member=facts.member_ratio,
        employer=facts.employer_ratio,
        terms=policies.contribution_terms(city),
    )


def is_lawful(facts: LoweringFacts, policy: Any, at: datetime) -> bool | None:
    """Both ratios lie in the interval of the city."""
    if facts.member_ratio is None or facts.employer_ratio is None:
        return None
    return not ratios_problem(facts, policy)


def _saw_ratios(facts: LoweringFacts) -> str:
    who = facts.who
    now = f"现为单位 {ratio_words(who.employer_ratio)}、个人 {ratio_words(who.member_ratio)}"
    if facts.member_ratio is None or facts.employer_ratio is None:
        return now
    asked = f"申请单位 {ratio_words(facts.employer_ratio)}、个人 {ratio_words(facts.member_ratio)}"
    return f"{now}，{asked}"


_rule = Ruling[LoweringFacts]("lowering", basis=_CENTER, source=_ENTERED).rule

RULES: tuple[Rule[LoweringFacts], ...] = (
    _rule(
        "already_lowered",
        lambda facts, policy, at: not facts.who.lowering,
        lambda facts: facts.who.lowering or "没有降低",
        says="没有正在执行的降低比例",
        fails="单位正在执行降低的缴存比例，不能再次降低",
        mended_by="请在执行期满以后再申请",
        source="单位账户",
    ),
    _rule(
        "account_does_not_pay",
        lambda facts, policy, at: facts.who.state in _PAYS,
        lambda facts: f"单位账户状态：{STATE_WORDS[facts.who.state]}",
        says="单位账户正常缴存",
        fails="单位账户没有在缴存，不能降低比例",
        mended_by="缓缴的请先恢复缴存；封存的请先办理单位启封",
        source="单位账户",
    ),
    no_other_case("lowering", "降低比例申请", basis=_CENTER),
    no_unpaid_list("lowering", basis=_CENTER),
    no_open_adjustment("lowering", basis=_CENTER),
    _rule(
        "not_the_due_month",
        is_its_turn,
        saw_turn,
        says="从应汇缴年月开始执行",
        fails="降低比例应从应汇缴年月开始",
        mended_by="请把执行起始年月填写为应汇缴年月",
        basis=_REGULATION,
    ),
    _rule(
        "months_not_in_order",
        is_in_order,
        saw_months,
        says="执行截止年月不早于起始年月",
        fails="执行截止年月早于起始年月",
        mended_by="请更正执行截止年月",
    ),
    _rule(
        "too_long",
        is_short_enough,
        saw_months,
        says="执行期限没有超过规定的月数",
        fails="执行期限超过一次批准的最长月数",
        mended_by="请缩短执行期限；期满仍有困难的，可以再次申请",
    ),
    _rule(
        "already_over",
        is_not_over,
        saw_months,
        says="执行期限还没有过去",
        fails="申请降低比例的月份都已过去",
        mended_by="请申请到本月或以后；已过去的月份请按原比例汇缴",
    ),
    _rule(
        "not_lower",
        is_lower,
        _saw_ratios,
        says="比现在的缴存比例低",
        fails="不比现在的缴存比例低",
        mended_by="至少一项低于现在的比例，另一项不提高；提高比例请办理缴存比例调整",
    ),
    _rule(
        "ratio_unlawful",
        is_lawful,
        lambda facts: ratios_problem(facts, policies.current()) or "在范围内",
        says="缴存比例不低于规定的下限",
        fails="缴存比例不在规定的范围内",
        mended_by="请填写范围内的比例；仍不能负担的，可以申请缓缴",
        basis=_RATIOS,
    ),
)
