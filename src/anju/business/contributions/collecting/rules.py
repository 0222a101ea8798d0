"""When an agreement may be signed or ended, and when a list's money may be fetched: pure claims."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from anju.business.contributions.collecting.facts import END, SIGN, CollectingFacts
from anju.domain.calendar import SHANGHAI
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_CENTER = "委托收款协议"
_AGREEMENTS, _LISTS = "委托收款协议", "汇缴清册"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchingFacts:
    """A list whose money is to be fetched; fen.

    Attributes:
        waits: whether the list is confirmed and not paid.
        agreement: the employer's agreement in words, "" without one; `holds` whether it is valid.
        under_way: whether the bank is at it already.
        tries: how often it was asked for before.
    """

    number: str
    waits: bool
    agreement: str
    holds: bool
    under_way: bool
    tries: int
    total_fen: int
    unallocated_fen: int


def _today(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def tries_allowed(on: date, policy: Any) -> int:
    """How often the bank is asked for one list."""
    most: int = policy.params.collection_tries_max.on(on).value
    return most


def has_one_to_end(facts: CollectingFacts, policy: Any, at: datetime) -> bool | None:
    """What is to end is there."""
    return facts.agreement is not None if facts.deed == END else None if not facts.deed else True


def is_signed(facts: CollectingFacts, policy: Any, at: datetime) -> bool | None:
    """An agreement was signed before it is entered."""
    if facts.deed != SIGN:
        return None if not facts.deed else True
    return facts.signed_on is not None and facts.signed_on <= _today(at)


def is_valid(facts: CollectingFacts, policy: Any, at: datetime) -> bool | None:
    """It has not run out already."""
    if facts.deed != SIGN:
        return None if not facts.deed else True
    return facts.valid_until is None or facts.valid_until >= _today(at)


def _said(day: date | None, otherwise: str) -> str:
    return f"{day:%Y年%m月%d日}" if day is not None else otherwise


_rule = Ruling[CollectingFacts]("collecting", basis=_CENTER, source=_AGREEMENTS).rule
_fetching = Ruling[FetchingFacts]("collecting", basis=_CENTER, source=_AGREEMENTS).rule

RULES: tuple[Rule[CollectingFacts], ...] = (
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.another_case is None,
        lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的申请",
        says="没有其他在办的协议申请",
        fails="单位有一笔委托收款协议申请正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    _rule(
        "nothing_to_end",
        has_one_to_end,
        lambda facts: facts.agreement.text if facts.agreement else "没有委托收款协议",
        says="有可以终止的协议",
        fails="单位没有委托收款协议，不需要终止",
        mended_by="请选择签订协议",
    ),
    _rule(
        "signed_later",
        is_signed,
        lambda facts: f"签订日期 {_said(facts.signed_on, '没有填写')}",
        says="协议已经签订",
        fails="协议的签订日期还没有到",
        mended_by="请填写与银行签订协议的日期",
    ),
    _rule(
        "run_out",
        is_valid,
        lambda facts: f"有效期至 {_said(facts.valid_until, '长期')}",
        says="协议在有效期内",
        fails="协议已经过期",
        mended_by="请与银行重新签订协议",
    ),
    _rule(
        "list_being_fetched",
        lambda facts, policy, at: not facts.under_way,
        lambda facts: f"清册 {facts.under_way}" if facts.under_way else "没有正在收款的清册",
        says="没有正在收款的清册",
        fails="有一份清册正在委托收款",
        mended_by="请等银行答复以后再办理",
        source=_LISTS,
    ),
)

FETCHING: tuple[Rule[FetchingFacts], ...] = (
    _fetching(
        "list_not_waiting",
        lambda facts, policy, at: facts.waits,
        lambda facts: facts.number,
        says="清册等待缴款",
        fails="清册不在等待缴款",
        mended_by="已入账的不需要再缴；已作废的请重新确认",
        source=_LISTS,
    ),
    _fetching(
        "no_agreement",
        lambda facts, policy, at: facts.holds,
        lambda facts: facts.agreement or "没有委托收款协议",
        says="有有效的委托收款协议",
        fails="没有委托收款协议，或者协议已经过期",
        mended_by="请先办理委托收款协议，或者转账缴款",
    ),
    _fetching(
        "under_way",
        lambda facts, policy, at: not facts.under_way,
        lambda facts: "银行正在收款" if facts.under_way else "没有正在办理的收款",
        says="没有正在办理的收款",
        fails="这份清册正在委托收款",
        mended_by="请等银行答复，款项到账后自动入账",
        source=_LISTS,
    ),
    _fetching(
        "tries_used",
        lambda facts, policy, at: facts.tries < tries_allowed(_today(at), policy),
        lambda facts: f"已经收款 {facts.tries} 次",
        says="可以再次收款",
        fails="这份清册委托收款的次数已经用完",
        mended_by="请转账缴款，附言写清册编号",
        source=_LISTS,
    ),
    _fetching(
        "paid_already",
        lambda facts, policy, at: facts.unallocated_fen < facts.total_fen,
        lambda facts: f"未分摊资金 {yuan(facts.unallocated_fen)} 元",
        says="需要收款",
        fails="单位的未分摊资金已经足够缴这份清册",
        mended_by="请用未分摊资金缴款",
        source="单位账户",
    ),
)
"""What must hold before the bank is asked for a list."""
