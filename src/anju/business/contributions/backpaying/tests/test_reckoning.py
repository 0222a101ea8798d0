"""A month that has passed is reckoned by its own limits, ratios and rounding: tables."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from anju.business.contributions.backpaying.reckoning import (
    NOTHING,
    Line,
    Paid,
    Person,
    Reason,
    Reckoner,
)
from anju.business.contributions.backpaying.rules import RULES, BackFacts
from anju.business.contributions.deferrals import Span
from anju.domain.calendar import SHANGHAI, months_of
from anju.domain.dated import Dated, DatedValue
from anju.domain.employer_account import AccountState
from anju.domain.rules import evaluate
from anju.domain.tests.worked import contribution_terms

TWELVE = Fraction("0.12")
AT = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
WHO = Person(1, 1, 650_000, first_month=date(2026, 3, 1))


def dated(*values):
    return Dated(tuple(DatedValue(value, "文件", day) for day, value in values))


SWITCHES = replace(
    contribution_terms(),
    # The floor rises in March, the wage in July, rounding changes in August, the published cap
    # comes in the middle of August and so begins with September.
    floor=dated((date(2016, 7, 1), 188_000), (date(2026, 3, 1), 210_000)),
    average_wage=dated((date(2016, 7, 1), 1_034_250), (date(2026, 7, 1), 1_100_000)),
    rounding_unit=dated((date(2005, 1, 10), "yuan"), (date(2026, 8, 1), "fen")),
    cap_published=dated((date(2005, 1, 10), 0), (date(2026, 8, 15), 3_000_000)),
)


def reckoner(reason: str = "arrears", *, member: str = "0.12", employer: str = "0.12", terms=None):
    return Reckoner(reason, Fraction(member), Fraction(employer), terms or SWITCHES)


@pytest.mark.parametrize(
    ("base", "month", "applied", "part", "limit"),
    [
        (100_000, "2026-02", 188_000, 22_600, "缴存基数下限"),
        (100_000, "2026-03", 210_000, 25_200, "缴存基数下限"),
        (9_999_999, "2026-06", 3_102_750, 372_300, "缴存基数上限"),
        (9_999_999, "2026-07", 3_300_000, 396_000, "缴存基数上限"),
        (9_999_999, "2026-08", 3_300_000, 396_000, "缴存基数上限"),
        (9_999_999, "2026-09", 3_000_000, 360_000, "缴存基数上限"),
        (650_412, "2026-07", 650_412, 78_000, ""),
        (650_412, "2026-08", 650_412, 78_049, ""),
        (3_200_000, "2026-06", 3_102_750, 372_300, "缴存基数上限"),
        (3_200_000, "2026-07", 3_200_000, 384_000, ""),
    ],
)
def test_a_policy_that_switches_gives_each_month_its_own_limits(base, month, applied, part, limit):
    """One back payment over all these months: none of them borrows another's policy."""
    day = date.fromisoformat(f"{month}-01")
    person, one = Person(1, 1, base), reckoner()
    lines = {each: one.line(person, each, NOTHING) for each in months_of(date(2026, 1, 1), day)}
    assert lines[day] == Line(1, 1, day, applied, part, part, limit)


@pytest.mark.parametrize(
    ("base", "paid", "left"),
    [
        (800_000, (78_000, 78_000), (18_000, 18_000)),
        (800_000, (96_000, 78_000), (0, 18_000)),
        (650_000, (78_000, 78_000), "已按这个基数缴足"),
        (600_000, (78_000, 78_000), "已按这个基数缴足"),
        (9_999_999, (78_000, 78_000), (294_300, 294_300)),
        (9_999_999, (372_300, 372_300), "已到该月缴存基数上限"),
        (9_999_999, (400_000, 372_299), (0, 1)),
    ],
)
def test_with_what_was_paid_it_is_never_more_than_the_month_allows(base, paid, left):
    june = date(2026, 6, 1)
    made = reckoner("short").line(Person(1, 1, base), june, Paid(*paid))
    if isinstance(left, str):
        assert isinstance(made, str)
        assert left in made
        return
    assert (made.member_fen, made.employer_fen) == left
    cap = reckoner().parts(10**9, june)[1]
    assert made.member_fen + paid[0] <= max(cap.member_fen, paid[0])
    assert made.employer_fen + paid[1] <= max(cap.employer_fen, paid[1])


SOME = Paid(1, 1)


@pytest.mark.parametrize(
    ("reason", "person", "month", "paid", "says"),
    [
        ("arrears", WHO, 6, NOTHING, ""),
        ("arrears", WHO, 6, SOME, "已缴，补差额请选“少缴补缴”"),
        ("arrears", WHO, 6, Paid(0, 1), "已缴"),
        ("arrears", WHO, 2, NOTHING, ""),
        ("short", WHO, 6, SOME, ""),
        ("short", WHO, 6, NOTHING, "没有缴过，请选“欠缴补缴”"),
        ("opening", WHO, 3, NOTHING, ""),
        ("opening", WHO, 2, NOTHING, "早于该职工的首次汇缴年月 2026年03月"),
        ("opening", WHO, 6, SOME, "已缴"),
        ("opening", Person(1, 1, 650_000), 6, NOTHING, "不是在本中心新开的账户"),
        ("deferred", WHO, 6, NOTHING, ""),
        ("deferred", WHO, 6, SOME, "已缴"),
        ("deferred", WHO, 2, NOTHING, "早于该职工的首次汇缴年月 2026年03月"),
        ("deferred", Person(1, 1, 650_000), 2, NOTHING, ""),
        ("arbitration", WHO, 2, NOTHING, ""),
        ("arbitration", WHO, 6, SOME, ""),
        ("arrears", replace(WHO, sealed_on=date(2026, 5, 31)), 5, NOTHING, ""),
        ("arrears", replace(WHO, sealed_on=date(2026, 5, 31)), 6, NOTHING, "在账户封存之后"),
        ("arbitration", replace(WHO, sealed_on=date(2026, 5, 1)), 6, NOTHING, "在账户封存之后"),
    ],
)
def test_every_reason_has_its_months(reason, person, month, paid, says):
    assert reason in Reason.values
    made = reckoner(reason).line(person, date(2026, month, 1), paid)
    if says:
        assert isinstance(made, str)
        assert says in made
    else:
        assert isinstance(made, Line)


DEFERRED = Span("HH1", date(2026, 6, 1), date(2026, 7, 1), is_over=True)
GOOD = BackFacts(
    state=AccountState.NORMAL, reason="arrears", first_month=date(2026, 1, 1),
    paid_through=date(2026, 10, 1), from_month=date(2026, 2, 1), month=date(2026, 10, 1),
    member_ratio=TWELVE, employer_ratio=TWELVE, deferred=(), live="", wrong=0, headcount=2,
    total_fen=5, seen_headcount=2, seen_total_fen=5,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"state": AccountState.OPENED, "paid_through": None}, ["months_not_remitted"]),
        ({"state": AccountState.DEFERRED}, []),
        ({"state": AccountState.SEALED}, ["account_does_not_remit"]),
        ({"state": AccountState.CLOSED}, ["account_does_not_remit"]),
        ({"month": date(2026, 11, 1)}, ["months_not_remitted"]),
        ({"from_month": date(2026, 11, 1)}, ["months_in_order"]),
        ({"from_month": date(2025, 12, 1)}, ["months_before_employer"]),
        ({"from_month": date(2025, 12, 1), "reason": "arbitration"}, []),
        ({"from_month": date(1999, 1, 1), "reason": "arbitration"}, ["months_unknown"]),
        ({"member_ratio": Fraction("0.13")}, ["ratio_unlawful"]),
        ({"employer_ratio": Fraction("0.04")}, ["ratio_unlawful"]),
        ({"deferred": (DEFERRED,)}, ["months_deferred"]),
        ({"deferred": (DEFERRED,), "reason": "short"}, []),
        ({"deferred": (DEFERRED,), "from_month": date(2026, 8, 1)}, []),
        ({"reason": "deferred"}, ["months_deferred"]),
        ({"reason": "deferred", "deferred": (DEFERRED,)}, ["months_deferred"]),
        (
            {
                "reason": "deferred",
                "deferred": (DEFERRED,),
                "month": date(2026, 7, 1),
                "from_month": date(2026, 6, 1),
                "paid_through": date(2026, 5, 1),
            },
            [],
        ),
        (
            {
                "reason": "deferred",
                "deferred": (replace(DEFERRED, last=date(2027, 1, 1)),),
                "from_month": date(2026, 12, 1),
                "month": date(2026, 12, 1),
            },
            ["months_not_remitted"],
        ),
        ({"live": "HJ1"}, ["list_unpaid"]),
        ({"wrong": 1}, ["people_wrong"]),
        ({"headcount": 0, "seen_headcount": 0}, ["nothing_to_pay"]),
        ({"headcount": 3}, ["list_changed"]),
        ({"seen_total_fen": 4}, ["list_changed"]),
    ],
)
def test_every_rule_at_its_edge(city, changed, codes):
    found = evaluate(RULES, replace(GOOD, **changed), city("yuncheng"), AT)
    assert all(each.basis and each.saw and each.source for each in found)
    assert [each.code for each in found if not each.met] == [f"back_payment.{c}" for c in codes]
