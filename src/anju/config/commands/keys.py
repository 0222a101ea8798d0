"""Make a centre's key ring, and change a key of it: the ring's file, never the database.

`reseal` and `reindex` bring the rows of the database after a changed key.
"""

import argparse
from pathlib import Path

NAME = "keys"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with which file."""
    from anju.store import keyring

    parser.description = __doc__
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    make = actions.add_parser("make", help="write a new ring; never overwrites one")
    make.add_argument("path", type=Path, help="the file to write, readable by its owner alone")
    make.add_argument("--suite", choices=("aes-256-gcm", "sm4-gcm"), default="aes-256-gcm")
    change = actions.add_parser("change", help="add a fresh key and put it to work; keep the old")
    change.add_argument("path", type=Path, help="the ring")
    change.add_argument("purpose", choices=keyring.PURPOSES)
    change.add_argument("--suite", choices=keyring.SUITES, help="another suite than the old key's")
    live = actions.add_parser("live", help="let look-ups ask the other blind-index column")
    live.add_argument("path", type=Path, help="the ring")
    live.add_argument("column", choices=("a", "b"))
    drop = actions.add_parser("drop", help="take a key off that nothing names any more")
    drop.add_argument("path", type=Path, help="the ring")
    drop.add_argument("kid", help="the key's id; `reseal` says which are still named")


def run(args: argparse.Namespace) -> int:
    """Carry it out; 1 with the reason when it cannot be."""
    from anju.store import keyring

    try:
        if args.action == "make":
            keyring.generate(args.path, suite=args.suite)
            said = f"key ring written to {args.path}; keep a copy where the database's are not"
        elif args.action == "change":
            kid = keyring.change_key(args.path, args.purpose, suite=args.suite)
            said = f"{kid} is at work for {args.purpose}; restart the halls and workers"
        elif args.action == "live":
            keyring.change_live_index(args.path, args.column)
            said = f"look-ups ask column {args.column}; restart the halls and workers"
        else:
            keyring.drop_key(args.path, args.kid)
            said = f"{args.kid} is off the ring; destroy its copies when you are sure"
    except FileExistsError:
        print(f"{args.path} exists; a key ring is never overwritten")
        return 1
    except keyring.KeyringError as problem:
        print(problem)
        return 1
    print(said)
    return 0
