"""Every rule of retirement, met and unmet and unanswered, to the second; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from anju import policy
from anju.business.contributions.facts import EnrolmentFacts
from anju.business.loans.facts import LoanFacts
from anju.business.withdrawals.retirement.facts import RetirementFacts, proving
from anju.business.withdrawals.retirement.rules import RULES
from anju.cases.records import Quote
from anju.domain.calendar import SHANGHAI
from anju.domain.rules import Outcome, evaluate
from anju.domain.trace import Trace
from anju.ledger import AccountRow
from anju.parties.facts import CardFacts, PersonFacts
from anju.store.secrets import MaskedCard, MaskedIdNumber, MaskedName, MaskedPhone

CENTERS = Path(policy.__file__).parents[3] / "centers"
AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
BY_CODE = {rule.code: rule for rule in RULES}


@pytest.fixture(scope="module", params=["yuncheng", "xishuangbanna"])
def center(request):
    """Both cities: the rules are theirs alike, what is asked is theirs alone."""
    return policy.load(request.param, CENTERS)


def enrolment(**changed):
    return replace(
        EnrolmentFacts(
            account_id=1,
            account_no="00000099",
            employer_id=1,
            employer_name="演示·单位",
            branch_code="yanhu",
            base_fen=650_000,
            member_ratio=Fraction("0.12"),
            employer_ratio=Fraction("0.12"),
            amounts_from=date(2026, 7, 1),
            member_month_fen=78_000,
            employer_month_fen=78_000,
            paid_through=date(2026, 9, 1),
            sealed_on=date(2026, 10, 9),
            seal_reason="retired",
            stop_approved_on=date(2026, 10, 8),
            stop_approved_by="盐湖管理部",
        ),
        **changed,
    )


def account(**changed):
    return replace(
        AccountRow(
            id=1,
            person_id=1,
            employer_id=1,
            state="sealed",
            opened_on=date(2010, 7, 1),
            balance=2_021_621,
            carried=2_021_621,
            held=0,
            v=0,
            v_carried=0,
            interest_from=date(2026, 7, 1),
            n_prev=None,
            n_prev_carried=None,
            last_voucher=None,
            frozen_whole=False,
            frozen=0,
            available=2_021_621,
        ),
        **changed,
    )


def card(**changed):
    return replace(
        CardFacts(
            card_id=1,
            last4="0009",
            number=MaskedCard.of("6210000000000000009"),
            bank_code="105",
            branch_code="10501",
            holder=MaskedName.of("演示·李华"),
            same_name=True,
            bound_at=AT - timedelta(days=400),
        ),
        **changed,
    )


def facts(**changed):
    """A member for whom every rule holds."""
    person = PersonFacts(
        person_id=1,
        name=MaskedName.of("演示·李华"),
        id_number=MaskedIdNumber.of("149999196603150014"),
        phone=MaskedPhone.of("15000000001"),
        id_type="01",
        born_on=date(1966, 3, 15),
        sex="男",
        has_card=True,
        has_login=True,
        has_business_password=True,
        phone_since=None,
    )
    green = RetirementFacts(
        person=person,
        full_name="演示·李华",
        enrolment=enrolment(),
        account=account(),
        card=card(),
        loan=None,
        another_case=None,
    )
    return replace(green, **changed)


def finding(code, seen, center, at=AT):
    (found,) = evaluate([BY_CODE[code]], seen, center, at)
    return found


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_green_member_meets_every_rule(code, center):
    found = finding(code, facts(), center)
    assert found.outcome is Outcome.MET
    assert found.says == BY_CODE[code].says
    assert found.mended_by == ""
    assert found.passes_at is None
    assert found.saw
    assert found.source
    assert found.basis


YOUNG = card(bound_at=AT - timedelta(hours=20))

UNMET = [
    ("retirement.no_retirement_mark", {"enrolment": None}, "没有个人账户"),
    (
        "retirement.no_retirement_mark",
        {"enrolment": enrolment(seal_reason="left")},
        "单位尚未为您申报退休停缴",
    ),
    (
        "retirement.no_retirement_mark",
        {"enrolment": enrolment(sealed_on=None, seal_reason="", stop_approved_on=None)},
        "单位尚未为您申报退休停缴",
    ),
    (
        "retirement.no_retirement_mark",
        {"enrolment": enrolment(stop_approved_on=None, stop_approved_by="")},
        "单位已申报退休停缴，管理部尚未审批",
    ),
    ("retirement.account_not_sealed", {"account": None}, "没有个人账户"),
    (
        "retirement.account_not_sealed",
        {
            "account": account(state="open"),
            "enrolment": enrolment(sealed_on=None, seal_reason="", stop_approved_on=None),
        },
        "账户正在正常缴存",
    ),
    ("retirement.account_not_sealed", {"account": account(state="closed", balance=0)}, "已销户"),
    ("retirement.account_not_sealed", {"account": account(state="closing")}, "正在办理销户"),
    ("retirement.account_frozen", {"account": None}, "没有个人账户"),
    ("retirement.account_frozen", {"account": account(frozen=1)}, "账户有司法或监管冻结"),
    (
        "retirement.account_frozen",
        {"account": account(frozen_whole=True, available=0)},
        "账户有司法或监管冻结",
    ),
    (
        "retirement.fund_loan_outstanding",
        {"loan": LoanFacts(loan_id=7, principal_fen=18_000_001)},
        "公积金贷款尚欠本金 180,000.01 元",
    ),
    ("retirement.no_bound_card", {"card": None}, "没有登记收款银行卡"),
    ("retirement.no_bound_card", {"card": card(same_name=False)}, "户名与本人不一致"),
    ("retirement.no_receiving_card", {"card": None}, "没有登记收款银行卡"),
    ("retirement.another_case_live", {"another_case": "TQ202611200007"}, "TQ202611200007"),
    ("retirement.card_too_young", {"card": None}, "没有登记收款银行卡"),
    ("retirement.card_too_young", {"card": YOUNG}, "2026年11月19日 14:00 绑定"),
]


@pytest.mark.parametrize(("code", "changed", "saw"), UNMET)
def test_an_unmet_rule_says_what_was_seen_and_who_can_mend_it(code, changed, saw, center):
    found = finding(code, facts(**changed), center)
    assert found.outcome is Outcome.UNMET
    assert found.says == BY_CODE[code].fails
    assert saw in found.saw
    assert found.mended_by == BY_CODE[code].mended_by
    assert found.mended_by


def test_every_rule_is_unmet_somewhere_in_this_table():
    tested = {code for code, _, _ in UNMET} | {"retirement.outside_service_hours"}
    assert tested == set(BY_CODE)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_source_that_does_not_answer_is_never_a_yes(code, center):
    silent = replace(BY_CODE[code], holds=lambda facts, policy, at: None)
    (found,) = evaluate([silent], facts(), center, AT)
    assert found.outcome is Outcome.UNKNOWN
    assert found.says == f"暂时无法核实：{BY_CODE[code].says}"
    assert found.mended_by == BY_CODE[code].mended_by
    assert not found.met


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_member_without_anything_is_told_and_nothing_breaks(code, center):
    nobody = facts(enrolment=None, account=None, card=None)
    assert finding(code, nobody, center).saw


# -- the card's age, to the second -----------------------------------------------------------


def test_a_card_is_old_enough_at_the_very_second(center):
    hours = center.params.card_age_hours_min.on(AT.date()).value
    bound_at = AT - timedelta(hours=hours)
    second = timedelta(seconds=1)
    code = "retirement.card_too_young"
    assert finding(code, facts(card=card(bound_at=bound_at)), center).met
    assert finding(code, facts(card=card(bound_at=bound_at - second)), center).met
    young = finding(code, facts(card=card(bound_at=bound_at + second)), center)
    assert young.outcome is Outcome.UNMET
    assert young.passes_at == AT + second


def test_the_age_of_a_card_comes_from_policy(center):
    hours = center.params.card_age_hours_min.on(AT.date()).value
    assert hours == 72
    found = finding("retirement.card_too_young", facts(card=YOUNG), center)
    assert found.passes_at == YOUNG.bound_at + timedelta(hours=72)
    assert finding("retirement.card_too_young", facts(card=YOUNG), center, found.passes_at).met


def test_without_a_card_no_hour_is_promised(center):
    assert finding("retirement.card_too_young", facts(card=None), center).passes_at is None


# -- service hours ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "outcome", "passes_at"),
    [
        ("2026-11-20 08:29:59", Outcome.UNMET, "2026-11-20 08:30:00"),
        ("2026-11-20 08:30:00", Outcome.MET, None),
        ("2026-11-20 17:29:59", Outcome.MET, None),
        ("2026-11-20 17:30:00", Outcome.UNMET, "2026-11-23 08:30:00"),
        ("2026-11-21 10:00:00", Outcome.UNMET, "2026-11-23 08:30:00"),
    ],
)
def test_service_hours_to_the_second(at, outcome, passes_at, center):
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    found = finding("retirement.outside_service_hours", facts(), center, moment)
    assert found.outcome is outcome
    if passes_at is None:
        assert found.passes_at is None
    else:
        assert found.passes_at == datetime.fromisoformat(passes_at).replace(tzinfo=SHANGHAI)


def test_the_water_festival_closes_xishuangbanna_and_not_yuncheng():
    festival = datetime(2026, 4, 14, 10, 0, tzinfo=SHANGHAI)
    code = "retirement.outside_service_hours"
    closed = finding(code, facts(), policy.load("xishuangbanna", CENTERS), festival)
    assert closed.passes_at == datetime(2026, 4, 16, 8, 30, tzinfo=SHANGHAI)
    assert finding(code, facts(), policy.load("yuncheng", CENTERS), festival).met


def test_the_hour_is_about_applying_and_not_asked_again_by_staff():
    assert [rule.code for rule in RULES if rule.once] == ["retirement.outside_service_hours"]


# -- the cities ------------------------------------------------------------------------------


def test_the_cities_ask_what_their_manuals_ask():
    asked = {
        name: set(policy.load(name, CENTERS).services["withdrawals.retirement"].conditions)
        for name in ("yuncheng", "xishuangbanna")
    }
    both = {
        "retirement.account_not_sealed",
        "retirement.no_retirement_mark",
        "retirement.account_frozen",
        "retirement.another_case_live",
    }
    assert asked["yuncheng"] == both | {"retirement.no_receiving_card"}
    assert asked["xishuangbanna"] == both | {
        "retirement.fund_loan_outstanding",
        "retirement.no_bound_card",
        "retirement.outside_service_hours",
    }


def test_codes_are_stable_and_once_only():
    assert len(BY_CODE) == len(RULES)
    assert all(code.startswith("retirement.") for code in BY_CODE)


def test_what_is_proved_names_amount_and_card():
    quote = Quote(2_021_621, 674, date(2026, 11, 20), Trace("怎么算的", (), 2_022_295))
    with policy.using(policy.load("xishuangbanna", CENTERS)):
        assert proving(facts(), quote) == (
            "申请离退休提取 20,222.95 元到尾号 0009 的中国建设银行卡"
        )
