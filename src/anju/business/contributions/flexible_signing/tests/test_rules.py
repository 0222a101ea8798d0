"""Every guard of an agreement to pay for oneself, both ways; what is typed is tidied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from anju.business.contributions.flexible.terms import Terms
from anju.business.contributions.flexible.tests.people import CARD, ID_NUMBER, posted
from anju.business.contributions.flexible_signing.facts import SigningFacts, clean
from anju.business.contributions.flexible_signing.rules import RULES
from anju.business.contributions.tests import units
from anju.business.withdrawals.retirement.tests.test_rules import account, enrolment
from anju.cases.records import Mistakes
from anju.domain.flexible import Plan
from anju.domain.rules import Outcome

MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
NOVEMBER = date(2026, 11, 1)
TERMS = Terms(
    base_fen=500_000, ratio=Decimal("0.2"), plan=Plan.MONTHLY, months=0, first_month=NOVEMBER,
    debit_day=20, bank_code="105", card=CARD, agreement_no="DK1",
)  # fmt: skip
GIVEN = SigningFacts(
    id_number=ID_NUMBER, person_id=None, same_name=True, enrolment=None, account=None,
    agreement="", branch_code="yanhu", terms=TERMS, another_case=None,
)  # fmt: skip
BLANK = replace(GIVEN, id_number="", terms=None)


def on_terms(**other) -> SigningFacts:
    return replace(GIVEN, terms=replace(TERMS, **other))


def with_account(state: str, paid: date | None = date(2026, 9, 1)) -> SigningFacts:
    return replace(GIVEN, account=account(state=state), enrolment=enrolment(paid_through=paid))


TABLE = (
    ("flexible_signing.number_wrong", GIVEN, MET, "18 位"),
    ("flexible_signing.number_wrong", replace(GIVEN, id_number="1"), UNMET, "1 位"),
    ("flexible_signing.number_wrong", BLANK, UNKNOWN, "还没有"),
    ("flexible_signing.name_differs", GIVEN, MET, "相同"),
    ("flexible_signing.name_differs", replace(GIVEN, same_name=False), UNMET, "不同"),
    ("flexible_signing.paid_by_employer", GIVEN, MET, "没有个人账户"),
    ("flexible_signing.paid_by_employer", with_account("sealed"), MET, "已封存"),
    ("flexible_signing.paid_by_employer", with_account("closed"), MET, "已销户"),
    ("flexible_signing.paid_by_employer", with_account("open"), UNMET, "正常缴存"),
    ("flexible_signing.paid_by_employer", with_account("closing"), UNMET, "正在办理销户"),
    ("flexible_signing.paid_by_employer", BLANK, UNKNOWN, "还没有"),
    ("flexible_signing.agreement_exists", GIVEN, MET, "没有"),
    ("flexible_signing.agreement_exists", replace(GIVEN, agreement="LH1"), UNMET, "LH1"),
    ("flexible_signing.first_month_out_of_reach", GIVEN, MET, "2026年11月"),
    (
        "flexible_signing.first_month_out_of_reach",
        on_terms(first_month=date(2026, 12, 1)),
        MET,
        "2026年12月",
    ),
    (
        "flexible_signing.first_month_out_of_reach",
        on_terms(first_month=date(2026, 10, 1)),
        UNMET,
        "2026年10月",
    ),
    (
        "flexible_signing.first_month_out_of_reach",
        on_terms(first_month=date(2028, 1, 1)),
        UNMET,
        "2028年",
    ),
    (
        "flexible_signing.first_month_out_of_reach",
        with_account("sealed", paid=NOVEMBER),
        UNMET,
        "已缴至",
    ),
    ("flexible_signing.first_month_out_of_reach", BLANK, UNKNOWN, "还没有"),
    ("flexible_signing.base_outside", GIVEN, MET, "5,000.00"),
    ("flexible_signing.base_outside", on_terms(base_fen=100), UNMET, "当月上下限 "),
    ("flexible_signing.base_outside", on_terms(base_fen=90_000_000), UNMET, "900,000.00"),
    ("flexible_signing.base_outside", on_terms(first_month=date(1980, 1, 1)), UNKNOWN, "1980"),
    ("flexible_signing.base_outside", BLANK, UNKNOWN, "还没有"),
    ("flexible_signing.ratio_outside", GIVEN, MET, "20%"),
    ("flexible_signing.ratio_outside", on_terms(ratio=Decimal("0.10")), MET, "10%"),
    ("flexible_signing.ratio_outside", on_terms(ratio=Decimal("0.24")), MET, "24%"),
    ("flexible_signing.ratio_outside", on_terms(ratio=Decimal("0.09")), UNMET, "9%"),
    (
        "flexible_signing.ratio_outside",
        on_terms(ratio=Decimal("0.25")),
        UNMET,
        "25%；本市 10% 至 24%",
    ),
    ("flexible_signing.ratio_outside", BLANK, UNKNOWN, "还没有"),
    ("flexible_signing.another_case_live", GIVEN, MET, "没有"),
    ("flexible_signing.another_case_live", replace(GIVEN, another_case="LH2"), UNMET, "LH2"),
)


@pytest.mark.parametrize(("code", "given", "outcome", "saw"), TABLE)
def test_a_guard_says_what_it_saw(city, code, given, outcome, saw):
    units.told(RULES, code, given, outcome, saw, city=city("yuncheng"))


def test_every_guard_is_met_and_unmet_above():
    units.both_ways(RULES, TABLE)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"card": "6210000000000000008"}, "card"),
        ({"debit_day": "29"}, "debit_day"),
        ({"plan": "once"}, "months"),
        ({"months": "3"}, "months"),
        ({"phone": "0359-2059100"}, "phone"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(typed, field):
    answer = clean(posted() | typed)
    assert isinstance(answer, Mistakes)
    assert list(answer.errors) == [field]


def test_what_is_typed_is_tidied():
    answer = clean(posted(card="6210 0000 0000 0000 009", name=" 演示·周行 "))
    assert (answer["card"], answer["name"]) == (CARD, "演示·周行")
