"""The ground all other tests stand on: whose database it is, and that nothing stays in it."""

from datetime import datetime

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from anju.config.clock import SHANGHAI

LATER = datetime(2030, 1, 1, tzinfo=SHANGHAI)


def _who() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user, current_database()")
        return cursor.fetchone()


@pytest.mark.django_db
@pytest.mark.parametrize("again", [1, 2])
def test_tests_act_as_the_app_and_leave_nothing(again):
    schema, user, _database = _who()
    assert (schema, user) == ("yuncheng", "yuncheng_app")
    assert not Session.objects.exists()
    Session.objects.create(session_key="k", session_data="", expire_date=LATER)


@pytest.mark.parametrize("again", [1, 2])
def test_a_committing_test_has_a_database_of_its_own(committing_db, again):
    assert _who()[2] == committing_db.name
    assert not Session.objects.exists()
    Session.objects.create(session_key="k", session_data="", expire_date=LATER)
    with committing_db.connect("read") as reader:
        assert reader.execute("SELECT count(*) FROM django_session").fetchone() == (1,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("DELETE FROM django_session")


def test_the_app_makes_no_tables_not_even_temporary_ones(committing_db):
    for statement in (
        "CREATE TEMP TABLE t (i int)",
        "CREATE TABLE t (i int)",
        "CREATE TABLE public.t (i int)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    ):
        with (
            committing_db.connect("app") as app,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            app.execute(statement)


def test_the_network_is_closed():
    import socket

    with pytest.raises(RuntimeError, match="loopback only"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_the_clock_is_the_demos(clock):
    from anju import ports

    assert ports.clock().now().isoformat() == "2026-11-20T10:00:00+08:00"
    clock.advance(days=1)
    assert ports.clock().now().isoformat() == "2026-11-21T10:00:00+08:00"
