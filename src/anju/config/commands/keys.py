"""Write a new key ring for a centre. Never overwrites one: losing a ring loses the data."""

import argparse
from pathlib import Path

NAME = "keys"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and of which suite."""
    parser.add_argument("path", type=Path, help="the file to write, readable by its owner alone")
    parser.add_argument("--suite", choices=("aes-256-gcm", "sm4-gcm"), default="aes-256-gcm")


def run(args: argparse.Namespace) -> int:
    """Generate the ring."""
    from anju.store import keyring

    try:
        keyring.generate(args.path, suite=args.suite)
    except FileExistsError:
        print(f"{args.path} exists; a key ring is never overwritten")
        return 1
    print(f"key ring written to {args.path}; keep a copy where the database's copies are not")
    return 0
