"""PostgreSQL is stopped at once under load, again and again: no acknowledged posting is lost."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from pathlib import Path

import pytest

from anju.business.withdrawals.retirement.tests import cast

from . import stops
from .file_bank import FileBank
from .kills import Centre

AT_NIGHT = int(os.environ.get("STOPS", "10"))


@contextmanager
def serving(django_db_blocker, **settings):
    """A durable server of this test's own, with Django's connection at a fresh clone."""
    from django.conf import settings as django

    state = Path(django.ENVIRONMENT.state)
    with (
        django_db_blocker.unblock(),
        stops.durable(state, django.ENVIRONMENT.center, **settings) as databases,
    ):
        name = databases.clone()
        with databases.django_at(name):
            cast.open_books()
            cast.turn_to()
            yield databases.cluster
        databases.drop(name)


@pytest.fixture
def centre(yuncheng, tmp_path):
    """A centre and its bank, which is another house and does not stop."""
    return Centre(FileBank(tmp_path / "bank.sqlite"), random.Random(1))


@pytest.mark.parametrize("times", [4, pytest.param(AT_NIGHT, marks=pytest.mark.nightly)])
def test_immediate_stops_lose_nothing_acknowledged(django_db_blocker, centre, capsys, times):
    with serving(django_db_blocker) as server:
        seen = stops.stop_under_load(server, centre, stops=times)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n  {seen.stops} stops, {seen.acknowledged} acknowledged, {seen.lost} lost,"
            f" {seen.unknown} unknown of which {seen.were_committed} had been committed,"
            f" {len(centre.people)} cases, 0 paid twice;"
            f" longest recovery {max(seen.recovery_seconds):.1f} s"
        )
    assert seen.acknowledged > times * stops.WRITERS


@pytest.mark.mutants
@pytest.mark.nightly
def test_a_server_that_acknowledges_too_early_is_noticed(django_db_blocker, centre):
    forgetful = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
    with (
        serving(django_db_blocker, **forgetful) as server,
        pytest.raises(AssertionError, match=r"acknowledged|lost|booked"),
    ):
        stops.stop_under_load(server, centre, stops=5)
