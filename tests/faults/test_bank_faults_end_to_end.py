"""Whatever the bank does: what the member reads, what is held, what is booked, what was paid."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from anju.business.treasury.models import Break
from anju.business.treasury.reconciliation import reconcile
from anju.business.withdrawals.retirement.tests import cast

from . import journeys
from .outside import opened

# The settlement system tells of money that moved and of nothing else, and its listener keeps
# forged frames from the door: there is no such notice to wait for.
NO_SUCH_NOTICE = {
    journeys.a_notice_is_forged,
    journeys.a_failure_is_told_by_mistake,
    journeys.a_payment_is_refused,
}

# What is the adapter's own way of going wrong; the rest of each journey is the centre's, and is
# walked over both at night.
ON_EVERY_PUSH = {
    journeys.a_request_is_lost,
    journeys.a_reply_is_lost,
    journeys.a_payment_comes_back,
}


@pytest.fixture
def outside(committing_db, yuncheng, tmp_path, clock):
    """The outside world with a bank that can go wrong."""
    with opened(tmp_path, clock) as world:
        yield world


@pytest.fixture
def settlement(committing_db, yuncheng, tmp_path, clock):
    """The same, spoken to through the settlement system."""
    with opened(tmp_path, clock, bank="bdc") as world:
        yield world


@pytest.mark.parametrize("journey", journeys.JOURNEYS, ids=lambda journey: journey.__name__)
def test_the_journey_ends_as_it_must(outside, journey):
    journey(outside)
    assert outside.door.problems == []


@pytest.mark.parametrize(
    "journey",
    [
        journey if journey in ON_EVERY_PUSH else pytest.param(journey, marks=pytest.mark.nightly)
        for journey in journeys.JOURNEYS
        if journey not in NO_SUCH_NOTICE
    ],
    ids=lambda journey: journey.__name__,
)
def test_it_ends_so_over_the_settlement_system_too(settlement, journey):
    journey(settlement)
    assert settlement.door.problems == []


def test_a_refusal_is_learnt_by_query_over_the_settlement_system(settlement):
    settlement.goes_wrong("refuse", times=1, reason_code="NAME_MISMATCH")
    case = journeys.accepted(settlement)
    settlement.work()
    for _minute in range(3):
        settlement.passes(minutes=1)
    assert Break.objects.get(order_no=case.order_no).kind == "failed"
    assert settlement.moved() == settlement.moved("nothing")


@pytest.mark.parametrize("bank", ["outside", "settlement"])
def test_reconciliation_finds_what_the_bank_did_wrong_and_nothing_else(request, bank):
    """A payment nobody ordered and one that came back unnoticed, among those that went well."""
    world = request.getfixturevalue(bank)
    on = cast.AT.date()
    world.goes_wrong("unordered", times=1)
    well = journeys.accepted(world)
    world.work()
    world.news_arrives(2)
    well.is_done()
    world.goes_wrong("return", times=1, seconds=600)
    world.goes_wrong("lose_notice")
    journeys.accepted(world, order=2)
    world.work()
    world.clock.advance(minutes=30)
    world.wait_for(lambda: world.moved()["returns"] == 1, "the money comes back")
    for days in range(2):
        cast.turn_to(world.clock.advance(days=1))
        found = reconcile(on + timedelta(days=days), at=world.at)
    assert found.sheet.theirs_out_fen == found.sheet.theirs_in_fen == well.total
    assert Counter(Break.objects.values_list("kind", flat=True)) == {
        "never_ordered": 1,
        "return_not_booked": 1,
    }
