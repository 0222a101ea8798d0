"""Make a centre's database, schema and roles on a PostgreSQL server. May be repeated.

Run once per centre by a database superuser. Passwords of the three roles that log in come from
ANJU_MIGRATE_PASSWORD, ANJU_APP_PASSWORD and ANJU_READ_PASSWORD.
"""

import argparse
import os

from anju.config.environment import EnvironmentProblem

NAME = "provision"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the server is and what the database is called."""
    parser.add_argument("--admin-url", required=True, help="a superuser's postgresql:// address")
    parser.add_argument("--database", default="anju", help="the database (default: anju)")


def _password(kind: str) -> str:
    name = f"ANJU_{kind.upper()}_PASSWORD"
    value = os.environ.get(name, "")
    if len(value) < 16:
        raise EnvironmentProblem(f"{name} must be set to at least 16 characters")
    return value


def run(args: argparse.Namespace) -> int:
    """Provision the centre named by --center or ANJU_CENTER."""
    from anju.config import provision

    center = os.environ.get("ANJU_CENTER", "")
    if not center:
        raise EnvironmentProblem("which centre? use --center or ANJU_CENTER")
    provision.provision_center(
        args.admin_url,
        args.database,
        center,
        provision.Passwords(_password("migrate"), _password("app"), _password("read")),
    )
    print(f"centre {center}: database {args.database}, schema and roles are in place")
    return 0
