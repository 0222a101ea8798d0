"""Every guard of a reversal, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju.business.contributions.reversing.facts import Listed, ReversingFacts
from anju.business.contributions.reversing.rules import RULES
from anju.business.contributions.tests.guards import (
    MET,
    UNKNOWN,
    UNMET,
    not_turned_over,
    outcome_of,
)
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.parties.facts import EmployerFacts

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
LIST = Listed("HJ1", "2026年11月 汇缴", "done", "已入账", 3, 468_000, AT.date(), NOVEMBER)


def facts(**other: object) -> ReversingFacts:
    """The list that was booked last, of an employer with one."""
    found = ReversingFacts(
        employer=EmployerFacts(1, "演示·第一小学", "", "yanhu"),
        account_id=1,
        account_number="1",
        unallocated_fen=0,
        number="HJ1",
        listed=LIST,
        last="HJ1",
        live="",
        deferred_through=None,
        corrected=0,
        moved=0,
        short=(),
        another_case=None,
    )
    return replace(found, **other)


NOTHING = {"number": "", "listed": None}
CASES = [
    ("reversing.another_case_live", facts(), MET),
    ("reversing.another_case_live", facts(another_case="CZ1"), UNMET),
    ("reversing.list_unknown", facts(), MET),
    ("reversing.list_unknown", facts(listed=None), UNMET),
    ("reversing.list_unknown", facts(**NOTHING), UNKNOWN),
    ("reversing.list_not_booked", facts(), MET),
    ("reversing.list_not_booked", facts(listed=replace(LIST, state="confirmed")), UNMET),
    ("reversing.list_not_booked", facts(listed=replace(LIST, state="reversed")), UNMET),
    ("reversing.list_not_booked", facts(**NOTHING), UNKNOWN),
    ("reversing.list_not_last", facts(), MET),
    ("reversing.list_not_last", facts(last="HJ2"), UNMET),
    ("reversing.list_not_last", facts(last=""), UNMET),
    ("reversing.list_not_last", facts(**NOTHING), UNKNOWN),
    ("reversing.list_unpaid", facts(), MET),
    ("reversing.list_unpaid", facts(live="HJ2"), UNMET),
    ("reversing.deferred_since", facts(), MET),
    ("reversing.deferred_since", facts(deferred_through=OCTOBER), MET),
    ("reversing.deferred_since", facts(deferred_through=NOVEMBER), UNMET),
    ("reversing.deferred_since", facts(**NOTHING), UNKNOWN),
    ("reversing.people_too_many", facts(listed=replace(LIST, headcount=20_000)), MET),
    ("reversing.people_too_many", facts(listed=replace(LIST, headcount=20_001)), UNMET),
    ("reversing.people_too_many", facts(**NOTHING), UNKNOWN),
    ("reversing.corrected_since", facts(), MET),
    ("reversing.corrected_since", facts(corrected=1), UNMET),
    ("reversing.corrected_since", facts(**NOTHING), UNKNOWN),
    ("reversing.people_moved", facts(), MET),
    ("reversing.people_moved", facts(moved=1), UNMET),
    ("reversing.people_moved", facts(**NOTHING), UNKNOWN),
    ("reversing.balance_short", facts(), MET),
    ("reversing.balance_short", facts(short=("1",)), UNMET),
    ("reversing.balance_short", facts(short=("1", "2", "3", "4")), UNMET),
    ("reversing.balance_short", facts(**NOTHING), UNKNOWN),
]


@pytest.mark.parametrize(("code", "given", "outcome"), CASES)
def test_every_guard(city, code, given, outcome):
    assert outcome_of(RULES, code, given, city("yuncheng")) is outcome


def test_no_guard_is_left_out():
    assert not_turned_over(RULES, CASES) == []
