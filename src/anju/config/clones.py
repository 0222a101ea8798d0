"""Databases for tests: one throwaway server, one migrated template, clones in a twentieth of a
second.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import psutil
import psycopg

from anju import ledger
from anju.config import provision
from anju.config.cluster import THROWAWAY, Cluster, locked

PASSWORDS = provision.Passwords("test-migrate", "test-app", "test-read")
_KEPT_TEMPLATES = 4


class TestDatabases:
    """The server of one checkout's tests, shared by all its runs and workers while any runs."""

    __test__ = False

    def __init__(self, state: Path, center: str) -> None:
        self.center = center
        self.cluster = Cluster(state, "tests", THROWAWAY)
        self._mutex = state / "tests.mutex"
        self._in_use_path = state / "tests.in-use"
        self._in_use: TextIOWrapper | None = None
        self._template = ""

    @classmethod
    def open(cls) -> TestDatabases:
        """Start or join the server and make sure this schema's template is there."""
        from django.conf import settings

        environment = settings.ENVIRONMENT
        databases = cls(environment.state, environment.center)
        with locked(databases._mutex):
            databases._in_use = open(databases._in_use_path, "a")  # noqa: SIM115 - held until close()
            fcntl.flock(databases._in_use, fcntl.LOCK_SH)
            databases.cluster.start()
            databases._template = databases._make_template()
            databases._drop_left_over()
        return databases

    def close(self) -> None:
        """Leave; the last one to leave stops the server."""
        with locked(self._mutex):
            assert self._in_use is not None
            fcntl.flock(self._in_use, fcntl.LOCK_UN)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.cluster.stop()
            self._in_use.close()

    # -- template -------------------------------------------------------------------------------

    def _make_template(self) -> str:
        from anju.config import migrating

        own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:4]
        name = f"template_{self.center}_{migrating.fingerprint()}_{own}"
        with self.cluster.admin() as admin:
            known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            provision.create_roles(admin, self.center, PASSWORDS)
            if known:
                return name
            self._drop_old_templates(admin)
            making = f"making_{secrets.token_hex(4)}"
            provision.create_database(admin, making)
            with self.cluster.admin(making) as inside:
                provision.create_schema(inside, self.center)
            try:
                with self.django_at(making, role="migrate"):
                    migrating.migrate()
                    # Tests open days of these years; making months is the owner's slow business.
                    ledger.ensure_partitions(date(2026, 7, 1), date(2028, 12, 31))
            except BaseException:
                self.drop(making)
                raise
            provision.rename_database(admin, making, name)
        return name

    def _drop_old_templates(self, admin: psycopg.Connection[Any]) -> None:
        rows = admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%' "
            "AND NOT datistemplate ORDER BY oid DESC OFFSET %s",
            [_KEPT_TEMPLATES],
        ).fetchall()
        for (name,) in rows:
            self.drop(name)

    def _drop_left_over(self) -> None:
        """Remove clones whose process was killed before it could."""
        with self.cluster.admin() as admin:
            rows = admin.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'clone\\_%'"
            ).fetchall()
        for (name,) in rows:
            pid = int(name.split("_")[1])
            if not psutil.pid_exists(pid):
                self.drop(name)

    # -- clones ---------------------------------------------------------------------------------

    def clone(self) -> str:
        """A fresh copy of the template; about 0.04 s in memory."""
        name = f"clone_{os.getpid()}_{secrets.token_hex(4)}"
        with self.cluster.admin() as admin:
            template, center = self._template, (self.center,)
            provision.copy_database(admin, template, name, center, by_file=True)
        return name

    def drop(self, name: str) -> None:
        """Remove a clone, cutting whatever is still connected."""
        with self.cluster.admin() as admin:
            provision.drop_database(admin, name)

    def url(self, database: str, role: str = "app") -> str:
        """The address of a clone for "app", "migrate", "read" or "admin"."""
        if role == "admin":
            return self.cluster.url(database)
        return self.cluster.url(
            database, user=f"{self.center}_{role}", password=getattr(PASSWORDS, role)
        )

    @contextlib.contextmanager
    def django_at(self, database: str, role: str = "app") -> Iterator[None]:
        """Point Django's default connection at `database` for the length of a block.

        All threads see it: their connections are made from the same settings.
        """
        from django.db import connections

        settings = connections.settings["default"]
        before = {key: settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        pointed = {
            "NAME": database,
            "USER": f"{self.center}_{role}",
            "PASSWORD": getattr(PASSWORDS, role),
            "HOST": "127.0.0.1",
            "PORT": self.cluster.port,
        }
        wrapper = connections["default"]
        wrapper.close()
        settings.update(pointed)
        wrapper.settings_dict.update(pointed)
        try:
            yield
        finally:
            wrapper.close()
            settings.update(before)
            wrapper.settings_dict.update(before)


class CommittingDatabase:
    """One test's own database."""

    def __init__(self, databases: TestDatabases, name: str) -> None:
        self.databases = databases
        self.name = name
        self._opened: list[psycopg.Connection[Any]] = []

    def url(self, role: str = "app") -> str:
        """A connection URL as "app", "migrate", "read" or "admin"."""
        return self.databases.url(self.name, role)

    def connect(self, role: str = "app", **options: Any) -> psycopg.Connection[Any]:
        """A new psycopg connection, closed with the test if the test forgets."""
        connection = psycopg.connect(self.url(role), **options)
        self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Close what the test opened."""
        for connection in self._opened:
            connection.close()
