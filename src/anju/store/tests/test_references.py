from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from anju.store import references

DAY = date(2026, 11, 20)


@pytest.mark.django_db
def test_a_reference_is_kind_date_and_number():
    first = references.next("TQ", on=DAY)
    assert first.startswith("TQ20261120")
    assert len(first) == 14
    assert references.next("TQ", on=DAY) > first


@pytest.mark.django_db
def test_every_kind_and_day_begins_small():
    for kind, day in (("TQ", DAY), ("HF", DAY), ("TQ", date(2026, 11, 21))):
        assert int(references.next(kind, on=day)[-4:]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["", "tq", "TOOLONG", "T1", "提取"])
def test_kinds_are_capital_letters(kind):
    with pytest.raises(ValueError, match="capital letters"):
        references.next(kind, on=DAY)


@pytest.mark.django_db
def test_a_busy_day_grows_longer_and_stays_within_twenty():
    references.next("ABCD", on=DAY)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_referenceday SET base = base - 99999990 WHERE kind = 'ABCD'")
    assert len(references.next("ABCD", on=DAY)) == 20


def test_an_open_transaction_makes_nobody_wait(committing_db):
    references.next("TQ", on=DAY)

    def other():
        try:
            return references.next("TQ", on=DAY)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        mine = references.next("TQ", on=DAY)
        assert pool.submit(other).result(timeout=5) > mine


def test_many_at_once_on_a_fresh_day_are_all_different(committing_db):
    def draw(_):
        try:
            with transaction.atomic():
                return references.next("TQ", on=DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(draw, range(64)))
    assert len(set(drawn)) == 64
    assert all(len(reference) == 14 for reference in drawn)
