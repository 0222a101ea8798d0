"""Every rule of opening an account, met and not, with what is seen, at its very edges."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from anju.business.contributions.opening_rules import AFFILIATIONS, RULES, Opening, OpeningFacts
from anju.domain.calendar import SHANGHAI
from anju.domain.rules import Outcome, all_met, evaluate

AT = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
TYPED = Opening(
    first_month=date(2026, 9, 1),
    member_ratio=Decimal("0.12"),
    employer_ratio=Decimal("0.12"),
    headcount=3,
    wages_fen=3 * 650_000,
    payday=10,
    bank_code="105",
    bank_branch_code="10501",
    affiliation="40",
    agent_name="演示·薛明",
    agent_phone="15000000001",
    with_hall=True,
)
GOOD = OpeningFacts(
    uscc="91149999DEM000010R",
    founded_on=date(2026, 9, 18),
    live_account="",
    name_taken=False,
    address_taken=False,
    typed=TYPED,
)
FLOOR, CAP = 188_000, 3_102_750
"""Of Yuncheng in September 2026, in fen."""


@pytest.fixture
def yuncheng(city):
    return city("yuncheng")


def good(**changes) -> OpeningFacts:
    """The good case, changed in what is known or in what was typed."""
    known = {name: value for name, value in changes.items() if hasattr(GOOD, name)}
    typed = {name: value for name, value in changes.items() if name not in known}
    return replace(GOOD, **known, typed=replace(TYPED, **typed))


def unmet(facts: OpeningFacts, policy) -> list[str]:
    found = evaluate(RULES, facts, policy, AT)
    assert {each.outcome for each in found} <= {Outcome.MET, Outcome.UNMET}
    assert all(each.basis and each.saw and each.source for each in found)
    assert all(bool(each.mended_by) is not each.met for each in found)
    return [each.code.removeprefix("opening.") for each in found if not each.met]


def test_codes_are_stable_and_each_stands_once() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("opening.") for code in codes)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"uscc": "91149999DEM000010A"}, ["bad_uscc"]),
        ({"uscc": "YCSZFGJJGLZX000000"}, ["bad_uscc"]),
        ({"live_account": "DW202611200001"}, ["account_exists"]),
        ({"name_taken": True}, ["name_taken"]),
        ({"address_taken": True}, ["address_taken"]),
        ({"first_month": date(2026, 8, 1)}, ["first_month_before_founding"]),
        ({"first_month": date(2026, 12, 1)}, []),
        ({"first_month": date(2027, 1, 1)}, ["first_month_out_of_reach"]),
        ({"founded_on": date(2010, 1, 31), "first_month": date(2016, 7, 1)}, []),
        (
            {"founded_on": date(2010, 1, 31), "first_month": date(2016, 6, 1)},
            ["first_month_out_of_reach"],
        ),
        ({"member_ratio": Decimal("0.05")}, []),
        ({"member_ratio": Decimal("0.0499")}, ["member_ratio_outside"]),
        ({"member_ratio": Decimal("0.1201")}, ["member_ratio_outside"]),
        ({"employer_ratio": Decimal("0.05")}, []),
        ({"employer_ratio": Decimal("0.04")}, ["employer_ratio_outside"]),
        ({"employer_ratio": Decimal("0.13")}, ["employer_ratio_outside"]),
        ({"headcount": 0, "wages_fen": 0}, []),
        ({"headcount": 0}, ["wages_without_people"]),
        ({"wages_fen": 0}, ["wages_without_people"]),
        ({"headcount": -1}, ["wages_without_people"]),
        ({"wages_fen": -1}, ["wages_without_people"]),
        ({"wages_fen": 3 * FLOOR}, []),
        ({"wages_fen": 3 * FLOOR - 1}, ["average_below_minimum"]),
        ({"wages_fen": 3 * CAP}, []),
        ({"wages_fen": 3 * CAP + 1}, ["average_above_cap"]),
        ({"payday": 1}, []),
        ({"payday": 31}, []),
        ({"payday": 0}, ["bad_payday"]),
        ({"payday": 32}, ["bad_payday"]),
        ({"bank_code": "999"}, ["unknown_bank"]),
        ({"bank_branch_code": "10201"}, ["unknown_bank"]),
        ({"bank_code": "", "bank_branch_code": ""}, ["unknown_bank"]),
        *(({"affiliation": code}, []) for code in AFFILIATIONS),
        ({"affiliation": ""}, ["unknown_affiliation"]),
        ({"affiliation": "41"}, ["unknown_affiliation"]),
        ({"agent_name": ""}, ["no_agent"]),
        ({"agent_phone": "03592059100"}, ["no_agent"]),
        (
            {"name_taken": True, "payday": 0, "headcount": 0},
            ["name_taken", "wages_without_people", "bad_payday"],
        ),
    ],
)
def test_every_rule_at_its_edge(changes, codes, yuncheng) -> None:
    assert unmet(good(**changes), yuncheng) == codes


def test_the_limits_are_those_of_the_first_month(yuncheng) -> None:
    early = {"founded_on": date(2016, 7, 1), "first_month": date(2016, 7, 1)}
    assert unmet(good(**early, wages_fen=3 * 152_000), yuncheng) == []
    assert unmet(good(**early, wages_fen=3 * 151_999), yuncheng) == ["average_below_minimum"]
    assert all_met(evaluate(RULES, GOOD, yuncheng, AT))


def test_nothing_personal_is_said(yuncheng) -> None:
    said = str(evaluate(RULES, GOOD, yuncheng, AT))
    assert "薛明" not in said
    assert TYPED.agent_phone not in said
