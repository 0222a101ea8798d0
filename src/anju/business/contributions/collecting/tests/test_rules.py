"""Every guard of an agreement and of fetching under it, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from anju.business.contributions.collecting.facts import AgreementFacts, CollectingFacts
from anju.business.contributions.collecting.rules import FETCHING, RULES, FetchingFacts
from anju.business.contributions.collecting.service import clean
from anju.business.contributions.tests.guards import (
    MET,
    UNKNOWN,
    UNMET,
    not_turned_over,
    outcome_of,
)
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.cases.records import Mistakes
from anju.parties.facts import EmployerFacts

TODAY = AT.date()
AGREED = AgreementFacts(1, "XY1", "建设银行", "**** 0001", None)


def signing(**other: object) -> CollectingFacts:
    """An employer that signs its first agreement."""
    found = CollectingFacts(
        employer=EmployerFacts(1, "演示·第一小学", "", "yanhu"),
        account_id=1,
        account_number="1",
        agreement=None,
        deed="sign",
        signed_on=TODAY,
        valid_until=None,
        under_way="",
        another_case=None,
    )
    return replace(found, **other)


def waiting(**other: object) -> FetchingFacts:
    """A list that waits, of an employer that has agreed."""
    found = FetchingFacts(
        number="HJ1", waits=True, agreement="XY1", holds=True, under_way=False, tries=0,
        total_fen=500, unallocated_fen=0,
    )  # fmt: skip
    return replace(found, **other)


ending, nothing = signing(deed="end", signed_on=None), signing(deed="", signed_on=None)
CASES = [
    ("collecting.another_case_live", signing(), MET),
    ("collecting.another_case_live", signing(another_case="WT1"), UNMET),
    ("collecting.nothing_to_end", signing(), MET),
    ("collecting.nothing_to_end", replace(ending, agreement=AGREED), MET),
    ("collecting.nothing_to_end", ending, UNMET),
    ("collecting.nothing_to_end", nothing, UNKNOWN),
    ("collecting.signed_later", signing(), MET),
    ("collecting.signed_later", signing(signed_on=TODAY + timedelta(days=1)), UNMET),
    ("collecting.signed_later", ending, MET),
    ("collecting.signed_later", nothing, UNKNOWN),
    ("collecting.run_out", signing(valid_until=TODAY), MET),
    ("collecting.run_out", signing(valid_until=TODAY - timedelta(days=1)), UNMET),
    ("collecting.run_out", ending, MET),
    ("collecting.run_out", nothing, UNKNOWN),
    ("collecting.list_being_fetched", signing(), MET),
    ("collecting.list_being_fetched", signing(under_way="HJ1"), UNMET),
]
FETCHES = [
    ("collecting.list_not_waiting", waiting(), MET),
    ("collecting.list_not_waiting", waiting(waits=False), UNMET),
    ("collecting.no_agreement", waiting(), MET),
    ("collecting.no_agreement", waiting(holds=False), UNMET),
    ("collecting.under_way", waiting(), MET),
    ("collecting.under_way", waiting(under_way=True), UNMET),
    ("collecting.tries_used", waiting(tries=2), MET),
    ("collecting.tries_used", waiting(tries=3), UNMET),
    ("collecting.paid_already", waiting(unallocated_fen=499), MET),
    ("collecting.paid_already", waiting(unallocated_fen=500), UNMET),
]


@pytest.mark.parametrize(("code", "given", "outcome"), CASES)
def test_every_guard_of_an_agreement(city, code, given, outcome):
    assert outcome_of(RULES, code, given, city("yuncheng")) is outcome


@pytest.mark.parametrize(("code", "given", "outcome"), FETCHES)
def test_every_guard_of_fetching(city, code, given, outcome):
    assert outcome_of(FETCHING, code, given, city("yuncheng")) is outcome


def test_no_guard_is_left_out():
    assert not_turned_over(RULES, CASES) + not_turned_over(FETCHING, FETCHES) == []


@pytest.mark.parametrize(
    ("valid_until", "on", "holds"),
    [(None, TODAY, True), (TODAY, TODAY, True), (TODAY, TODAY + timedelta(days=1), False)],
)
def test_an_agreement_holds_through_its_last_day(valid_until, on, holds):
    assert replace(AGREED, valid_until=valid_until).holds_on(on) is holds


GIVEN = {
    "deed": "sign", "agreement_no": "XY1", "bank": "105", "payer_account": "8888 0000 0001",
    "signed_on": "2026-11-20", "valid_until": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"agreement_no": ""}, ["agreement_no"]),
        ({"agreement_no": "协议一"}, ["agreement_no"]),
        ({"payer_account": "12"}, ["payer_account"]),
        (
            {"payer_account": "", "bank": "", "signed_on": ""},
            ["bank", "payer_account", "signed_on"],
        ),
    ],
)
def test_what_a_new_agreement_lacks_is_told_by_field(changed, wrong):
    answer = clean(GIVEN | changed)
    assert isinstance(answer, Mistakes)
    assert sorted(answer.errors) == wrong


def test_an_account_is_kept_without_blanks_and_an_end_needs_nothing():
    assert clean(GIVEN)["payer_account"] == "888800000001"
    ends = dict.fromkeys(GIVEN, "") | {"deed": "end"}
    assert clean(ends) == ends
    assert date.fromisoformat(GIVEN["signed_on"]) == TODAY
