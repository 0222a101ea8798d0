"""降低比例 from the application to the return to the former ratios, in both cities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from anju import policy
from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.adjusting import bases, ratios
from anju.business.contributions.lowering import actions as lowering
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Lowering,
    RatioChange,
)
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.contributions.tests import units
from anju.business.contributions.tests.units import AT, DECEMBER, NOVEMBER
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.records import DecisionRefused, Mistakes
from anju.parties.models import SmsMessage
from anju.store.fields import unseal

LOWERING = "contributions.lowering"
POSTED = {
    "employer_ratio": "8",
    "member_ratio": "8%",
    "from_month": "2026-11",
    "to_month": "2026-11",
    "reason": "loss",
    "account": "演示：订单减少",
}
SLOTS = ("staff_resolution", "hardship_papers")
TWELVE, TEN = Decimal("0.12"), Decimal("0.10")


@pytest.fixture
def company(books, both_cities):
    """An employer that has paid through October, with two who contribute; and its account."""
    cast.member(1, sealed="")
    cast.member(2, sealed="")
    cast.turn_to()
    account = lists.opened()
    Enrolment.objects.update(paid_through=date(2026, 10, 1))
    return account


def amounts() -> set[int]:
    rows = Enrolment.objects.values_list("member_month_fen", "employer_month_fen")
    return {fen for both in rows for fen in both}


def sound() -> None:
    lists.sound()
    assert list(remittance_proofs.breaks()) == []


def paid(account: int) -> None:
    """The month whose turn it is is confirmed and paid."""
    made = lists.confirm(account, by=cast.staff(f"by.{remitting.due(account).month:%m}").pk,
                         key=f"{remitting.due(account).month}")  # fmt: skip
    lists.paid(made.number, made.total_fen, account=policy.current().collector.number)


def test_lower_for_its_months_and_back_by_itself(company):
    reference = units.approved(LOWERING, stop.unit_agent(), POSTED, *SLOTS)
    made = Lowering.objects.get()
    assert (made.number, made.old_member_ratio, made.state) == (reference, TWELVE, "running")
    assert amounts() == {52_000}
    assert lowering.turn(AT) == 0, "the month is not paid yet"
    paid(company)
    stuck = lists.confirm(company, by=cast.staff("by.two").pk, key="early")
    assert "lowering_over" in lists.refusals(stuck)
    assert (lowering.turn(AT), lowering.turn(AT)) == (1, 0)
    made.refresh_from_db()
    assert (made.state, made.is_restored, amounts()) == ("ended", True, {78_000})
    account = EmployerAccount.objects.get()
    assert (account.member_ratio, account.employer_ratio) == (TWELVE, TWELVE)
    turns = RatioChange.objects.order_by("pk").values_list("effective_month", "member_ratio")
    assert list(turns) == [(NOVEMBER, Decimal("0.08")), (DECEMBER, TWELVE)]
    texts = [unseal(row, "text").expose() for row in SmsMessage.objects.all()]
    assert any("恢复原缴存比例" in text for text in texts)
    sound()
    # What was lowered does not use up the change that everybody may make once a year.
    by = stop.teller("yanhu.changes").actor
    done = ratios.change(company, member_ratio=TEN, employer_ratio=TEN, key="own", actor=by, at=AT)
    assert done.headcount == 2


def test_what_is_under_way_comes_to_its_end_first(company):
    units.approved(LOWERING, stop.unit_agent(), POSTED, *SLOTS)
    paid(company)
    by = stop.teller("yanhu.draft").actor
    number = bases.begin(company, actor=by, at=AT)
    assert isinstance(number, str)
    assert lowering.turn(AT) == 0
    bases.discard(number, actor=by, at=AT)
    assert lowering.turn(AT) == 1


def test_an_employer_that_chooses_other_ratios_meanwhile_keeps_them(company):
    units.approved(LOWERING, stop.unit_agent(), POSTED, *SLOTS)
    by = stop.teller("yanhu.changes").actor
    ratios.change(company, member_ratio=TEN, employer_ratio=TEN, key="own", actor=by, at=AT)
    made = Lowering.objects.get()
    assert (made.state, made.is_restored) == ("ended", False)
    assert lowering.turn(AT) == 0
    assert EmployerAccount.objects.get().member_ratio == TEN
    sound()


def test_where_the_city_says_so_the_lower_ratios_stay(company, monkeypatch):
    monkeypatch.setattr(lowering, "returns", lambda made: False)
    units.approved(LOWERING, stop.unit_agent(), POSTED, *SLOTS)
    paid(company)
    assert lowering.turn(AT) == 1
    made = Lowering.objects.get()
    assert (made.state, made.is_restored, amounts()) == ("ended", False, {52_000})


def test_ratios_that_changed_meanwhile_ask_for_another_look(company):
    teller = stop.teller()
    reference = units.submitted(LOWERING, teller, POSTED, *SLOTS)
    reviewer = cast.staff().pk
    shown = stop.cases.review_page(reference, staff_id=reviewer, at=AT).payload_hash
    ratios.change(
        company, member_ratio=TEN, employer_ratio=TWELVE, key="own", actor=teller.actor, at=AT
    )
    refused = stop.actions.approve(
        reference, staff_id=reviewer, reason_code="consistent", note="", payload_hash=shown, at=AT
    )
    assert isinstance(refused, DecisionRefused)
    assert "有变化" in refused.text


@pytest.mark.parametrize("typed", ["abc", "8.125", "-8", "百分之八", "100"])
def test_a_ratio_is_a_percentage(company, typed):
    wrong = units.enter(LOWERING, stop.unit_agent(), POSTED | {"member_ratio": typed})
    assert isinstance(wrong, Mistakes)
    assert "百分数" in wrong.errors["member_ratio"]


def test_the_database_holds_what_was_approved(company):
    units.approved(LOWERING, stop.unit_agent(), POSTED, *SLOTS)
    rows = Lowering.objects.all()
    for changed in ({"to_month": DECEMBER}, {"old_member_ratio": "0.05"}, {"state": "ended"}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            rows.update(**changed)


@pytest.mark.mutants
def test_an_account_that_pays_by_other_ratios_is_named(company):
    units.approved(LOWERING, stop.unit_agent(), POSTED, *SLOTS)
    sound()
    EmployerAccount.objects.update(member_ratio=TWELVE)
    assert [each.kind for each in remittance_proofs.breaks()] == ["lowering"]
