"""PostgreSQL is stopped at once under load, again and again: no acknowledged posting is lost."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from anju.business.withdrawals.retirement.tests import cast

from . import stops
from .file_bank import FileBank
from .kills import Centre

STOPS = int(os.environ.get("STOPS", "10"))


@pytest.fixture
def server(django_db_blocker):
    """A durable server of this test's own, with Django's connection at a fresh clone."""
    from django.conf import settings

    state = Path(settings.ENVIRONMENT.state)
    with (
        django_db_blocker.unblock(),
        stops.durable(state, settings.ENVIRONMENT.center) as databases,
    ):
        name = databases.clone()
        with databases.django_at(name):
            cast.open_books()
            cast.turn_to()
            yield databases.cluster
        databases.drop(name)


def test_ten_immediate_stops_lose_nothing_acknowledged(server, yuncheng, tmp_path, capsys):
    centre = Centre(FileBank(tmp_path / "bank.sqlite"), random.Random(1))
    seen = stops.stop_under_load(server, centre, stops=STOPS)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n  {seen.stops} stops, {seen.acknowledged} acknowledged, {seen.lost} lost,"
            f" {seen.unknown} unknown of which {seen.were_committed} had been committed,"
            f" {len(centre.people)} cases, 0 paid twice;"
            f" longest recovery {max(seen.recovery_seconds):.1f} s"
        )
    assert seen.acknowledged > STOPS * stops.WRITERS
