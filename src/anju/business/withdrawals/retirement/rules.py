"""Who may draw the fund on retirement: pure claims, each with its basis and its words."""

from datetime import datetime, timedelta
from typing import Any

from anju.business.withdrawals.retirement.facts import RetirementFacts
from anju.domain.calendar import SHANGHAI
from anju.domain.money import yuan
from anju.domain.rules import Rule

_REGULATION = "《住房公积金管理条例》第二十四条第一款第（二）项"
_CENTER = "本中心提取业务规定"
_ENDING = {"closing": "账户正在办理销户", "closed": "账户已销户"}


def has_retirement_mark(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """The stop of contributions was declared for retirement and the branch approved it."""
    enrolment = facts.enrolment
    return (
        enrolment is not None
        and enrolment.seal_reason == "retired"
        and enrolment.stop_approved_on is not None
    )


def account_is_sealed(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """The account is sealed, for whatever reason."""
    return facts.account is not None and facts.account.state == "sealed"


def account_is_not_frozen(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """No authority has frozen any part of the account."""
    account = facts.account
    return account is not None and not account.frozen_whole and account.frozen == 0


def owes_no_fund_loan(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """No principal of a fund loan is outstanding."""
    return facts.loan is None


def has_same_name_card(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """A receiving card is bound, and its holder is the member."""
    return facts.card is not None and facts.card.same_name


def has_receiving_card(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """A receiving card is on record."""
    return facts.card is not None


def is_within_service_hours(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """The centre takes applications at this hour."""
    return bool(policy.hours.is_open(at, policy.calendar))


def _next_opening(facts: RetirementFacts, policy: Any, at: datetime) -> datetime | None:
    opening: datetime = policy.hours.next_opening(at, policy.calendar)
    return opening


def has_no_other_case(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """No other withdrawal of this account is under way."""
    return facts.another_case is None


def card_is_old_enough(facts: RetirementFacts, policy: Any, at: datetime) -> bool:
    """The card was bound long enough ago that a stolen phone could not have bound it today."""
    return facts.card is not None and at >= _card_is_old_at(facts, policy, at)


def _card_is_old_at(facts: RetirementFacts, policy: Any, at: datetime) -> datetime:
    assert facts.card is not None
    hours = policy.params.card_age_hours_min.on(at.date()).value
    return facts.card.bound_at + timedelta(hours=hours)


def _card_passes_at(facts: RetirementFacts, policy: Any, at: datetime) -> datetime | None:
    return _card_is_old_at(facts, policy, at) if facts.card is not None else None


def _saw_mark(facts: RetirementFacts) -> str:
    enrolment = facts.enrolment
    if enrolment is None:
        return "没有个人账户"
    if enrolment.seal_reason != "retired":
        return "单位尚未为您申报退休停缴"
    if enrolment.stop_approved_on is None:
        return "单位已申报退休停缴，管理部尚未审批"
    return f"{enrolment.stop_approved_on:%Y年%m月%d日} 经{enrolment.stop_approved_by}审批"


def _saw_seal(facts: RetirementFacts) -> str:
    if facts.account is None or facts.enrolment is None:
        return "没有个人账户"
    # The enrolment keeps why it was sealed; whether it still is, the account knows.
    if facts.account.state in _ENDING:
        return _ENDING[facts.account.state]
    if facts.enrolment.sealed_on is None:
        return "账户正在正常缴存"
    why = {"retired": "退休", "left": "离职", "unpaid_leave": "停薪留职"}
    reason = why[facts.enrolment.seal_reason]
    return f"{facts.enrolment.sealed_on:%Y年%m月%d日} 因{reason}封存"


def _saw_freeze(facts: RetirementFacts) -> str:
    if facts.account is None:
        return "没有个人账户"
    if not facts.account.frozen_whole and facts.account.frozen == 0:
        return "没有冻结"
    return "账户有司法或监管冻结"


def _saw_loan(facts: RetirementFacts) -> str:
    if facts.loan is None:
        return "没有未结清的公积金贷款"
    return f"公积金贷款尚欠本金 {yuan(facts.loan.principal_fen)} 元"


def _saw_card(facts: RetirementFacts) -> str:
    if facts.card is None:
        return "没有登记收款银行卡"
    same = "户名与本人一致" if facts.card.same_name else "户名与本人不一致"
    return f"{facts.card.number}，{same}"


def _saw_card_age(facts: RetirementFacts) -> str:
    if facts.card is None:
        return "没有登记收款银行卡"
    return f"{facts.card.bound_at.astimezone(SHANGHAI):%Y年%m月%d日 %H:%M} 绑定"


def _saw_case(facts: RetirementFacts) -> str:
    if facts.another_case is None:
        return "没有在办的提取业务"
    return f"业务 {facts.another_case} 正在办理"


RULES: tuple[Rule[RetirementFacts], ...] = (
    Rule(
        code="retirement.no_retirement_mark",
        holds=has_retirement_mark,
        says="单位已申报退休停缴并经管理部审批",
        fails="还没有经审批的退休停缴",
        basis=_REGULATION,
        saw=_saw_mark,
        source="缴存登记",
        mended_by="请您的单位经办人申报退休停缴，或携退休证明到管理部办理",
    ),
    Rule(
        code="retirement.account_not_sealed",
        holds=account_is_sealed,
        says="个人账户已封存",
        fails="个人账户还没有封存",
        basis=_REGULATION,
        saw=_saw_seal,
        source="个人账户",
        mended_by="请您的单位经办人办理停缴封存",
    ),
    Rule(
        code="retirement.account_frozen",
        holds=account_is_not_frozen,
        says="账户没有冻结",
        fails="账户有冻结",
        basis=_CENTER,
        saw=_saw_freeze,
        source="个人账户",
        mended_by="请与作出冻结的机关联系，解冻后即可办理",
    ),
    Rule(
        code="retirement.fund_loan_outstanding",
        holds=owes_no_fund_loan,
        says="没有未结清的公积金贷款",
        fails="还有未结清的公积金贷款",
        basis=_CENTER,
        saw=_saw_loan,
        source="贷款账户",
        mended_by="请先结清公积金贷款，可用账户余额冲抵，详询管理部",
    ),
    Rule(
        code="retirement.no_bound_card",
        holds=has_same_name_card,
        says="已绑定本人同名银行卡",
        fails="还没有绑定本人同名银行卡",
        basis=_CENTER,
        saw=_saw_card,
        source="收款银行卡",
        mended_by="请携本人身份证和银行卡到管理部登记收款卡",
    ),
    Rule(
        code="retirement.no_receiving_card",
        holds=has_receiving_card,
        says="已登记收款银行卡",
        fails="还没有登记收款银行卡",
        basis=_CENTER,
        saw=_saw_card,
        source="收款银行卡",
        mended_by="请携本人身份证和银行卡到管理部登记收款卡",
    ),
    Rule(
        code="retirement.outside_service_hours",
        holds=is_within_service_hours,
        says="在业务办理时间内",
        fails="现在不是业务办理时间",
        basis=_CENTER,
        saw=lambda facts: "以中心业务办理时间为准",
        source="业务办理时间",
        mended_by="不用办理任何手续，到办理时间自动开放",
        passes_at=_next_opening,
        once=True,
    ),
    Rule(
        code="retirement.another_case_live",
        holds=has_no_other_case,
        says="没有其他在办的提取业务",
        fails="有一笔提取业务正在办理",
        basis=_CENTER,
        saw=_saw_case,
        source="业务进度",
        mended_by="请等这笔业务办结，或在业务进度中撤回",
    ),
    Rule(
        code="retirement.card_too_young",
        holds=card_is_old_enough,
        says="收款卡绑定时间已够长",
        fails="收款卡刚绑定不久，为保护资金安全需人工审核",
        basis=_CENTER,
        saw=_saw_card_age,
        source="收款银行卡",
        mended_by="可直接提交，由工作人员审核",
        passes_at=_card_passes_at,
    ),
)
