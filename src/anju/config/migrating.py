"""Bringing a centre's schema up to date, and giving its roles their rights afterwards."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from anju.config import provision

_SOURCES = Path(__file__).resolve().parents[1]


def fingerprint() -> str:
    """A name for the shape of the database that this source tree makes.

    Two trees with the same fingerprint make the same database, so a template of one serves the
    other; a demo whose database bears another one is rebuilt.
    """
    digest = hashlib.sha256()
    found = [*_SOURCES.rglob("migrations/*.py"), *_SOURCES.rglob("*.sql")]
    for path in sorted(set(found)):
        if "tests" in path.parts or "__pycache__" in path.parts:
            continue
        digest.update(str(path.relative_to(_SOURCES)).encode())
        digest.update(path.read_bytes())
    digest.update(Path(provision.__file__).read_bytes())
    for package in ("django", "procrastinate"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:16]


def migrate(verbosity: int = 0) -> None:
    """Apply every migration as the connected role, then make the grants in the same schema."""
    call_command("migrate", interactive=False, verbosity=verbosity)
    connection.ensure_connection()
    provision.grant(connection.connection)


def pending() -> list[str]:
    """Names of migrations not applied yet, `app.0001_name`."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
