"""What must hold before bases or ratios are changed: pure claims, each with basis and words."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from anju import policy
from anju.domain import contribution
from anju.domain.calendar import SHANGHAI, add_months
from anju.domain.contribution import month_words, ratio_words
from anju.domain.employer_account import REMITS, STATE_WORDS, AccountState
from anju.domain.rules import Rule, Ruling

_REGULATION = "《住房公积金管理条例》"
_CENTER = "本中心基数、比例调整规定"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """An employer that is about to change something from a month on.

    Attributes:
        live: the number of a list that is not paid yet, else "".
        adjusting: the number of a base adjustment that is being filled in, else "".
        effective_month: from when it shall hold; `due_month` is the next one to be remitted.
    """

    state: AccountState
    live: str
    adjusting: str
    effective_month: date
    due_month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFacts(ChangeFacts):
    """New bases: how many people they are for, how many of them have a problem; `reading` while a
    file of them is being read."""

    people: int
    wrong: int = 0
    good: int = 0
    only_good: bool = False
    is_changed: bool = False
    reading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioFacts(ChangeFacts):
    """New ratios beside the old ones; how often they changed in this contribution year."""

    member_ratio: Fraction
    employer_ratio: Fraction
    old_member_ratio: Fraction
    old_employer_ratio: Fraction
    changed_before: int


def in_window(facts: BaseFacts, city: Any, at: datetime) -> bool:
    """The day lies in the months in which the city takes new bases."""
    first = facts.effective_month
    return first <= at.astimezone(SHANGHAI).date() < window_ends(first, city)


def window_ends(effective_month: date, city: Any) -> date:
    """The first day on which new bases are taken no more."""
    months = city.params.base_adjustment_window_months.on(effective_month).value
    return add_months(effective_month, months)


def ratios_problem(facts: RatioFacts, city: Any) -> str:
    """Why a ratio is not lawful from its month on, "" when both are."""
    return contribution.ratios_problem(
        facts.effective_month,
        member=facts.member_ratio,
        employer=facts.employer_ratio,
        terms=policy.contribution_terms(city),
    )


def changes_left(facts: RatioFacts, city: Any, at: datetime) -> bool:
    """The year's changes are not used up."""
    return facts.changed_before < changes_allowed(facts.effective_month, city)


def changes_allowed(month: date, city: Any) -> int:
    """How many times the city lets ratios change in a contribution year."""
    most: int = city.params.ratio_changes_per_year.on(month).value
    return most


_rule = Ruling[Any]("adjustment", basis=_CENTER, source="单位账户").rule

CHANGE_RULES: tuple[Rule[Any], ...] = (
    _rule(
        "account_does_not_remit",
        lambda facts, city, at: facts.state in REMITS,
        says="单位账户可以调整",
        fails="单位账户已封存或销户，不能调整",
        saw=lambda facts: f"单位账户状态：{STATE_WORDS[facts.state]}",
        mended_by="请先办理单位启封",
    ),
    _rule(
        "list_unpaid",
        lambda facts, city, at: not facts.live,
        says="没有未缴款的清册",
        fails="有一份清册已确认、还没有缴款入账",
        saw=lambda facts: facts.live or "没有未缴款的清册",
        mended_by="请先缴款，或者作废那份清册，再办理调整",
    ),
    _rule(
        "another_lives",
        lambda facts, city, at: not facts.adjusting,
        says="没有正在填写的基数调整",
        fails="有一份基数调整正在填写",
        saw=lambda facts: facts.adjusting or "没有正在填写的调整",
        mended_by="请先确认或者放弃那份调整",
    ),
)
"""What holds for both."""

WINDOW = _rule(
    "window_closed",
    in_window,
    says="在基数调整期内",
    fails="不在基数调整期内",
    basis=f"{_REGULATION}第十六条；{_CENTER}",
    saw=lambda facts: f"自 {month_words(facts.effective_month)} 起调整",
    mended_by="请在调整期内办理；个别职工的基数有误，请到柜台办理",
    source="政策参数",
)
NOBODY = _rule(
    "nobody_to_adjust",
    lambda facts, city, at: facts.people > 0,
    says="有需要调整基数的职工",
    fails="没有需要调整基数的职工",
    saw=lambda facts: f"{facts.people} 人",
    mended_by="本缴存年度已调整过的职工不再调整",
    basis=f"{_REGULATION}第十六条",
)
BEGIN_RULES = (*CHANGE_RULES, WINDOW, NOBODY)
"""What must hold before bases are filled in."""

CONFIRM_RULES = (
    *CHANGE_RULES[:2],
    WINDOW,
    NOBODY,
    _rule(
        "file_being_read",
        lambda facts, city, at: not facts.reading,
        says="没有正在读取的调整表",
        fails="上传的调整表还在读取",
        saw=lambda facts: "正在读取" if facts.reading else "没有正在读取的调整表",
        mended_by="请等读取完成、核对以后再确认",
    ),
    _rule(
        "people_changed",
        lambda facts, city, at: not facts.is_changed,
        says="在缴职工没有变动",
        fails="填写期间在缴职工有变动",
        saw=lambda facts: f"现有 {facts.people} 人",
        mended_by="名单已经更新，请核对以后再确认",
    ),
    _rule(
        "people_wrong",
        lambda facts, city, at: facts.only_good or not facts.wrong,
        says="每位在缴职工都填写无误",
        fails="还有职工没有填写或者填写有误",
        saw=lambda facts: f"{facts.wrong} 人有问题",
        mended_by="请逐行修改，或者选择只调整无误的",
    ),
    _rule(
        "nobody_good",
        lambda facts, city, at: facts.good > 0,
        says="有填写无误的职工",
        fails="没有一位职工填写无误",
        saw=lambda facts: f"{facts.good} 人无误",
        mended_by="请填写新的缴存基数",
    ),
)
"""What must hold before new bases hold."""

RATIO_RULES = (
    *CHANGE_RULES,
    _rule(
        "not_from_now_on",
        lambda facts, city, at: facts.effective_month >= facts.due_month,
        says="自应汇缴年月起调整",
        fails="已经汇缴的月份不能调整比例",
        saw=lambda facts: f"应汇缴 {month_words(facts.due_month)}",
        mended_by="请从应汇缴年月开始调整；以前月份的差额办理补缴",
    ),
    _rule(
        "ratio_unlawful",
        lambda facts, city, at: not ratios_problem(facts, city),
        says="缴存比例在规定的范围内",
        fails="缴存比例不在规定的范围内",
        saw=lambda facts: ratios_problem(facts, policy.current()) or "在范围内",
        mended_by="请改缴存比例；低于下限的申请降低缴存比例",
        basis=f"{_REGULATION}第十八条",
    ),
    _rule(
        "nothing_changes",
        lambda facts, city, at: (
            (facts.member_ratio, facts.employer_ratio)
            != (facts.old_member_ratio, facts.old_employer_ratio)
        ),
        says="比例有变动",
        fails="比例没有变动",
        saw=lambda facts: (
            f"单位 {ratio_words(facts.old_employer_ratio)}，"
            f"个人 {ratio_words(facts.old_member_ratio)}"
        ),
        mended_by="请填写新的缴存比例",
    ),
    _rule(
        "changed_this_year",
        changes_left,
        says="本缴存年度还可以调整比例",
        fails="本缴存年度已经调整过比例",
        saw=lambda facts: f"本年度已调整 {facts.changed_before} 次",
        mended_by="请到下一个缴存年度再调整",
    ),
)
"""What must hold before ratios change."""
