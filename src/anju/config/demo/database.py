"""The demo's database: built once as a template, copied at every reset."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from anju.config import provision
from anju.config.demo.layout import DATABASE, TEMPLATE, Layout
from anju.config.migrating import fingerprint
from anju.store import keyring

MAKING = "anju_making"
Say = Callable[[str], None]


class BuildFailed(RuntimeError):
    """A step of building the demo's database failed; the message has its output."""


def marks(layout: Layout) -> dict[str, str]:
    """What the template depends on: the shape of the database, and the people in it."""
    people = hashlib.sha256("\n".join(layout.centers).encode())
    sources = [
        *sorted(layout.centers_dir.rglob("*.yaml")),
        *sorted(Path(__file__).parent.glob("load*.py")),
    ]
    for path in sources:
        people.update(path.read_bytes())
    return {"migrations": fingerprint(), "people": people.hexdigest()[:16]}


def ensure(layout: Layout, say: Say) -> bool:
    """Make sure the demo's database is there and is of today's migrations and people.

    Returns whether it begins anew, so that clock and outside world have to as well.
    """
    wanted = marks(layout)
    known = _known_marks(layout)
    with layout.cluster.admin() as admin:
        names = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
    if TEMPLATE in names and known == wanted:
        if DATABASE not in names:
            copy(layout)
        return DATABASE not in names
    if known and known.get("migrations") != wanted["migrations"]:
        say("the demo's database is of older migrations: rebuilding it")
    elif known:
        say("the demo's people or policies have changed: rebuilding its database")
    build(layout, say)
    layout.built.write_text(json.dumps(wanted))
    return True


def _known_marks(layout: Layout) -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        found: dict[str, str] = json.loads(layout.built.read_text())
        return found
    return {}


def build(layout: Layout, say: Say) -> None:
    """Build the template from nothing: roles, schemas, migrations, people; then the first copy."""
    layout.built.unlink(missing_ok=True)
    with layout.cluster.admin() as admin:
        for name in (DATABASE, TEMPLATE, MAKING):
            provision.drop_database(admin, name)
        provision.create_database(admin, MAKING)
        for center in layout.centers:
            provision.create_roles(admin, center, layout.passwords(center))
    with layout.cluster.admin(MAKING) as inside:
        for center in layout.centers:
            provision.create_schema(inside, center)
        provision.open_database(inside, MAKING, layout.centers)
    for center in layout.centers:
        shutil.rmtree(layout.evidence(center), ignore_errors=True)
        layout.keyring(center).unlink(missing_ok=True)
        keyring.generate(layout.keyring(center))
    say("migrating " + " and ".join(layout.centers))
    _in_every_center(layout, "migrate", ["migrate"])
    say("loading the demo's people")
    _in_every_center(layout, "app", ["demo", "--load"])
    with layout.cluster.admin() as admin:
        provision.rename_database(admin, MAKING, TEMPLATE)
    copy(layout)


def _in_every_center(layout: Layout, role: str, arguments: list[str]) -> None:
    """Run one command for all centres at once. Raises BuildFailed with what one of them said."""
    running = {}
    for center in layout.centers:
        settings = layout.settings(center, role, MAKING)
        # The history is told with dates of its own; the clock stands at the demo's start.
        del settings["ANJU_CLOCK_FILE"]
        running[center] = subprocess.Popen(
            [sys.executable, "-m", "anju", *arguments],
            env=layout.environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        said = {center: process.communicate()[0] for center, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
    for center, process in running.items():
        if process.returncode != 0:
            raise BuildFailed(f"{center}: anju {' '.join(arguments)} failed:\n{said[center]}")


def copy(layout: Layout) -> None:
    """Put a fresh copy of the template in place of the demo's database."""
    with layout.cluster.admin() as admin:
        provision.drop_database(admin, DATABASE)
        provision.copy_database(admin, TEMPLATE, DATABASE, layout.centers)
