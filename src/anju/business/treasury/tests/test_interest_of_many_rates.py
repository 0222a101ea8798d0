"""30 June of years with more than one rate: what the batch posts is what the history reckons."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from anju import ledger, policy
from anju.business.treasury import interest_run, interest_run_facts
from anju.domain.dated import Dated, DatedValue
from anju.domain.interest import history
from anju.domain.interest_terms import Terms
from anju.ledger.models import InterestSettlement
from anju.ledger.tests.books import AT, number, post, remittance, sound, withdrawal
from anju.parties.tests import cast
from anju.policy.dated_values import Params

FIRST = date(2013, 7, 1)
ENDS = date(2016, 7, 5)


def always(value, day=date(1993, 1, 1)):
    return DatedValue(value, "test", day)


@contextmanager
def terms(application="settle_day", rounding="whole"):
    """The country's rates, applied and rounded as a city may have chosen."""
    here = policy.current()
    chosen = {"interest_rate_application": application, "interest_rounding": rounding}
    applied = {
        name: replace(each, dated=Dated((always(chosen[name]),))) if name in chosen else each
        for name, each in here.params.items()
    }
    with policy.using(replace(here, params=Params(applied))):
        yield policy.interest_terms(policy.current())


@pytest.fixture
def staff(db, city):
    city("yuncheng")
    return [
        cast.staff(f"books.{name}", roles=(role,)).pk
        for name, role in (("one", "accountant"), ("two", "admin"))
    ]


def settle(year, staff):
    """The whole operation, from its beginning to the last message."""
    assert interest_run.begin(year, staff_id=staff[0], at=AT) is None
    interest_run.run(lambda: AT)
    for who in staff:
        board = interest_run_facts.board(who, year, at=AT)
        assert interest_run.sign(year, staff_id=who, totals=board.fingerprint, at=AT) is None
    assert all(each.agrees for each in board.sample)
    interest_run.run(lambda: AT)
    return board


def opened(on):
    person = cast.person(number() % 900 + 1)
    return ledger.open_account(person.pk, employer_id=7, on=on, key=f"many{number()}")


def told(account_id, whole: Terms):
    """What the domain says of every year, from the account's entries alone."""
    kept = [
        (line.value_date, line.amount)
        for year in ledger.years_with_movements(account_id)
        for line in ledger.movements(account_id, year=year, limit=500)
        if line.kind != "interest"
    ]
    return history(0, opening_on=FIRST, entries=kept, until=ENDS, terms=whole)


CHOICES = [("settle_day", "whole"), ("segmented", "whole"), ("segmented", "parts")]


@pytest.mark.parametrize(("application", "rounding"), CHOICES)
def test_three_years_settled_in_stages_are_the_history(staff, application, rounding):
    """Carried and current money apart in 2014 and 2015, two stretches in 2016."""
    rng = random.Random(f"{application}{rounding}")
    ledger.open_day(FIRST)
    ledger.ensure_partitions(FIRST, ENDS)
    accounts = [opened(FIRST) for _ in range(4)]
    with terms(application, rounding) as whole:
        for year in (2014, 2015, 2016):
            for days in (20, 110, 240, 300):
                ledger.flip_day(date(year - 1, 7, 1) + timedelta(days + rng.randrange(30)))
                for each in accounts:
                    today = ledger.business_date()
                    if rng.random() < 0.8:
                        late = timedelta(rng.choice([0, 0, 9]))
                        post(remittance(each, rng.randint(1, 900_000), value_date=today - late))
                    available = ledger.account(each).available
                    if rng.random() < 0.4 and available:
                        post(withdrawal(each, rng.randint(1, available)))
            ledger.flip_day(date(year, 7, 5))
            board = settle(year, staff)
            assert "上年结转" in board.rate or year == 2016
            assert ("；" in board.rate) == (application == "segmented" and year != 2014)
        for each in accounts:
            right = told(each, whole)
            posted = InterestSettlement.objects.filter(account_id=each).order_by("year")
            assert list(posted.values_list("interest", flat=True)) == [
                settled.interest_fen for settled in right.settlements
            ]
            assert ledger.account(each).balance == right.balance_fen
    assert sound()


def test_a_settled_year_of_two_rates_is_restated_by_its_own_terms(staff):
    ledger.open_day(FIRST)
    ledger.ensure_partitions(FIRST, ENDS)
    member = opened(FIRST)
    post(remittance(member, 1_000_000))
    ledger.flip_day(date(2014, 7, 5))
    settle(2014, staff)
    before = InterestSettlement.objects.get(account_id=member, revision=0)
    assert (before.rate, before.n) == (None, 365_000_000)
    post(remittance(member, 360_000, value_date=date(2014, 6, 1)))
    assert sound()
    [revision] = ledger.restate(member, occurred_at=AT)
    # Thirty days of current money at 0.35 %: 360,000 × 30 × 0.0035 ÷ 360.
    assert revision.difference == Fraction(360_000 * 30 * 35, 360 * 10_000) == 105
    assert sound()


def test_one_who_comes_back_after_the_release_is_settled_by_the_years_terms(staff):
    ledger.open_day(FIRST)
    ledger.ensure_partitions(FIRST, ENDS)
    stays, goes = opened(FIRST), opened(FIRST)
    post(remittance(stays, 1_000_000), remittance(goes, 1_000_000))
    hold = ledger.place_hold(goes, case_id=number(), purpose="closing", amount=1_000_000)
    ledger.order_hold(
        hold, order_no=f"O{number()}", principal=1_000_000, interest=0, interest_until=FIRST
    )
    ledger.flip_day(date(2014, 7, 5))
    settle(2014, staff)
    ledger.release_hold(hold)
    assert interest_run.settle_stragglers(AT) == 1
    assert ledger.account(goes).balance == ledger.account(stays).balance > 1_000_000
    assert sound()
