"""Every guard of closing an employer's account, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.deferrals import Span
from anju.business.contributions.employer_closing.facts import EmployerClosingFacts
from anju.business.contributions.employer_closing.rules import RULES
from anju.business.contributions.tests.units import AT, stands
from anju.domain.employer_account import AccountState
from anju.domain.rules import evaluate

BY_CODE = {rule.code: rule for rule in RULES}
WHO = ("state", "deferral", "list_unpaid", "adjusting", "another_case")
SPAN = Span("HH1", date(2026, 12, 1), date(2027, 1, 1), is_over=False)


def facts(**other):
    """An employer that is settled to the last fen."""
    about = {name: other.pop(name) for name in WHO if name in other}
    return replace(EmployerClosingFacts(stands(**about), 0, 0, 0, ""), **other)


CASES = [
    ("employer_closing.account_does_not_close", facts(), True, "正常"),
    ("employer_closing.account_does_not_close", facts(state=AccountState.OPENED), True, "开户"),
    ("employer_closing.account_does_not_close", facts(state=AccountState.SEALED), True, "封存"),
    ("employer_closing.account_does_not_close", facts(state=AccountState.DEFERRED), False, "缓缴"),
    ("employer_closing.account_does_not_close", facts(state=AccountState.CLOSED), False, "销户"),
    ("employer_closing.deferral_approved", facts(), True, "没有缓缴"),
    ("employer_closing.deferral_approved", facts(deferral=SPAN), False, "2026年12月至2027年01月"),
    ("employer_closing.another_case_live", facts(), True, "没有在办"),
    ("employer_closing.another_case_live", facts(another_case="XH2"), False, "业务 XH2"),
    ("employer_closing.other_cases_live", facts(), True, "没有在办的业务"),
    ("employer_closing.other_cases_live", facts(other_case="TJ1"), False, "业务 TJ1"),
    ("employer_closing.list_unpaid", facts(), True, "没有未缴款"),
    ("employer_closing.list_unpaid", facts(list_unpaid="HJ1"), False, "清册 HJ1"),
    ("employer_closing.base_adjustment_open", facts(), True, "没有正在填写"),
    ("employer_closing.base_adjustment_open", facts(adjusting="JS1"), False, "JS1"),
    ("employer_closing.people_left", facts(), True, "0 名"),
    ("employer_closing.people_left", facts(people_left=1), False, "1 名"),
    ("employer_closing.balance_left", facts(), True, "0.00"),
    ("employer_closing.balance_left", facts(balance_fen=1), False, "0.01"),
    ("employer_closing.unallocated_left", facts(), True, "0.00"),
    ("employer_closing.unallocated_left", facts(unallocated_fen=1), False, "0.01"),
]


@pytest.mark.parametrize(("code", "given", "met", "saw"), CASES)
def test_every_guard(code, given, met, saw):
    (found,) = evaluate([BY_CODE[code]], given, None, AT)
    assert (found.met, saw in found.saw) == (met, True), found
    assert found.met or found.mended_by


def test_every_guard_is_met_and_unmet_above():
    seen = {(code, met) for code, _given, met, _saw in CASES}
    assert seen == {(code, met) for code in BY_CODE for met in (True, False)}
