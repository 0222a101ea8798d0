"""New bases and ratios: judged, allowed and refused, at every edge; tables."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from anju.business.contributions.adjusting.judging import REFUSE, Judge
from anju.business.contributions.adjusting.rules import (
    BEGIN_RULES,
    CONFIRM_RULES,
    RATIO_RULES,
    BaseFacts,
    RatioFacts,
)
from anju.domain.calendar import SHANGHAI
from anju.domain.employer_account import AccountState
from anju.domain.rules import evaluate
from anju.domain.tests.worked import contribution_terms

AT = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
CLIP = "clip"
JULY, NOVEMBER = date(2026, 7, 1), date(2026, 11, 1)
TWELVE, TEN = Fraction("0.12"), Fraction("0.10")


@pytest.mark.parametrize(
    ("new", "old", "outside", "applied", "problem", "note"),
    [
        (700_000, 650_000, CLIP, 700_000, "", ""),
        (None, 650_000, CLIP, None, "没有填写", ""),
        (0, 650_000, CLIP, None, "应大于 0", ""),
        (100_000, 188_000, CLIP, 188_000, "", "按缴存基数下限 1,880.00 元"),
        (188_000, 188_000, REFUSE, 188_000, "", ""),
        (187_999, 188_000, REFUSE, None, "超出缴存基数下限", ""),
        (3_102_751, 3_000_000, CLIP, 3_102_750, "", "按缴存基数上限"),
        (3_102_751, 3_000_000, REFUSE, None, "超出缴存基数上限", ""),
        (975_000, 650_000, CLIP, 975_000, "", ""),
        (975_100, 650_000, CLIP, 975_100, "", "比原基数增加 50%"),
        (324_999, 650_000, CLIP, 324_999, "", "比原基数减少 50%"),
        (700_000, 0, CLIP, 700_000, "", ""),
        (9_999_999, 1_000_000, CLIP, 3_102_750, "", "；比原基数增加 210%"),
    ],
)
def test_a_new_base_beside_the_old_one(new, old, outside, applied, problem, note):
    terms = contribution_terms()
    judge = Judge(terms.limits(JULY), terms.rounding(JULY), outside, 50)
    found = judge.judged(new, old, member=TWELVE, employer=TEN)
    assert found.base_fen == applied
    assert problem in found.problem
    assert bool(problem) is bool(found.problem)
    assert note in found.note
    assert bool(note) is bool(found.note)
    if applied == 700_000:
        assert (found.member_fen, found.employer_fen) == (84_000, 70_000)


BASES = BaseFacts(
    state=AccountState.NORMAL, live="", adjusting="", effective_month=JULY, due_month=NOVEMBER,
    people=3, good=3,
)  # fmt: skip
RATIOS = RatioFacts(
    state=AccountState.NORMAL, live="", adjusting="", effective_month=NOVEMBER,
    due_month=NOVEMBER, member_ratio=TEN, employer_ratio=TEN, old_member_ratio=TWELVE,
    old_employer_ratio=TWELVE, changed_before=0,
)  # fmt: skip


def unmet(rules, facts, city, at=AT) -> list[str]:
    found = evaluate(rules, facts, city("yuncheng"), at)
    assert all(each.basis and each.saw and each.source for each in found)
    return [each.code.removeprefix("adjustment.") for each in found if not each.met]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"state": AccountState.OPENED}, []),
        ({"state": AccountState.DEFERRED}, []),
        ({"state": AccountState.SEALED}, ["account_does_not_remit"]),
        ({"state": AccountState.CLOSED}, ["account_does_not_remit"]),
        ({"live": "HJ1"}, ["list_unpaid"]),
        ({"adjusting": "TJ1"}, ["another_lives"]),
        ({"people": 0}, ["nobody_to_adjust"]),
    ],
)
def test_when_an_adjustment_may_begin(city, changed, codes):
    assert unmet(BEGIN_RULES, replace(BASES, **changed), city) == codes


@pytest.mark.parametrize(
    ("day", "is_open"),
    [("2026-06-30", False), ("2026-07-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_the_window(city, day, is_open):
    at = datetime.fromisoformat(f"{day}T10:00:00+08:00")
    assert unmet(BEGIN_RULES, BASES, city, at) == ([] if is_open else ["window_closed"])


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"adjusting": "TJ1"}, []),
        ({"live": "HJ1"}, ["list_unpaid"]),
        ({"wrong": 1}, ["people_wrong"]),
        ({"wrong": 1, "only_good": True}, []),
        ({"wrong": 3, "good": 0, "only_good": True}, ["nobody_good"]),
        ({"is_changed": True}, ["people_changed"]),
        ({"reading": True}, ["file_being_read"]),
        ({"state": AccountState.SEALED}, ["account_does_not_remit"]),
    ],
)
def test_when_it_may_be_confirmed(city, changed, codes):
    assert unmet(CONFIRM_RULES, replace(BASES, **changed), city) == codes


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"live": "HJ1"}, ["list_unpaid"]),
        ({"adjusting": "TJ1"}, ["another_lives"]),
        ({"state": AccountState.SEALED}, ["account_does_not_remit"]),
        ({"effective_month": date(2026, 12, 1)}, []),
        ({"effective_month": date(2026, 10, 1)}, ["not_from_now_on"]),
        ({"member_ratio": Fraction("0.13")}, ["ratio_unlawful"]),
        ({"employer_ratio": Fraction("0.0499")}, ["ratio_unlawful"]),
        ({"employer_ratio": Fraction("0.05")}, []),
        ({"member_ratio": TWELVE, "employer_ratio": TWELVE}, ["nothing_changes"]),
        ({"member_ratio": TWELVE}, []),
        ({"changed_before": 1}, ["changed_this_year"]),
    ],
)
def test_when_ratios_may_change(city, changed, codes):
    assert unmet(RATIO_RULES, replace(RATIOS, **changed), city) == codes
