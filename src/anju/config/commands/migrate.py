"""Apply every migration to this centre's schema, make its roles' grants, keep its accounts.

Connects with ANJU_DATABASE_URL, which must be the centre's migration role.
"""

import argparse
import sys

NAME = "migrate"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--check only tells what is missing; --list names it."""
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if behind")


def run(args: argparse.Namespace) -> int:
    """Migrate, or only look."""
    from anju import ports
    from anju.business.treasury import bank_accounts
    from anju.config import migrating

    missing = migrating.pending()
    if args.check:
        print("\n".join(missing) or "up to date")
        return 1 if missing else 0
    migrating.migrate(verbosity=1 if sys.stdout.isatty() else 0)
    bank_accounts.keep(ports.clock().now())
    print(f"{len(missing)} migrations applied, grants made")
    return 0
