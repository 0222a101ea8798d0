"""Every guard of an opening at the counter, met and unmet: those of every opening, of papers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from anju.business.contributions import opening_rules
from anju.business.contributions.counter_opening.facts import CounterOpeningFacts, clean
from anju.business.contributions.counter_opening.rules import RULES
from anju.business.contributions.tests import test_opening_rules as openings
from anju.business.contributions.tests.enterprise import ENTERPRISE
from anju.business.contributions.tests.units import both_ways, told
from anju.domain.rules import Outcome

MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
NOTHING = CounterOpeningFacts(None, None, "", None)


def facts(another_case=None, **other):
    """Papers that say what the table of every opening begins with."""
    return CounterOpeningFacts(ENTERPRISE, openings.good(**other), "yanhu", another_case)


WRONG = {
    "counter_opening.bad_uscc": {"uscc": "91149999DEM000010A"},
    "counter_opening.account_exists": {"live_account": "DW1"},
    "counter_opening.name_taken": {"name_taken": True},
    "counter_opening.address_taken": {"address_taken": True},
    "counter_opening.first_month_before_founding": {"founded_on": date(2027, 1, 1)},
    "counter_opening.first_month_out_of_reach": {"first_month": date(2027, 6, 1)},
    "counter_opening.member_ratio_outside": {"member_ratio": Decimal("0.04")},
    "counter_opening.employer_ratio_outside": {"employer_ratio": Decimal("0.13")},
    "counter_opening.wages_without_people": {"headcount": 0},
    "counter_opening.average_below_minimum": {"wages_fen": 100},
    "counter_opening.average_above_cap": {"wages_fen": 10**12},
    "counter_opening.bad_payday": {"payday": 32},
    "counter_opening.unknown_bank": {"bank_code": "000"},
    "counter_opening.unknown_affiliation": {"affiliation": "00"},
    "counter_opening.no_agent": {"agent_name": ""},
    "counter_opening.another_case_live": {"another_case": "KH2"},
}
CASES = [
    *((code, facts(), MET, "") for code in WRONG),
    *((code, facts(**wrong), UNMET, "") for code, wrong in WRONG.items()),
    *((code, NOTHING, UNKNOWN, "还没有填写") for code in list(WRONG)[:-1]),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_every_guard(city, code, given, outcome, saw):
    told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    both_ways(RULES, CASES)
    asked = {rule.code.replace("opening.", "counter_opening.") for rule in opening_rules.RULES}
    assert asked < {rule.code for rule in RULES}, "nothing that holds of any opening is left out"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({}, []), ({"uscc": "1"}, ["uscc"]), ({"name": "演示 公司"}, ["name"]),
     ({"agent_phone": "03592059100"}, ["agent_phone"])],
)  # fmt: skip
def test_what_is_typed(typed, wrong):
    answers = {"uscc": ENTERPRISE.uscc, "name": "演示公司", "agent_phone": "15000000999"}
    cleaned = clean(answers | typed)
    assert list(getattr(cleaned, "errors", {})) == wrong
