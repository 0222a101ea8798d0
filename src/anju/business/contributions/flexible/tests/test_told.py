"""How an agreement is told: when money is fetched next, and what the member reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.flexible_changing.tests.test_rules import AGREEMENT
from anju.domain.flexible import Payments, Plan

NOVEMBER = date(2026, 11, 1)
PAID = replace(AGREEMENT, payments=Payments(Plan.ONCE, NOVEMBER, 20, 1))


@pytest.mark.parametrize(
    ("agreement", "says"),
    [
        (replace(AGREEMENT, next_on=None), "—"),
        (replace(AGREEMENT, unpaid="HJ1"), "HJ1"),
        (AGREEMENT, "2026年12月20日"),
        (replace(AGREEMENT, next_on=date(2026, 11, 20)), "2026年12月20日"),
        (PAID, "—"),
    ],
)
def test_the_next_debit_is_told(agreement, says):
    assert says in agreement.next_debit


@pytest.mark.parametrize(
    ("agreement", "says"),
    [
        (AGREEMENT, "已缴至2026年11月。下次扣款：2026年12月20日。"),
        (replace(AGREEMENT, paid_through=None, unpaid="HJ1"), "还没有扣款。下次扣款：清册 HJ1"),
        (PAID, "已缴至2026年11月。"),
        (replace(AGREEMENT, state="halted", next_on=None), "更换扣款银行卡"),
    ],
)
def test_what_the_member_reads(agreement, says):
    terms, stands = agreement.lines
    assert terms.startswith("按月缴存，基数 5,000.00 元，比例 20%")
    assert says in stands
