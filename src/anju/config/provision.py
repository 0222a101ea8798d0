"""A centre in a database: its schema, its roles and what each role may do.

Run as a superuser once per centre (`provision_center`), and as the centre's own migration role
after each migrate (`grant`). Both may be repeated. Nothing else in Anju names a schema or sets a
search path: both belong to the roles.

Who may do what: `<center>_owner` owns everything and cannot log in; `<center>_migrate` logs in and
acts as the owner; `<center>_app` is the halls and workers: it reads everything, writes everything
but the ledger, only adds to audit tables, and moves money through the ledger's functions alone;
`<center>_read` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

_CENTER = re.compile(r"[a-z][a-z0-9_]{1,30}")
# Tables where the halls may add a row and never change or remove one: tracks, and the ledger's
# stage, which is no book.
INSERT_ONLY = re.compile(r"ledger_staged_[a-z]+|[a-z]+_(audit[a-z_]*|[a-z_]*audit|[a-z_]*history)")
# Tables of the bookkeeping label: nobody but its own functions writes them.
LEDGER_PREFIX = "ledger_"
# Functions of the ledger that are its own business are named with a leading underscore.
PRIVATE_FUNCTION_PREFIX = "_"


class ProvisionProblem(RuntimeError):
    """The centre's name is not one, or a role is not what it must be."""


@dataclass(frozen=True)
class Passwords:
    """The passwords of the three roles that log in."""

    migrate: str
    app: str
    read: str


def check_center(center: str) -> str:
    """Return `center` if it can name a schema and roles. Raises ProvisionProblem."""
    if not _CENTER.fullmatch(center):
        raise ProvisionProblem(f"{center!r} cannot name a centre: small letters, digits and _ only")
    return center


def _statement(text: LiteralString, **names: str) -> sql.Composed:
    return sql.SQL(text).format(**{key: sql.Identifier(value) for key, value in names.items()})


def create_database(admin: psycopg.Connection[Any], name: str) -> bool:
    """Create the database unless it is there; returns whether it was created."""
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    admin.execute(_statement("CREATE DATABASE {name}", name=name))
    return True


def create_roles(admin: psycopg.Connection[Any], center: str, passwords: Passwords) -> None:
    """Make the centre's four roles, or give existing ones these passwords and settings."""
    check_center(center)
    owner = f"{center}_owner"
    _ensure_role(admin, owner, None)
    for suffix, password in (
        ("migrate", passwords.migrate),
        ("app", passwords.app),
        ("read", passwords.read),
    ):
        _ensure_role(admin, f"{center}_{suffix}", password)
    roles = {kind: f"{center}_{kind}" for kind in ("owner", "migrate", "app", "read")}
    for statement in (
        _statement("GRANT {owner} TO {migrate}", **_pick(roles, "owner", "migrate")),
        _statement("ALTER ROLE {migrate} SET role = {owner}", **_pick(roles, "owner", "migrate")),
        *(
            _statement(
                "ALTER ROLE {role} SET search_path = {center}",
                role=roles[kind],
                center=center,
            )
            for kind in ("owner", "migrate", "app", "read")
        ),
        _statement("ALTER ROLE {app} SET lock_timeout = '3s'", app=roles["app"]),
        _statement("ALTER ROLE {migrate} SET lock_timeout = '10s'", migrate=roles["migrate"]),
        _statement(
            "ALTER ROLE {app} SET idle_in_transaction_session_timeout = '60s'", app=roles["app"]
        ),
        _statement("ALTER ROLE {read} SET default_transaction_read_only = on", read=roles["read"]),
        _statement("ALTER ROLE {read} SET statement_timeout = '60s'", read=roles["read"]),
    ):
        admin.execute(statement)


def _pick(roles: dict[str, str], *kinds: str) -> dict[str, str]:
    return {kind: roles[kind] for kind in kinds}


def _ensure_role(admin: psycopg.Connection[Any], role: str, password: str | None) -> None:
    row = admin.execute(
        "SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if row is None:
        admin.execute(_statement("CREATE ROLE {role} NOLOGIN NOINHERIT", role=role))
    elif any(row):
        raise ProvisionProblem(f"role {role} has rights over the whole server; refusing to use it")
    if password is not None:
        # PostgreSQL stores only the SCRAM verifier; the literal is quoted by the driver.
        admin.execute(
            sql.SQL("ALTER ROLE {role} LOGIN INHERIT PASSWORD {password}").format(
                role=sql.Identifier(role), password=sql.Literal(password)
            )
        )


def create_schema(admin: psycopg.Connection[Any], center: str) -> None:
    """Make the centre's schema in the database `admin` is connected to, and close the common
    ground: nobody makes temporary tables or anything at all in `public`.
    """
    check_center(center)
    database = admin.info.dbname
    names = {
        "center": center,
        "owner": f"{center}_owner",
        "app": f"{center}_app",
        "read": f"{center}_read",
    }
    open_database(admin, database, (center,))
    texts: tuple[LiteralString, ...] = (
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "CREATE SCHEMA IF NOT EXISTS {center} AUTHORIZATION {owner}",
        "REVOKE ALL ON SCHEMA {center} FROM PUBLIC",
        "GRANT USAGE ON SCHEMA {center} TO {app}, {read}",
        # What the owner makes later belongs to nobody else until grant() says so.
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {center} "
        "GRANT SELECT ON TABLES TO {app}, {read}",
    )
    for text in texts:
        wanted = set(re.findall(r"{(\w+)}", text))
        admin.execute(_statement(text, **{key: names[key] for key in wanted}))


def open_database(admin: psycopg.Connection[Any], database: str, centers: Iterable[str]) -> None:
    """Let these centres' roles connect to `database`, and nobody else.

    Needed again for a copy: rights on a database are not copied with its contents.
    """
    admin.execute(_statement("REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database))
    for center in centers:
        for kind in ("migrate", "app", "read"):
            admin.execute(
                _statement(
                    "GRANT CONNECT ON DATABASE {database} TO {role}",
                    database=database,
                    role=f"{check_center(center)}_{kind}",
                )
            )


def copy_database(
    admin: psycopg.Connection[Any],
    template: str,
    name: str,
    centers: Iterable[str],
    *,
    by_file: bool = False,
) -> None:
    """Make `name` a copy of `template` that these centres' roles may connect to.

    `by_file` copies its files between two checkpoints instead of through the log: faster where a
    checkpoint waits for no disk.
    """
    way = "FILE_COPY" if by_file else "WAL_LOG"
    text = f"CREATE DATABASE {{name}} TEMPLATE {{template}} STRATEGY {way}"
    admin.execute(_statement(text, name=name, template=template))
    open_database(admin, name, centers)


def drop_database(admin: psycopg.Connection[Any], name: str) -> None:
    """Remove a database, cutting whoever is still connected."""
    admin.execute(_statement("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name))


def rename_database(admin: psycopg.Connection[Any], old: str, new: str) -> None:
    """Give a database that nobody is connected to another name."""
    admin.execute(_statement("ALTER DATABASE {old} RENAME TO {new}", old=old, new=new))


def provision_center(admin_url: str, database: str, center: str, passwords: Passwords) -> None:
    """Database, roles and schema of one centre, from a superuser's URL. May be repeated."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        create_database(admin, database)
        create_roles(admin, center, passwords)
    with psycopg.connect(admin_url, dbname=database, autocommit=True) as admin:
        create_schema(admin, center)


def grant(connection: psycopg.Connection[Any]) -> None:
    """After a migrate, give `_app` and `_read` their rights in the current schema.

    `connection` is the migration role's, acting as the owner. The schema is what the role's own
    search path says; the roles are named after it.
    """
    with connection.transaction():
        row = connection.execute("SELECT current_schema(), current_user").fetchone()
        center, user = cast(tuple[str, str], row)
        if user != f"{center}_owner":
            raise ProvisionProblem(f"grants are made as {center}_owner, not as {user}")
        app, read = f"{center}_app", f"{center}_read"
        for text in (
            "GRANT SELECT ON ALL TABLES IN SCHEMA {center} TO {app}, {read}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {center} TO {app}",
            "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {center} FROM PUBLIC",
        ):
            wanted = set(re.findall(r"{(\w+)}", text))
            names = {"center": center, "app": app, "read": read}
            connection.execute(_statement(text, **{key: names[key] for key in wanted}))
        _grant_tables(connection, center, app)
        _grant_functions(connection, center, app)


def _grant_tables(connection: psycopg.Connection[Any], center: str, app: str) -> None:
    tables = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relkind IN ('r', 'p') ORDER BY 1",
        [center],
    ).fetchall()
    for (table,) in tables:
        names = {"center": center, "table": table, "app": app}
        connection.execute(
            _statement(
                "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {center}.{table} FROM {app}", **names
            )
        )
        if INSERT_ONLY.fullmatch(table):
            connection.execute(_statement("GRANT INSERT ON {center}.{table} TO {app}", **names))
        elif not table.startswith(LEDGER_PREFIX) and table != "django_migrations":
            connection.execute(
                _statement("GRANT INSERT, UPDATE, DELETE ON {center}.{table} TO {app}", **names)
            )


def _grant_functions(connection: psycopg.Connection[Any], center: str, app: str) -> None:
    """EXECUTE on everything but trigger functions and the ledger's own underscore functions."""
    functions = connection.execute(
        "SELECT p.oid::regprocedure::text, p.proname FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = %s AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype",
        [center],
    ).fetchall()
    for signature, name in functions:
        if name.startswith(PRIVATE_FUNCTION_PREFIX):
            continue
        connection.execute(
            # regprocedure text is PostgreSQL's own, already quoted where it must be.
            sql.SQL("GRANT EXECUTE ON FUNCTION {signature} TO {app}").format(
                signature=sql.SQL(cast(LiteralString, signature)), app=sql.Identifier(app)
            )
        )
