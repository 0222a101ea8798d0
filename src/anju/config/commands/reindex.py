"""Compute one blind-index column of every table anew under the key at work.

Run it after `keys change … index_a|index_b`, and before `keys live`. May be stopped at any moment
and run again; the halls stay open, because look-ups ask the other column.
"""

import argparse

NAME = "reindex"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which column, and how much at a time."""
    parser.description = __doc__
    parser.add_argument("column", choices=("a", "b"))
    parser.add_argument("--batch", type=int, default=1000, help="rows in one transaction")


def run(args: argparse.Namespace) -> int:
    """Rebuild it; 1 when the column is the one that look-ups ask."""
    from anju.parties import indexes

    try:
        batches = indexes.rebuild(args.column, batch=args.batch)
    except ValueError as problem:
        print(problem)
        return 1
    print(f"column {args.column} is whole under its key at work ({batches} batches)")
    return 0
