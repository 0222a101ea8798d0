"""What must hold before a month's list is confirmed: pure claims, each with its basis and words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from anju import policy
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import month_words
from anju.domain.employer_account import REMITS, STATE_WORDS, AccountState
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_REGULATION = "《住房公积金管理条例》"
_CENTER = "本中心汇缴规定"
_BOOKS = "单位账户"
_LIST = "汇缴清册"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFacts:
    """An employer that is about to confirm a month.

    Attributes:
        month: the month it confirms; `due_month` is the one whose turn it is.
        live: the number of a list that is not paid yet, else "".
        adjusting: the number of a base adjustment that is being filled in, else "".
        lowering_over: the number of lower ratios whose months are all paid, else "".
        headcount, total_fen: who would be paid for now and what that comes to.
        seen_headcount, seen_total_fen: what the person saw who confirms.
    """

    state: AccountState
    month: date
    due_month: date
    live: str
    adjusting: str
    lowering_over: str
    headcount: int
    total_fen: int
    seen_headcount: int
    seen_total_fen: int


def is_not_ahead(facts: RemittanceFacts, city: Any, at: datetime) -> bool:
    """The month has come, or is as far ahead as the city lets it be."""
    terms = policy.contribution_terms(city)
    return facts.month <= terms.last_payable(at.astimezone(SHANGHAI).date())


_rule = Ruling[RemittanceFacts]("remittance", source=_BOOKS).rule


class Seen(Protocol):
    """A list as it is now, and as the person saw it who confirms."""

    @property
    def headcount(self) -> int: ...
    @property
    def total_fen(self) -> int: ...
    @property
    def seen_headcount(self) -> int: ...
    @property
    def seen_total_fen(self) -> int: ...


def as_seen(matter: str) -> Rule[Any]:
    """Nobody confirms what he has not seen; of any list."""

    def holds(facts: Seen, city: Any, at: datetime) -> bool:
        return (facts.headcount, facts.total_fen) == (facts.seen_headcount, facts.seen_total_fen)

    return Rule(
        code=f"{matter}.list_changed",
        holds=holds,
        says="清册与您看到的一致",
        fails="清册在您查看之后有变动",
        basis=_CENTER,
        saw=lambda facts: f"现为 {facts.headcount} 人，{yuan(facts.total_fen)} 元",
        source=_LIST,
        mended_by="请重新核对后确认",
    )


RULES: tuple[Rule[RemittanceFacts], ...] = (
    _rule(
        "account_does_not_remit",
        lambda facts, city, at: facts.state in REMITS,
        says="单位账户可以汇缴",
        fails="单位账户已封存或销户，不能汇缴",
        basis=_CENTER,
        saw=lambda facts: f"单位账户状态：{STATE_WORDS[facts.state]}",
        mended_by="请先办理单位启封",
    ),
    _rule(
        "not_the_next_month",
        lambda facts, city, at: facts.month == facts.due_month,
        says="按月依次汇缴",
        fails="汇缴须按月依次进行，不能跳月或重复",
        basis=f"{_REGULATION}第二十条",
        saw=lambda facts: f"应汇缴 {month_words(facts.due_month)}",
        mended_by="请从应汇缴年月开始办理；少缴、漏缴的月份办理补缴",
    ),
    _rule(
        "month_ahead",
        is_not_ahead,
        says="汇缴月份已经到来",
        fails="还不能提前核定这个月的清册",
        basis=_CENTER,
        saw=lambda facts: f"汇缴年月 {month_words(facts.month)}",
        mended_by="请到该月再办理",
    ),
    _rule(
        "list_unpaid",
        lambda facts, city, at: not facts.live,
        says="没有未缴款的清册",
        fails="上一份清册还没有缴款入账",
        basis=_CENTER,
        saw=lambda facts: facts.live or "没有未缴款的清册",
        source=_LIST,
        mended_by="请先缴款，或者作废那份清册",
    ),
    _rule(
        "base_adjustment_open",
        lambda facts, city, at: not facts.adjusting,
        says="没有正在填写的基数调整",
        fails="有一份基数调整正在填写",
        basis=_CENTER,
        saw=lambda facts: facts.adjusting or "没有正在填写的基数调整",
        mended_by="请先确认或者放弃那份基数调整",
    ),
    _rule(
        "lowering_over",
        lambda facts, city, at: not facts.lowering_over,
        says="缴存比例是这个月的比例",
        fails="降低缴存比例的期限已到，正在恢复原比例",
        basis=f"{_REGULATION}第二十条",
        saw=lambda facts: facts.lowering_over or "没有到期的降低比例",
        mended_by="请过几分钟再核对、确认",
    ),
    _rule(
        "nobody_to_pay_for",
        lambda facts, city, at: facts.headcount > 0 and facts.total_fen > 0,
        says="有需要汇缴的职工",
        fails="没有需要汇缴的职工",
        basis=f"{_REGULATION}第十五条",
        saw=lambda facts: f"{facts.headcount} 人，{yuan(facts.total_fen)} 元",
        source=_LIST,
        mended_by="请先办理职工开户、启封或转入",
    ),
    as_seen("remittance"),
)
