"""When two accounts may become one: pure claims, each with its basis and its words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from anju.business.contributions.merging.facts import MergingFacts, OtherAccount
from anju.business.contributions.stopping.rules import account_seen
from anju.domain.rules import Rule, Ruling

_ONE_ACCOUNT = "《住房公积金管理条例》第十三条：每个职工只能有一个住房公积金账户"
_CENTER = "本中心合并个人账户业务规定"
_OTHER = "另一个账户"


def _of_other(
    holds: Callable[[OtherAccount], bool],
) -> Callable[[MergingFacts, Any, datetime], bool | None]:
    """What is claimed of the other account; of a number that is none, only that is said."""

    def claimed(facts: MergingFacts, policy: Any, at: datetime) -> bool | None:
        if facts.other is None:
            return True if facts.entered else None
        return holds(facts.other)

    return claimed


def _saw(say: Callable[[OtherAccount], str]) -> Callable[[MergingFacts], str]:
    def said(facts: MergingFacts) -> str:
        if not facts.entered:
            return "还没有填写"
        return say(facts.other) if facts.other is not None else f"没有账号 {facts.entered}"

    return said


def other_is_known(facts: MergingFacts, policy: Any, at: datetime) -> bool | None:
    """There is an account of this number."""
    return facts.other is not None if facts.entered else None


def _frozen(other: OtherAccount) -> bool:
    return other.account.frozen_whole or other.account.frozen > 0


_rule = Ruling[MergingFacts]("merging", basis=_CENTER, source=_OTHER).rule

RULES: tuple[Rule[MergingFacts], ...] = (
    _rule(
        "account_ending",
        lambda facts, policy, at: (
            facts.who.account is not None and facts.who.account.state in ("open", "sealed")
        ),
        lambda facts: account_seen(facts.who.account),
        says="保留的账户没有销户",
        fails="保留的账户已销户或正在办理销户",
        mended_by="请改为保留另一个账户",
        source="个人账户",
    ),
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.who.another_case is None,
        lambda facts: (
            f"业务 {facts.who.another_case}" if facts.who.another_case else "没有在办的合并"
        ),
        says="没有其他在办的合并",
        fails="这名职工有一笔账户合并正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    _rule(
        "other_unknown",
        other_is_known,
        _saw(lambda other: f"账号 {other.account_no}"),
        says="填写的是本中心的个人账号",
        fails="没有这个个人账号",
        mended_by="请核对另一个账户的个人账号",
    ),
    _rule(
        "other_is_this",
        _of_other(lambda other: not other.same_person),
        _saw(lambda other: "是保留的账户本身" if other.same_person else "是另一个账户"),
        says="填写的是另一个账户",
        fails="填写的就是保留的账户",
        mended_by="请填写要并入的那个账户的账号",
        basis=_ONE_ACCOUNT,
    ),
    _rule(
        "other_ending",
        _of_other(lambda other: other.account.state in ("open", "sealed")),
        _saw(lambda other: account_seen(other.account)),
        says="另一个账户没有销户",
        fails="另一个账户已销户或正在办理销户",
        mended_by="已经销户的账户不需要合并",
    ),
    _rule(
        "other_name_differs",
        _of_other(lambda other: other.same_name),
        _saw(lambda other: "姓名相同" if other.same_name else "登记为其他姓名"),
        says="两个账户登记的姓名相同",
        fails="两个账户登记的姓名不同",
        mended_by="确属同一人的，请先为登记有误的账户办理个人信息变更",
        source="人员登记",
    ),
    _rule(
        "other_paid_into",
        _of_other(lambda other: other.sealed and other.account.state != "open"),
        _saw(lambda other: "已封存" if other.sealed else "单位仍在为它汇缴"),
        says="另一个账户已封存",
        fails="单位仍在为另一个账户汇缴",
        mended_by="请单位先为另一个账户办理封存，以后为保留的账户汇缴",
    ),
    _rule(
        "other_list_unpaid",
        _of_other(lambda other: not other.list_unpaid),
        _saw(lambda other: f"清册 {other.list_unpaid}" if other.list_unpaid else "没有在途的清册"),
        says="另一个账户没有在途的汇缴",
        fails="有一份已确认的清册里有另一个账户，还没有入账",
        mended_by="请等清册入账，或请单位作废那份清册",
        source="汇缴清册",
    ),
    _rule(
        "other_frozen",
        _of_other(lambda other: not _frozen(other)),
        _saw(lambda other: "账户有司法或监管冻结" if _frozen(other) else "没有冻结"),
        says="另一个账户没有冻结",
        fails="另一个账户有司法或监管冻结",
        mended_by="请先与作出冻结的机关商定：解冻，或者改为冻结保留的账户",
    ),
    _rule(
        "other_case_live",
        _of_other(lambda other: not other.live_case and other.account.held == 0),
        _saw(lambda other: f"业务 {other.live_case}" if other.live_case else "没有在办的业务"),
        says="另一个账户没有在办的业务",
        fails="另一个账户有业务正在办理",
        mended_by="请先办结或者撤回那笔业务",
        source="业务进度",
    ),
    _rule(
        "other_has_loan",
        _of_other(lambda other: not other.has_loan),
        _saw(lambda other: "贷款未结清" if other.has_loan else "没有贷款"),
        says="另一个账户名下没有贷款",
        fails="另一个账户名下有贷款没有还清",
        mended_by="请改为保留那个账户，把这个账户并入它",
        source="贷款账户",
    ),
    _rule(
        "year_unsettled",
        lambda facts, policy, at: not facts.year_unsettled,
        lambda facts: "上一年度的利息还没有入账" if facts.year_unsettled else "年度结息已入账",
        says="上一年度的利息已经结息入账",
        fails="上一年度的利息还没有结息入账",
        mended_by="请等年度结息入账后办理",
        source="个人账户",
    ),
)
