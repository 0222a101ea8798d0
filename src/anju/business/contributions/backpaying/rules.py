"""What must hold before a back payment is confirmed: pure claims, each with its basis and words."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from anju import policy
from anju.business.contributions.backpaying.reckoning import ARBITRATION, DEFERRED, Reason
from anju.business.contributions.deferrals import Span, are_deferred
from anju.business.contributions.remitting_rules import as_seen
from anju.domain import contribution
from anju.domain.calendar import SHANGHAI, months_of
from anju.domain.contribution import month_span, month_words
from anju.domain.employer_account import REMITS, STATE_WORDS, AccountState
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

MONTHS_MAX: Final = 360
"""A working life; a list beyond it is a slip of the pen."""
_REGULATION = "《住房公积金管理条例》"
_CENTER = "本中心补缴规定"
_BOOKS = "单位账户"
_LIST = "补缴清册"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFacts:
    """A back payment as it is asked for, and what it comes to.

    Attributes:
        first_month, paid_through: of the employer's account.
        deferred: the spans of months that are or were deferred.
        live: the number of a list that is not paid yet, else "".
        wrong: how many people have a problem of their own.
        headcount, total_fen: whom it is for and what it comes to now.
        seen_headcount, seen_total_fen: what the person saw who confirms.
    """

    state: AccountState
    reason: str
    first_month: date
    paid_through: date | None
    from_month: date
    month: date
    member_ratio: Fraction
    employer_ratio: Fraction
    deferred: tuple[Span, ...]
    live: str
    wrong: int
    headcount: int
    total_fen: int
    seen_headcount: int
    seen_total_fen: int


def months_are_known(facts: BackFacts, city: Any, at: datetime) -> bool:
    """Policy has limits for every month."""
    return facts.from_month >= policy.contribution_terms(city).first_month


def ratios_problem(facts: BackFacts, city: Any) -> str:
    """Why a ratio is not lawful in one of the months, "" when all are."""
    if not months_in_order(facts) or facts.from_month < policy.contribution_terms(city).first_month:
        return ""
    terms = policy.contribution_terms(city)
    member, employer = facts.member_ratio, facts.employer_ratio
    for month in months_of(facts.from_month, facts.month):
        problem = contribution.ratios_problem(month, member=member, employer=employer, terms=terms)
        if problem:
            return f"{month_words(month)} {problem}"
    return ""


def months_in_order(facts: BackFacts) -> bool:
    """The first month is not after the last, and there are not too many."""
    return 1 <= len(months_of(facts.from_month, facts.month)) <= MONTHS_MAX


def months_have_passed(facts: BackFacts, city: Any, at: datetime) -> bool:
    """Every month was remitted by the employer: what comes after is remitted in its turn.

    A month that is deferred has no turn; it may be paid once it has come.
    """
    if facts.reason == Reason.DEFERRED:
        return facts.month <= at.astimezone(SHANGHAI).date()
    return facts.paid_through is not None and facts.month <= facts.paid_through


def reason_fits_deferral(facts: BackFacts, city: Any, at: datetime) -> bool:
    """Months are paid as deferred when every one is, and as arrears when none is."""
    if not months_in_order(facts):
        return True
    months = months_of(facts.from_month, facts.month)
    if facts.reason == Reason.DEFERRED:
        return are_deferred(months, facts.deferred)
    if facts.reason == Reason.ARREARS:
        return not any(are_deferred([month], facts.deferred) for month in months)
    return True


def months_are_the_employers(facts: BackFacts, city: Any, at: datetime) -> bool:
    """No month is before the employer's first; a court may say otherwise."""
    return facts.reason == Reason.ARBITRATION or facts.from_month >= facts.first_month


_rule = Ruling[BackFacts]("back_payment", basis=_CENTER, source=_LIST).rule


def _span(facts: BackFacts) -> str:
    return month_span(facts.from_month, facts.month)


MONTH_RULES: tuple[Rule[BackFacts], ...] = (
    _rule(
        "months_in_order",
        lambda facts, city, at: months_in_order(facts),
        says="补缴月份起止正确",
        fails="补缴月份的起止不正确",
        saw=_span,
        mended_by=f"起始年月不晚于截止年月，一次最多 {MONTHS_MAX} 个月",
    ),
    _rule(
        "months_unknown",
        months_are_known,
        says="补缴月份都有政策规定的上下限",
        fails="补缴月份早于政策规定的最早月份",
        saw=_span,
        mended_by="请从有规定的月份开始，更早的月份请到柜台核实",
        source="政策参数",
    ),
    _rule(
        "months_not_remitted",
        months_have_passed,
        says="补缴的月份都已汇缴过",
        fails="还没有汇缴到的月份不能补缴",
        saw=lambda facts: (
            "缴至年月：" + (month_words(facts.paid_through) if facts.paid_through else "尚未汇缴")
        ),
        mended_by="请先按月汇缴，补缴截止年月不晚于单位缴至年月",
        source=_BOOKS,
    ),
    _rule(
        "months_deferred",
        reason_fits_deferral,
        says="补缴原因与缓缴的月份相符",
        fails="补缴原因与缓缴的月份不符",
        saw=lambda facts: (
            f"缓缴月份：{'、'.join(each.text for each in facts.deferred)}"
            if facts.deferred
            else "没有缓缴过"
        ),
        mended_by=f"缓缴的月份请单独补缴，原因选“{DEFERRED}”；其他月份选其他原因",
        source=_BOOKS,
        basis=f"{_REGULATION}第二十条",
    ),
    _rule(
        "months_before_employer",
        months_are_the_employers,
        says="补缴月份不早于单位首次汇缴年月",
        fails="补缴月份早于单位首次汇缴年月",
        saw=lambda facts: f"首次汇缴年月：{month_words(facts.first_month)}",
        mended_by=f"请改起始年月；有仲裁、判决文书的请选“{ARBITRATION}”",
        source=_BOOKS,
    ),
    _rule(
        "ratio_unlawful",
        lambda facts, city, at: not ratios_problem(facts, city),
        says="缴存比例在各月规定的范围内",
        fails="缴存比例不在每个月规定的范围内",
        saw=lambda facts: ratios_problem(facts, policy.current()) or "在范围内",
        mended_by="请改缴存比例，或者按比例分次补缴",
        basis=f"{_REGULATION}第十八条",
    ),
)
"""What is looked at before anything is reckoned."""

RULES: tuple[Rule[BackFacts], ...] = (
    _rule(
        "account_does_not_remit",
        lambda facts, city, at: facts.state in REMITS,
        says="单位账户可以补缴",
        fails="单位账户已封存或销户，不能补缴",
        saw=lambda facts: f"单位账户状态：{STATE_WORDS[facts.state]}",
        mended_by="请先办理单位启封",
        source=_BOOKS,
    ),
    *MONTH_RULES,
    _rule(
        "list_unpaid",
        lambda facts, city, at: not facts.live,
        says="没有未缴款的清册",
        fails="上一份清册还没有缴款入账",
        saw=lambda facts: facts.live or "没有未缴款的清册",
        mended_by="请先缴款，或者作废那份清册",
    ),
    _rule(
        "people_wrong",
        lambda facts, city, at: not facts.wrong,
        says="所选职工都可以补缴",
        fails="有的职工不能这样补缴",
        saw=lambda facts: f"{facts.wrong} 人有问题" if facts.wrong else "没有问题",
        mended_by="请按表中说明修改，或者去掉这些职工",
    ),
    _rule(
        "nothing_to_pay",
        lambda facts, city, at: facts.headcount > 0,
        says="有可以补缴的职工和月份",
        fails="没有可以补缴的职工和月份",
        saw=lambda facts: f"{facts.headcount} 人，{yuan(facts.total_fen)} 元",
        mended_by="请选择职工和月份",
        basis=f"{_REGULATION}第二十条",
    ),
    as_seen("back_payment"),
)
