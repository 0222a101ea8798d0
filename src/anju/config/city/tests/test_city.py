"""A made-up city: nobody in it is anybody, its books hold, and its seed is all there is to it."""

from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection

from anju import ledger
from anju.business.contributions.models import Enrolment
from anju.config.city import generate as growing
from anju.config.commands import city as command
from anju.ledger.replay import Replayed, replay, streaming
from anju.ledger.verify import verify
from anju.parties.models import Person

UNTIL = date(2026, 11, 20)
MEMBERS = int(os.environ.get("CITY_MEMBERS", "20000"))
"""How many the city of the night has; another number may be given for a longer night."""
# What a superuser does to a day that is sealed, and the deviation that must name it.
SEALED_CHANGES = {
    "leaf": "UPDATE ledger_voucher SET summary = summary || '.' WHERE id ="
    " (SELECT max(id) FROM ledger_voucher WHERE accounting_date = %s)",
    "balance after": "UPDATE ledger_member_line SET amount = amount + 1"
    " WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM ledger_member_line"
    " WHERE accounting_date = %s ORDER BY account_id LIMIT 1)",
}
A_SEALED_DAY = (
    "SELECT max(l.accounting_date) FROM ledger_member_line l"
    " JOIN ledger_business_day d ON d.day = l.accounting_date"
    " WHERE d.segment = 'day' AND d.state = 'sealed'"
)


def grow(members=200, years=2, seed=1, **more):
    return growing.generate(members=members, years=years, seed=seed, until=UNTIL, **more)


def answer(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def empty_books(test_databases, django_db_blocker):
    """As many databases as are asked for, each with books that were never opened."""
    names = []

    @contextmanager
    def at(name):
        with test_databases.django_at(name):
            yield name

    def another():
        names.append(test_databases.clone())
        return at(names[-1])

    with django_db_blocker.unblock():
        yield another
        for name in names:
            test_databases.drop(name)


def test_the_books_of_a_city_hold(empty_books, city):
    """Two hundred people over two years, with all that happens to them."""
    city("yuncheng")
    with empty_books():
        grown = grow()
        assert verify() == []
        with streaming() as stream:
            assert list(replay(stream)) == []
        assert ledger.business_date() == UNTIL
        assert answer("SELECT count(*) FROM ledger_account") == 200 == Person.objects.count()
        assert answer("SELECT count(*) FROM ledger_account WHERE state = 'closed'") > 0
        assert answer("SELECT count(*) FROM ledger_voucher WHERE kind = 'transfer'") > 0
        assert answer("SELECT count(*) FROM ledger_voucher WHERE reverses IS NOT NULL") > 0
        assert answer("SELECT count(*) FROM ledger_member_line WHERE kind = 'withdrawal'") > 0
        late = "SELECT count(*) FROM ledger_member_line WHERE value_date < accounting_date"
        assert answer(late + " AND kind = 'remittance'") > 0
        years = "SELECT array_agg(DISTINCT year ORDER BY year) FROM ledger_interest_settlement"
        assert answer(years + " WHERE balance IS NOT NULL") == [2025, 2026]
        left = "SELECT count(*) FROM ledger_business_day WHERE state <> 'sealed'"
        assert answer(left) == 1, "only the last day is open"
        assert answer("SELECT count(*) FROM treasury_periodclose WHERE closed_at IS NULL") == 0
        assert Enrolment.objects.count() == 200
        assert grown.days_ended > 70


def test_one_seed_is_one_city_and_each_calendar_day_can_end(empty_books, city):
    city("yuncheng")
    heads = []
    for _ in range(2):
        with empty_books():
            heads.append(grow(members=30, years=1, every_day_since=date(2026, 11, 12)).head)
            days = "SELECT count(*) FROM ledger_business_day WHERE day >= '2026-11-12'"
            assert answer(days) == 9
            assert verify() == []
    assert heads[0] == heads[1]


def test_books_that_are_open_hold_no_city(db, city):
    city("yuncheng")
    ledger.open_day(UNTIL)
    with pytest.raises(growing.Refused, match="open already"):
        grow()


@pytest.mark.parametrize("years", [0, 11])
def test_years_without_one_rate_are_refused(db, city, years):
    city("yuncheng")
    with pytest.raises(growing.Refused):
        grow(years=years)


def test_only_a_demo_has_made_up_people(settings, capsys):
    """The tests' own profile is no demo's."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["generate"])) == 1
    assert "demo profile" in capsys.readouterr().err


@pytest.mark.nightly
def test_a_city_of_ten_years_closes_every_day_of_a_year(empty_books, city, test_databases, capsys):
    """The last of its ten years has a day end for each calendar day; a change of it is named."""
    city("yuncheng")
    since = date(2025, 11, 20)
    with empty_books() as database:
        grow(members=MEMBERS, years=10, seed=7, every_day_since=since)
        assert verify() == []
        ends = "SELECT count(*) FROM ledger_business_day WHERE state = 'sealed' AND segment = 'day'"
        assert answer(f"{ends} AND day >= '{since}'") == 365
        assert answer("SELECT count(*) FROM treasury_periodclose WHERE closed_at IS NULL") == 0
        seen = Replayed()
        with streaming() as stream:
            assert list(replay(stream, seen=seen)) == []
        with capsys.disabled():
            print(f"\n  {MEMBERS} members over ten years: {seen.says()}")
        day = answer(A_SEALED_DAY)
        for kind, planted in SEALED_CHANGES.items():
            with test_databases.cluster.admin(database) as admin:
                admin.execute("SET search_path = yuncheng")
                admin.execute("SET session_replication_role = replica")
                with admin.transaction(force_rollback=True):
                    assert admin.execute(planted, [day]).rowcount == 1
                    found = replay(lambda s, p, a=admin: a.execute(s, p))
                    assert kind in {each.kind for each in found}
