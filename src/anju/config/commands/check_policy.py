"""Check what the centres' folders say: `check-policy` reads them as a start would, and more.

Prints, for each centre, OK or file:line: reason; runs the centre's own worked examples; lists the
values that no source gives, for whoever confirms them. The exit status is 1 when anything is bad.
"""

import argparse
import os
import sys
from pathlib import Path

from anju.config.environment import CHECKOUT, EnvironmentProblem
from anju.policy import PolicyError, centers_in, failing_examples, load

NAME = "check-policy"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which folders to check."""
    parser.description = __doc__
    parser.add_argument(
        "--centers",
        type=Path,
        metavar="FOLDER",
        help="the folder that holds all centres (default: ANJU_CENTERS_DIR, or the checkout's)",
    )
    parser.add_argument("names", nargs="*", metavar="CENTER", help="check only these centres")
    parser.add_argument(
        "--quiet", action="store_true", help="do not list the values that are assumed"
    )


def run(args: argparse.Namespace) -> int:
    """Check; 0 when every centre is in order, else 1."""
    root = args.centers or Path(os.environ.get("ANJU_CENTERS_DIR") or CHECKOUT / "centers")
    if not root.is_dir():
        raise EnvironmentProblem(f"{root} is no folder")
    names = args.names or centers_in(root)
    if not names:
        raise EnvironmentProblem(f"{root} holds no centre")
    return max(_check(name, root, quiet=args.quiet) for name in names)


def _check(center: str, root: Path, *, quiet: bool) -> int:
    try:
        policy = load(center, root)
    except PolicyError as problem:
        _say(f"{center}: {problem}")
        return 1
    wrong = list(failing_examples(policy))
    if wrong:
        for line in wrong:
            _say(f"{center}: {root}/{center}/examples.yaml: {line}")
        return 1
    count = len(policy.assumed())
    _say(f"{center}: OK, version {policy.version[:12]}, {count} values assumed")
    if not quiet:
        for assumption in policy.assumed():
            where = f"{assumption.file}:{assumption.line}"
            _say(f"  {where}: {assumption.name}: {assumption.reason}")
    return 0


def _say(text: str) -> None:
    # Bytes, so that Chinese survives a terminal that was told to speak ASCII.
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()
