"""Every guard of the stop, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.stopping.facts import StoppingFacts
from anju.business.contributions.stopping.rules import RULES
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.business.withdrawals.retirement.tests.test_rules import account, enrolment
from anju.business.withdrawals.retirement.tests.test_rules import facts as retired
from anju.domain.rules import Outcome, evaluate

BY_CODE = {rule.code: rule for rule in RULES}
OCTOBER = date(2026, 10, 1)
OPEN = {"sealed_on": None, "seal_reason": "", "stop_approved_on": None, "stop_approved_by": ""}


def facts(*, state="open", frozen=0, frozen_whole=False, enrolled=None, **other):
    """A member who is paid for up to October and retires."""
    return replace(
        StoppingFacts(
            person=retired().person,
            full_name="演示·李华",
            enrolment=enrolment(**{**OPEN, "paid_through": OCTOBER, **(enrolled or {})}),
            account=account(state=state, frozen=frozen, frozen_whole=frozen_whole),
            reason="retired",
            last_month=OCTOBER,
            list_unpaid="",
            another_case=None,
        ),
        **other,
    )


STOPPED = {
    "sealed_on": date(2026, 3, 2),
    "stop_approved_on": date(2026, 3, 2),
    "stop_approved_by": "盐湖管理部",
}
NOBODY = {"enrolment": None, "account": None}
CASES = [
    ("stopping.account_ending", facts(), "没有销户", "正常缴存"),
    ("stopping.account_ending", facts(state="sealed"), "没有销户", "已封存"),
    ("stopping.account_ending", facts(state="closing"), "已销户或正在办理销户", "正在办理销户"),
    ("stopping.account_ending", facts(state="closed"), "已销户或正在办理销户", "已销户"),
    ("stopping.account_ending", facts(**NOBODY), "已销户或正在办理销户", "没有个人账户"),
    ("stopping.already_stopped", facts(), "没有办理过停缴", "没有经审批的停缴"),
    (
        "stopping.already_stopped",
        facts(enrolled={"sealed_on": date(2026, 3, 2), "seal_reason": "unpaid_leave"}),
        "没有办理过停缴",
        "没有经审批的停缴",
    ),
    (
        "stopping.already_stopped",
        facts(enrolled={**STOPPED, "seal_reason": "left"}),
        "没有办理过停缴",
        "已停缴：终止劳动关系，2026年03月02日 经盐湖管理部审批",
    ),
    (
        "stopping.already_stopped",
        facts(enrolled={**STOPPED, "seal_reason": "left"}, reason="left"),
        "这名职工已经停缴",
        "已停缴：终止劳动关系，2026年03月02日 经盐湖管理部审批",
    ),
    (
        "stopping.already_stopped",
        facts(enrolled={**STOPPED, "seal_reason": "retired"}, reason="left"),
        "这名职工已经停缴",
        "已停缴：离退休，2026年03月02日 经盐湖管理部审批",
    ),
    ("stopping.already_stopped", facts(**NOBODY), "没有办理过停缴", "没有经审批的停缴"),
    ("stopping.account_frozen", facts(), "账户没有冻结", "没有冻结"),
    ("stopping.account_frozen", facts(frozen=1), "账户有冻结", "账户有司法或监管冻结"),
    ("stopping.account_frozen", facts(frozen_whole=True), "账户有冻结", "账户有司法或监管冻结"),
    ("stopping.account_frozen", facts(**NOBODY), "账户有冻结", "没有个人账户"),
    ("stopping.another_case_live", facts(), "没有其他在办的停缴", "没有在办的停缴"),
    ("stopping.another_case_live", facts(another_case="TJ1"), "有一笔停缴正在办理", "业务 TJ1"),
    ("stopping.pays_for_himself", facts(), "没有灵活就业缴存协议", "没有灵活就业缴存协议"),
    ("stopping.pays_for_himself", facts(agreement="LH1"), "停缴以后仍会扣款", "协议 LH1"),
    ("stopping.month_ahead", facts(), "已经到来", "最后汇缴年月 2026年10月，原因 离退休"),
    ("stopping.month_ahead", facts(last_month=date(2026, 11, 1)), "已经到来", "2026年11月"),
    ("stopping.month_ahead", facts(last_month=date(2026, 12, 1)), "还没有到", "2026年12月"),
    ("stopping.month_ahead", facts(last_month=None), "暂时无法核实", "还没有填写"),
    ("stopping.month_already_remitted", facts(), "之后没有汇缴", "缴至 2026年10月"),
    (
        "stopping.month_already_remitted",
        facts(last_month=date(2026, 9, 1)),
        "之后的月份已经汇缴",
        "缴至 2026年10月",
    ),
    (
        "stopping.month_already_remitted",
        facts(enrolled={"paid_through": None}),
        "之后没有汇缴",
        "还没有汇缴过",
    ),
    ("stopping.month_already_remitted", facts(last_month=None), "暂时无法核实", "缴至"),
    ("stopping.months_unpaid", facts(), "都已汇缴", "缴至 2026年10月"),
    (
        "stopping.months_unpaid",
        facts(last_month=date(2026, 11, 1)),
        "还有月份没有汇缴",
        "缴至 2026年10月",
    ),
    ("stopping.months_unpaid", facts(enrolled={"paid_through": None}), "都已汇缴", "还没有汇缴过"),
    (
        "stopping.months_unpaid",
        facts(enrolled={"paid_through": None, "first_month": date(2026, 11, 1)}),
        "都已汇缴",
        "还没有汇缴过",
    ),
    (
        "stopping.months_unpaid",
        facts(enrolled={"paid_through": None, "first_month": OCTOBER}),
        "还有月份没有汇缴",
        "还没有汇缴过",
    ),
    ("stopping.months_unpaid", facts(**NOBODY), "暂时无法核实", "还没有汇缴过"),
    ("stopping.list_unpaid", facts(), "没有未缴款的汇缴清册", "没有未缴款的清册"),
    ("stopping.list_unpaid", facts(list_unpaid="HJ1"), "已确认、还没有缴款", "清册 HJ1"),
]


@pytest.mark.parametrize(("code", "given", "says", "saw"), CASES)
def test_a_guard_says_what_it_saw(code, given, says, saw):
    (found,) = evaluate([BY_CODE[code]], given, None, AT)
    assert says in found.says
    assert saw in found.saw
    assert found.met is (BY_CODE[code].says == found.says)
    assert found.met or found.mended_by


def test_every_guard_is_met_and_unmet_above():
    seen = {
        (code, evaluate([BY_CODE[code]], given, None, AT)[0].outcome) for code, given, *_ in CASES
    }
    for code in BY_CODE:
        assert {(code, Outcome.MET), (code, Outcome.UNMET)} <= seen, code
