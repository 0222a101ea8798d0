"""When contributions may stop for a member: pure claims, each with its basis and its words."""

from datetime import date, datetime
from typing import Any

from anju.business.contributions.stopping.facts import REASONS, StoppingFacts, stop_mark
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import month_words
from anju.domain.rules import Rule, Ruling
from anju.ledger import AccountRow

_REGULATION = "《住房公积金管理条例》第十五条"
_CENTER = "本中心停缴业务规定"
_ENROLMENT, _ACCOUNT = "缴存登记", "个人账户"


def account_lives(facts: StoppingFacts, policy: Any, at: datetime) -> bool:
    """The account is neither closed nor about to be."""
    return facts.account is not None and facts.account.state in ("open", "sealed")


def is_not_stopped(facts: StoppingFacts, policy: Any, at: datetime) -> bool:
    """No stop was approved before; one who left before may retire later."""
    enrolment = facts.enrolment
    if enrolment is None or enrolment.stop_approved_on is None:
        return True
    return enrolment.seal_reason == "left" and facts.reason == "retired"


def account_is_not_frozen(facts: StoppingFacts, policy: Any, at: datetime) -> bool:
    """No authority has frozen any part of the account."""
    account = facts.account
    return account is not None and not account.frozen_whole and account.frozen == 0


def has_no_other_case(facts: StoppingFacts, policy: Any, at: datetime) -> bool:
    """No other stop of this account is under way."""
    return facts.another_case is None


def month_has_come(facts: StoppingFacts, policy: Any, at: datetime) -> bool | None:
    """The last month that is paid for is not ahead."""
    if facts.last_month is None:
        return None
    return facts.last_month <= at.astimezone(SHANGHAI).date().replace(day=1)


def nothing_was_paid_after(facts: StoppingFacts, policy: Any, at: datetime) -> bool | None:
    """No month after the last one was paid: sealing into it would make it a wrong contribution."""
    if facts.last_month is None:
        return None
    paid = _paid_through(facts)
    return paid is None or paid <= facts.last_month


def everything_was_paid(facts: StoppingFacts, policy: Any, at: datetime) -> bool | None:
    """Every month up to the last one is paid: a sealed account is in no list any more.

    Who was taken on from another system and never paid for here has no month to compare with.
    """
    if facts.last_month is None or facts.enrolment is None:
        return None
    paid, first = facts.enrolment.paid_through, facts.enrolment.first_month
    if paid is None:
        return first is None or facts.last_month < first
    return paid >= facts.last_month


def is_in_no_unpaid_list(facts: StoppingFacts, policy: Any, at: datetime) -> bool:
    """No confirmed list that waits for its money has this member in it."""
    return not facts.list_unpaid


def _paid_through(facts: StoppingFacts) -> date | None:
    return facts.enrolment.paid_through if facts.enrolment is not None else None


def _saw_paid(facts: StoppingFacts) -> str:
    paid = _paid_through(facts)
    return f"缴至 {month_words(paid)}" if paid is not None else "还没有汇缴过"


def account_seen(account: AccountRow | None) -> str:
    """How a member's account stands, as a rule saw it."""
    if account is None:
        return "没有个人账户"
    words = {"open": "正常缴存", "sealed": "已封存", "closing": "正在办理销户", "closed": "已销户"}
    return words[account.state]


def _saw_mark(facts: StoppingFacts) -> str:
    mark = stop_mark(facts.enrolment) if facts.enrolment is not None else "—"
    return "没有经审批的停缴" if mark == "—" else f"已停缴：{mark}"


def _saw_freeze(facts: StoppingFacts) -> str:
    if facts.account is None:
        return "没有个人账户"
    frozen = facts.account.frozen_whole or facts.account.frozen
    return "账户有司法或监管冻结" if frozen else "没有冻结"


def _saw_last(facts: StoppingFacts) -> str:
    if facts.last_month is None:
        return "还没有填写"
    return f"最后汇缴年月 {month_words(facts.last_month)}，原因 {REASONS.get(facts.reason, '—')}"


_rule = Ruling[StoppingFacts]("stopping", basis=_CENTER, source=_ENROLMENT).rule

RULES: tuple[Rule[StoppingFacts], ...] = (
    _rule(
        "account_ending",
        account_lives,
        lambda facts: account_seen(facts.account),
        says="个人账户没有销户",
        fails="个人账户已销户或正在办理销户",
        mended_by="不需要再办理停缴",
        source=_ACCOUNT,
    ),
    _rule(
        "already_stopped",
        is_not_stopped,
        _saw_mark,
        says="没有办理过停缴",
        fails="这名职工已经停缴",
        mended_by="不需要重复办理；停缴原因有误的，请到管理部更正",
        basis=_REGULATION,
    ),
    _rule(
        "account_frozen",
        account_is_not_frozen,
        _saw_freeze,
        says="账户没有冻结",
        fails="账户有冻结",
        mended_by="请与作出冻结的机关联系，解冻后即可办理",
        to_others="这名职工的停缴要由管理部办理",
        source=_ACCOUNT,
    ),
    _rule(
        "another_case_live",
        has_no_other_case,
        lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的停缴",
        says="没有其他在办的停缴",
        fails="这名职工有一笔停缴正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    _rule(
        "month_ahead",
        month_has_come,
        _saw_last,
        says="最后汇缴年月已经到来",
        fails="最后汇缴年月还没有到",
        mended_by="请填写本月或以前的月份",
        source="录入内容",
    ),
    _rule(
        "month_already_remitted",
        nothing_was_paid_after,
        _saw_paid,
        says="最后汇缴年月之后没有汇缴",
        fails="最后汇缴年月之后的月份已经汇缴",
        mended_by="请按实际缴至年月填写；多缴的月份先办理错缴更正",
        basis=_REGULATION,
    ),
    _rule(
        "months_unpaid",
        everything_was_paid,
        _saw_paid,
        says="最后汇缴年月及以前的月份都已汇缴",
        fails="最后汇缴年月及以前还有月份没有汇缴",
        mended_by="请先汇缴或补缴到该月，或按实际缴至年月填写",
        basis=_REGULATION,
    ),
    _rule(
        "list_unpaid",
        is_in_no_unpaid_list,
        lambda facts: f"清册 {facts.list_unpaid}" if facts.list_unpaid else "没有未缴款的清册",
        says="没有未缴款的汇缴清册",
        fails="这名职工在一份已确认、还没有缴款的汇缴清册里",
        mended_by="请先缴款入账，或作废那份清册后再办理",
        source="汇缴清册",
    ),
    _rule(
        "pays_for_himself",
        lambda facts, policy, at: not facts.agreement,
        lambda facts: f"协议 {facts.agreement}" if facts.agreement else "没有灵活就业缴存协议",
        says="没有灵活就业缴存协议",
        fails="本人有灵活就业缴存协议，停缴以后仍会扣款",
        mended_by="请先办理灵活就业缴存变更，终止协议，再办理停缴",
        source="灵活就业缴存协议",
    ),
)
