"""Reckon without a database: `calc interest`, `calc contribution`, each with its trace.

One JSON object per line in, one per line out. A line that cannot be answered gets
{"error": "…"}; the others are answered all the same, and the exit status is 2 at the end.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from anju import policy
from anju.config.environment import CHECKOUT, EnvironmentProblem
from anju.config.sums import contribution, interest, lines

NAME = "calc"
NEEDS_DJANGO = False

SUMS = {
    "interest": "interest on an account's history",
    "contribution": "what a member's month comes to on a base, within the month's limits",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sums that can be asked for."""
    sums = parser.add_subparsers(dest="sum", required=True, metavar="SUM")
    for name, says in SUMS.items():
        sums.add_parser(
            name,
            help=f"{says}, one JSON object per line on standard input",
            description=__doc__,
        )


def run(args: argparse.Namespace) -> int:
    """Answer standard input line by line; 0, or 2 when any line was refused."""
    root = Path(os.environ.get("ANJU_CENTERS_DIR") or CHECKOUT / "centers")
    if not root.is_dir():
        raise EnvironmentProblem(f"ANJU_CENTERS_DIR: {root} is no folder")
    status = 0
    for each in lines.answers(sys.stdin.buffer, answer=_answer(args.sum, root)):
        # Bytes, so that Chinese survives a terminal that was told to speak ASCII; half a
        # surrogate pair, quoted from the input, goes back as the escape it came as.
        text = json.dumps(each, ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
        status = 2 if "error" in each else status
    return status


def _answer(name: str, root: Path) -> Callable[[bytes], lines.Answer]:
    """What answers one line of a sum by the policies of the centers in a folder."""
    policies = lines.policies(root)
    if name == "interest":
        return partial(interest.answer, load=lambda center: policy.interest_terms(policies(center)))
    return partial(
        contribution.answer, load=lambda center: policy.contribution_terms(policies(center))
    )
