"""Recompute a centre's books from their lines: `verify` prints each break and exits 1 if any."""

import argparse
import sys

NAME = "verify"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the whole of the centre's books is read."""
    parser.description = __doc__


def run(args: argparse.Namespace) -> int:
    """Verify; 0 when every proof holds, else 1."""
    from django.conf import settings

    from anju.ledger.verify import verify

    breaks = verify()
    for each in breaks:
        print(f"{each.kind}: {each.what}: {each.detail}")
    center = settings.ENVIRONMENT.center
    print(f"{center}: {len(breaks)} breaks" if breaks else f"{center}: the books hold",
          file=sys.stderr)  # fmt: skip
    return 1 if breaks else 0
