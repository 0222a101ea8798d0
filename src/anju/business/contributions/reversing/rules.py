"""When a booked list may be taken back: pure claims, each with its basis and its words."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from anju.business.contributions.reversing.facts import ReversingFacts
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import month_words
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心冲正规定"
_REGULATION = "《住房公积金管理条例》第三条：个人账户内的住房公积金属于职工个人所有"
_LISTS, _ACCOUNTS = "汇缴清册", "个人账户"
_NAMED = 3


def people_allowed(on: date, policy: Any) -> int:
    """How many people a list may have that is taken back as a whole."""
    most: int = policy.params.reversal_people_max.on(on).value
    return most


def is_ours(facts: ReversingFacts, policy: Any, at: datetime) -> bool | None:
    """The number is that of a list of this employer's."""
    return facts.listed is not None if facts.number else None


def is_booked(facts: ReversingFacts, policy: Any, at: datetime) -> bool | None:
    """The list was given out, and not taken back before."""
    return None if facts.listed is None else facts.listed.state == "done"


def is_last(facts: ReversingFacts, policy: Any, at: datetime) -> bool | None:
    """No list was booked after it: months go back in the order in which they came."""
    return None if facts.listed is None else facts.listed.number == facts.last


def is_small_enough(facts: ReversingFacts, policy: Any, at: datetime) -> bool | None:
    """Not more people than are taken back at once."""
    if facts.listed is None:
        return None
    return facts.listed.headcount <= people_allowed(at.astimezone(SHANGHAI).date(), policy)


def _of_list(
    holds: Callable[[ReversingFacts], bool],
) -> Callable[[ReversingFacts, Any, datetime], bool | None]:
    return lambda facts, policy, at: None if facts.listed is None else holds(facts)


def _saw_list(facts: ReversingFacts) -> str:
    made = facts.listed
    if made is not None:
        return f"{made.number} {made.title}，{made.state_text}"
    return f"编号 {facts.number}" if facts.number else "还没有填写"


def _saw_short(facts: ReversingFacts) -> str:
    if not facts.short:
        return "每名职工的可用余额都足够"
    named = "、".join(facts.short[:_NAMED])
    more = "等" if len(facts.short) > _NAMED else ""
    return f"{len(facts.short)} 名职工可用余额不足：个人账号 {named}{more}"


_rule = Ruling[ReversingFacts]("reversing", basis=_CENTER, source=_LISTS).rule

RULES: tuple[Rule[ReversingFacts], ...] = (
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.another_case is None,
        lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的冲正",
        says="没有其他在办的冲正",
        fails="这个单位有一笔冲正正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    _rule(
        "list_unknown",
        is_ours,
        _saw_list,
        says="是本单位的清册",
        fails="本单位没有这个编号的清册",
        mended_by="请核对清册编号，编号印在缴存业务回单和汇缴通知上",
    ),
    _rule(
        "list_not_booked",
        is_booked,
        _saw_list,
        says="清册已入账",
        fails="清册没有入账，或者已经冲正",
        mended_by="还没有入账的清册由单位经办人作废",
    ),
    _rule(
        "list_not_last",
        is_last,
        lambda facts: f"最近入账的清册：{facts.last}" if facts.last else "没有已入账的清册",
        says="是最近入账的清册",
        fails="只能冲正最近入账的清册",
        mended_by="请先冲正之后入账的清册；只错个别职工的，办理错缴更正",
    ),
    _rule(
        "list_unpaid",
        lambda facts, policy, at: not facts.live,
        lambda facts: f"清册 {facts.live}" if facts.live else "没有未缴款的清册",
        says="没有未缴款的清册",
        fails="单位有一份已确认、还没有缴款的清册",
        mended_by="请先请单位经办人作废那份清册，冲正之后年月会变动",
    ),
    _rule(
        "deferred_since",
        _of_list(
            lambda facts: (
                facts.listed is None
                or facts.deferred_through is None
                or facts.deferred_through < facts.listed.month
            )
        ),
        lambda facts: (
            f"缓缴至 {month_words(facts.deferred_through)}"
            if facts.deferred_through
            else "没有缓缴"
        ),
        says="清册之后没有缓缴",
        fails="这个月之后已批准缓缴，冲正会使缓缴前的月份欠缴",
        mended_by="请先办理恢复缴存，或对有错的职工办理错缴更正",
        source="单位账户",
    ),
    _rule(
        "people_too_many",
        is_small_enough,
        lambda facts: f"{facts.listed.headcount} 人" if facts.listed else "还没有填写",
        says="清册的人数可以一次冲正",
        fails="清册的人数超过一次冲正的上限",
        mended_by="请报中心运行管理人员办理",
    ),
    _rule(
        "corrected_since",
        _of_list(lambda facts: not facts.corrected),
        lambda facts: f"{facts.corrected} 笔错缴更正" if facts.corrected else "没有错缴更正",
        says="清册的月份没有办理过错缴更正",
        fails="清册中有职工已办理错缴更正，再冲正会重复退回",
        mended_by="其余职工请逐人办理错缴更正",
    ),
    _rule(
        "people_moved",
        _of_list(lambda facts: not facts.moved),
        lambda facts: f"{facts.moved} 名职工已转到其他单位" if facts.moved else "都是本单位职工",
        says="清册中的职工都还是本单位的",
        fails="清册中有职工已转到其他单位",
        mended_by="其余职工请逐人办理错缴更正",
        source="缴存登记",
    ),
    _rule(
        "balance_short",
        _of_list(lambda facts: not facts.short),
        _saw_short,
        says="每名职工的余额都足够冲回",
        fails="有职工的余额不足，或者有预留、冻结、销户",
        mended_by="已提取、冻结的部分不能冲回；请等冻结解除，或对其余职工逐人办理错缴更正",
        source=_ACCOUNTS,
        basis=_REGULATION,
    ),
)
