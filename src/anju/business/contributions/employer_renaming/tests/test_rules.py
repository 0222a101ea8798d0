"""Every guard of a change of registration, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.business.contributions.employer_renaming.facts import EmployerRenamingFacts, clean
from anju.business.contributions.employer_renaming.rules import RULES
from anju.business.contributions.tests.units import both_ways, stands, told
from anju.domain.employer_account import AccountState
from anju.domain.rules import Outcome
from anju.parties.tests import cast as parties

MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
CODE = parties.uscc(4)


def facts(**other):
    """An employer that takes another name."""
    about = {name: other.pop(name) for name in ("state", "another_case") if name in other}
    plain = EmployerRenamingFacts(
        stands(**about), representative=False, name="演示·新学校", uscc="",
        name_taken=False, uscc_taken=False, is_entered=True,
    )  # fmt: skip
    return replace(plain, **other)


OLD = stands().employer
NOTHING = {"name": "", "is_entered": False}
CASES = [
    ("employer_renaming.account_closed", facts(), MET, "正常"),
    ("employer_renaming.account_closed", facts(state=AccountState.CLOSED), UNMET, "销户"),
    ("employer_renaming.another_case_live", facts(), MET, "没有在办"),
    ("employer_renaming.another_case_live", facts(another_case="DB2"), UNMET, "业务 DB2"),
    ("employer_renaming.nothing_changes", facts(), MET, OLD.name),
    ("employer_renaming.nothing_changes", facts(name=OLD.name), UNMET, OLD.name),
    ("employer_renaming.nothing_changes", facts(name="", uscc=CODE), MET, OLD.uscc),
    ("employer_renaming.nothing_changes", facts(name="", uscc=OLD.uscc), UNMET, OLD.uscc),
    ("employer_renaming.nothing_changes", facts(name="", representative=True), MET, OLD.name),
    ("employer_renaming.nothing_changes", facts(**NOTHING), UNKNOWN, "还没有填写"),
    ("employer_renaming.name_taken", facts(), MET, "演示·新学校"),
    ("employer_renaming.name_taken", facts(name_taken=True), UNMET, "演示·新学校"),
    ("employer_renaming.name_taken", facts(**NOTHING), UNKNOWN, "名称不变"),
    ("employer_renaming.uscc_taken", facts(), MET, "代码不变"),
    ("employer_renaming.uscc_taken", facts(uscc=CODE, uscc_taken=True), UNMET, CODE),
    ("employer_renaming.uscc_taken", facts(**NOTHING), UNKNOWN, "代码不变"),
]


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), CASES)
def test_every_guard(city, code, given, outcome, saw):
    told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    both_ways(RULES, CASES)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "演示·新学校"}, []),
        ({"uscc": f" {CODE.lower()} "}, []),
        ({"legal_representative": "演示·王"}, []),
        ({}, [""]),
        ({"name": "演示 学校"}, ["name"]),
        ({"uscc": CODE[:-1]}, ["uscc"]),
        ({"uscc": OLD.uscc}, ["uscc"]),
    ],
)
def test_what_is_typed(typed, wrong):
    answers = {"name": "", "uscc": "", "legal_representative": ""} | typed
    cleaned = clean(answers)
    if wrong:
        assert list(cleaned.errors) == wrong
    else:
        assert cleaned["uscc"] == (CODE if typed.get("uscc") else "")
