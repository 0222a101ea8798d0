"""Every guard of a correction, met and unmet, and what is given back; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.correcting.facts import CorrectingFacts
from anju.business.contributions.correcting.reckoning import Back, given_back
from anju.business.contributions.correcting.rules import RULES
from anju.business.contributions.stopping.tests.test_rules import facts as stopped
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.business.withdrawals.retirement.tests.test_rules import account
from anju.domain.calendar import add_months
from anju.domain.rules import Outcome, evaluate

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
WHO = ("enrolment", "account", "list_unpaid", "another_case")
BY_CODE = {rule.code: rule for rule in RULES}


def facts(*, state="open", balance=1_000_000, held=0, frozen=0, whole=False, **other):
    """October was paid for somebody who should not have been in the list."""
    about = {name: other.pop(name) for name in WHO if name in other}
    standing = account(state=state, balance=balance, held=held, frozen=frozen, frozen_whole=whole)
    who = replace(stopped(), **{"account": standing, **about})
    return replace(
        CorrectingFacts(
            who=who,
            has_employer_account=True,
            from_month=OCTOBER,
            months=(OCTOBER,),
            missing=None,
            back=(Back(OCTOBER, 78_000, 78_000),),
            keeps_months=False,
        ),
        **other,
    )


NOBODY = {"enrolment": None, "account": None}
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
MANY = tuple(add_months(OCTOBER, -n) for n in range(12, -1, -1))
CASES = [
    ("correcting.account_ending", facts(), MET),
    ("correcting.account_ending", facts(state="sealed"), MET),
    ("correcting.account_ending", facts(state="closing"), UNMET),
    ("correcting.account_ending", facts(state="closed"), UNMET),
    ("correcting.account_ending", facts(**NOBODY), UNMET),
    ("correcting.no_employer_account", facts(), MET),
    ("correcting.no_employer_account", facts(has_employer_account=False), UNMET),
    ("correcting.another_case_live", facts(), MET),
    ("correcting.another_case_live", facts(another_case="CJ1"), UNMET),
    ("correcting.months_not_latest", facts(), MET),
    ("correcting.months_not_latest", facts(from_month=None), UNKNOWN),
    ("correcting.months_not_latest", facts(months=(), back=()), UNMET),
    ("correcting.months_not_latest", facts(months=(SEPTEMBER, OCTOBER), missing=SEPTEMBER), UNMET),
    ("correcting.months_too_many", facts(months=MANY[1:]), MET),
    ("correcting.months_too_many", facts(months=MANY), UNMET),
    ("correcting.months_too_many", facts(from_month=None), UNKNOWN),
    ("correcting.nothing_wrong", facts(), MET),
    ("correcting.nothing_wrong", facts(back=()), UNMET),
    ("correcting.nothing_wrong", facts(from_month=None, back=()), UNKNOWN),
    ("correcting.balance_short", facts(balance=156_000), MET),
    ("correcting.balance_short", facts(balance=155_999), UNMET),
    ("correcting.balance_short", facts(balance=156_001, held=2), UNMET),
    ("correcting.balance_short", facts(balance=156_001, frozen=1), MET),
    ("correcting.balance_short", facts(whole=True), UNMET),
    ("correcting.balance_short", facts(from_month=None), UNKNOWN),
    ("correcting.list_unpaid", facts(), MET),
    ("correcting.list_unpaid", facts(list_unpaid="HJ1"), UNMET),
]


@pytest.mark.parametrize(("code", "given", "outcome"), CASES)
def test_every_guard(city, code, given, outcome):
    rule = BY_CODE[code]
    (found,) = evaluate([rule], given, city("yuncheng"), AT)
    assert found.outcome is outcome
    assert found.saw
    assert found.basis
    assert found.met or found.mended_by


def test_every_guard_is_met_and_unmet_above():
    seen = {(code, outcome) for code, _given, outcome in CASES}
    for code in BY_CODE:
        assert {(code, MET), (code, UNMET)} <= seen, code


@pytest.mark.parametrize(
    ("paid", "right", "back"),
    [
        ((78_000, 78_000), None, [(78_000, 78_000)]),
        ((78_000, 78_000), (72_000, 60_000), [(6_000, 18_000)]),
        ((78_000, 78_000), (78_000, 90_000), []),
        ((78_000, 78_000), (90_000, 70_000), [(0, 8_000)]),
        ((0, 0), None, []),
    ],
)
def test_what_is_given_back_of_a_month(paid, right, back):
    found = given_back({OCTOBER: paid}, None if right is None else lambda month: right)
    assert [(one.member_fen, one.employer_fen) for one in found] == back
