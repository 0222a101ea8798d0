"""When an employer may pay later: pure claims, each with its basis and its words."""

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
from anju.business.contributions.deferring.facts import DeferringFacts
from anju.business.contributions.standing import (
    no_open_adjustment,
    no_other_case,
    no_unpaid_list,
)
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_REGULATION = "《住房公积金管理条例》第二十条：缴存确有困难的单位，可以降低缴存比例或者缓缴"
_CENTER = "本中心缓缴规定"
_ENTERED = "录入内容"


def longest(facts: DeferringFacts, policy: Any) -> date:
    """The last month that one approval may defer."""
    assert facts.from_month is not None
    return policies.contribution_terms(policy).deferral_end(facts.from_month)


def is_short_enough(facts: DeferringFacts, policy: Any, at: datetime) -> bool | None:
    """It is no longer than one approval may be."""
    if facts.from_month is None or facts.to_month is None:
        return None
    return facts.to_month <= longest(facts, policy)


def loss_is_told(facts: DeferringFacts, policy: Any, at: datetime) -> bool | None:
    """Who applies for his losses says how much was lost last year."""
    return None if not facts.reason else facts.reason != "loss" or facts.loss_fen > 0


_rule = Ruling[DeferringFacts]("deferring", basis=_CENTER, source=_ENTERED).rule

RULES: tuple[Rule[DeferringFacts], ...] = (
    _rule(
        "already_deferred",
        lambda facts, policy, at: facts.who.deferral is None,
        lambda facts: f"已批准 {facts.who.deferral.text}" if facts.who.deferral else "没有缓缴",
        says="没有已批准的缓缴",
        fails="单位已经批准缓缴，不能重叠",
        mended_by="请在缓缴期满或恢复缴存以后再申请",
        source="单位账户",
    ),
    _rule(
        "account_not_normal",
        lambda facts, policy, at: facts.who.state is AccountState.NORMAL,
        lambda facts: f"单位账户状态：{STATE_WORDS[facts.who.state]}",
        says="单位账户正常",
        fails="单位账户不是正常状态，不能申请缓缴",
        mended_by="还没有首次汇缴的，请先汇缴；封存的，请先办理单位启封",
        source="单位账户",
    ),
    no_other_case("deferring", "缓缴申请", basis=_CENTER),
    no_unpaid_list("deferring", basis=_CENTER),
    no_open_adjustment("deferring", basis=_CENTER),
    _rule(
        "not_the_due_month",
        is_its_turn,
        saw_turn,
        says="从应汇缴年月开始缓缴",
        fails="缓缴应从应汇缴年月开始",
        mended_by="请把缓缴起始年月填写为应汇缴年月；更早的月份请先汇缴",
        basis=_REGULATION,
    ),
    _rule(
        "months_not_in_order",
        is_in_order,
        saw_months,
        says="缓缴截止年月不早于起始年月",
        fails="缓缴截止年月早于起始年月",
        mended_by="请更正缓缴截止年月",
    ),
    _rule(
        "too_long",
        is_short_enough,
        saw_months,
        says="缓缴期限没有超过规定的月数",
        fails="缓缴期限超过一次批准的最长月数",
        mended_by="请缩短缓缴期限；期满仍有困难的，可以再次申请",
    ),
    _rule(
        "already_over",
        is_not_over,
        saw_months,
        says="缓缴期限还没有过去",
        fails="申请缓缴的月份都已过去",
        mended_by="已过去的月份请汇缴；仍有困难的，请从应汇缴年月起申请到本月或以后",
    ),
    _rule(
        "loss_not_told",
        loss_is_told,
        lambda facts: f"上年亏损 {yuan(facts.loss_fen)} 元",
        says="经营情况与申请原因相符",
        fails="申请原因为连续亏损，没有填写上年亏损",
        mended_by="请填写上年亏损的金额，或选择其他原因",
        basis=_REGULATION,
    ),
)
