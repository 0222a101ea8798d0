"""Roles of a centre: what each may do, and that two centres share nothing."""

import psycopg
import pytest

from anju.config import provision

OTHER = "testcity"
PASSWORDS = provision.Passwords("m" * 16, "a" * 16, "r" * 16)


@pytest.fixture
def other(committing_db):
    """A second centre in the same database, with one table of each kind."""
    with committing_db.connect("admin", autocommit=True) as admin:
        provision.create_roles(admin, OTHER, PASSWORDS)
        provision.create_roles(admin, OTHER, PASSWORDS)
        provision.create_schema(admin, OTHER)
        provision.create_schema(admin, OTHER)
    url = committing_db.url("admin")

    def connect(kind):
        return psycopg.connect(
            url, user=f"{OTHER}_{kind}", password=getattr(PASSWORDS, kind), autocommit=True
        )

    with connect("migrate") as migrate:
        for name in ("cases_thing", "ledger_thing", "store_auditrow", "cases_case_history"):
            migrate.execute(f"CREATE TABLE {name} (i int)")
        migrate.execute("CREATE FUNCTION ledger_move() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        migrate.execute("CREATE FUNCTION _ledger_inner() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        provision.grant(migrate)
        provision.grant(migrate)
    yield connect
    with committing_db.connect("admin", autocommit=True) as admin:
        admin.execute(f"DROP SCHEMA {OTHER} CASCADE")
        for kind in ("owner", "migrate", "app", "read"):
            admin.execute(f"DROP OWNED BY {OTHER}_{kind} CASCADE")
            admin.execute(f"DROP ROLE {OTHER}_{kind}")


def refused(connection, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_role_is_at_home_in_its_centre_without_being_told(other):
    for kind in ("migrate", "app", "read"):
        with other(kind) as connection:
            assert connection.execute("SELECT current_schema()").fetchone() == (OTHER,)
    with other("migrate") as migrate:
        assert migrate.execute("SELECT current_user").fetchone() == (f"{OTHER}_owner",)


def test_the_halls_write_everything_but_the_ledger_and_only_add_to_audit(other):
    with other("app") as app:
        app.execute("INSERT INTO cases_thing VALUES (1)")
        app.execute("UPDATE cases_thing SET i = 2")
        app.execute("DELETE FROM cases_thing")
        refused(app, "TRUNCATE cases_thing")
        for table in ("store_auditrow", "cases_case_history"):
            app.execute(f"INSERT INTO {table} VALUES (1)")
            refused(app, f"UPDATE {table} SET i = 2")
            refused(app, f"DELETE FROM {table}")
        app.execute("SELECT * FROM ledger_thing")
        refused(app, "INSERT INTO ledger_thing VALUES (1)")
        assert app.execute("SELECT ledger_move()").fetchone() == (1,)
        refused(app, "SELECT _ledger_inner()")
        refused(app, "CREATE TABLE mine (i int)")
        refused(app, "CREATE TEMP TABLE mine (i int)")


def test_readers_read(other):
    with other("read") as reader:
        assert reader.execute("SELECT count(*) FROM ledger_thing").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("DELETE FROM cases_thing")
        reader.execute("SET default_transaction_read_only = off")
        refused(reader, "DELETE FROM cases_thing")


def test_two_centres_share_nothing(other, committing_db):
    with committing_db.connect("app", autocommit=True) as ours:
        refused(ours, f"SELECT * FROM {OTHER}.cases_thing")
        refused(ours, f"SET ROLE {OTHER}_app")
    with other("app") as theirs:
        refused(theirs, "SELECT * FROM yuncheng.django_session")
    with other("migrate") as theirs:
        refused(theirs, "CREATE TABLE yuncheng.planted (i int)")


def test_strangers_do_not_enter(committing_db):
    with committing_db.connect("admin", autocommit=True) as admin:
        admin.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger-stranger'")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(
                    committing_db.url("admin"), user="stranger", password="stranger-stranger"
                )
        finally:
            admin.execute("DROP ROLE stranger")


def test_a_role_with_rights_over_the_server_is_not_taken_for_a_centres(committing_db):
    with committing_db.connect("admin", autocommit=True) as admin:
        admin.execute("CREATE ROLE overlord_app SUPERUSER")
        try:
            with pytest.raises(provision.ProvisionProblem, match="overlord_app"):
                provision.create_roles(admin, "overlord", PASSWORDS)
        finally:
            for kind in ("app", "owner", "migrate", "read"):
                admin.execute(f"DROP ROLE IF EXISTS overlord_{kind}")


@pytest.mark.parametrize("name", ["", "Yuncheng", "a b", "x;drop", "1city", "a" * 40])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(provision.ProvisionProblem):
        provision.check_center(name)


def test_grants_are_made_by_the_owner_alone(committing_db):
    with (
        committing_db.connect("app") as app,
        pytest.raises(provision.ProvisionProblem, match="yuncheng_owner"),
    ):
        provision.grant(app)
