from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from anju.store import limits
from anju.store.limits import Allowed, Refused
from anju.store.models import LimitCounter

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WHO = limits.subject("ip", "198.51.100.7")


def take(at=AT, *, subject=WHO, limit=5, bucket="guess"):
    return limits.take(bucket, subject=subject, limit=limit, window_seconds=900, at=at)


@pytest.mark.django_db
def test_a_window_counts_down_refuses_and_opens_again():
    assert [take() for _ in range(5)] == [Allowed(left) for left in (4, 3, 2, 1, 0)]
    ends = AT + timedelta(seconds=900)
    assert take(AT + timedelta(seconds=600)) == Refused(ends)
    assert take(ends - timedelta(seconds=1)) == Refused(ends)
    assert take(ends) == Allowed(4)


@pytest.mark.django_db
def test_ten_thousand_guesses_are_five_tries():
    allowed = sum(isinstance(take(), Allowed) for _ in range(10_000))
    assert allowed == 5
    assert LimitCounter.objects.get(bucket="guess").taken == 6


@pytest.mark.django_db
def test_buckets_and_subjects_do_not_share():
    for _ in range(6):
        take()
    assert take(bucket="other") == Allowed(4)
    assert take(subject=limits.subject("ip", "198.51.100.8")) == Allowed(4)


@pytest.mark.django_db
def test_parts_of_a_subject_do_not_run_together():
    assert limits.subject("ab", "c") != limits.subject("a", "bc")


@pytest.mark.django_db
def test_clearing_and_sweeping():
    take()
    limits.clear("guess", subject=WHO)
    assert take() == Allowed(4)
    assert limits.sweep(AT) == 0
    assert limits.sweep(AT + timedelta(seconds=900)) == 1


def test_parallel_guesses_are_counted_one_by_one(committing_db):
    def guess(_):
        try:
            return take()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(64)))
    assert sum(isinstance(answer, Allowed) for answer in answers) == 5
    assert sorted(a.left for a in answers if isinstance(a, Allowed)) == [0, 1, 2, 3, 4]
