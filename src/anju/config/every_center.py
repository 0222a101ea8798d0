"""`anju --center all COMMAND …`: the same command in every centre, one after the other.

One process serves one centre, so each centre's turn is a process of its own with that centre's
variables. On a server they lie as `<folder>/<centre>/environment`, which systemd reads as well;
ANJU_ENVIRONMENTS names the folder.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from anju.config.environment import EnvironmentProblem

ALL = "all"


def environments() -> dict[str, dict[str, str]]:
    """Every centre's variables, from the folder that ANJU_ENVIRONMENTS names.

    Raises EnvironmentProblem when there is none to be read.
    """
    folder = os.environ.get("ANJU_ENVIRONMENTS", "")
    files = sorted(Path(folder).glob("*/environment")) if folder else []
    if not files:
        raise EnvironmentProblem(
            "--center all needs ANJU_ENVIRONMENTS: the folder with <centre>/environment in it"
        )
    try:
        return {file.parent.name: parse(file.read_text(encoding="utf-8")) for file in files}
    except (OSError, ValueError) as problem:
        raise EnvironmentProblem(f"{folder}: {problem}") from problem


def parse(text: str) -> dict[str, str]:
    """The NAME=value lines of an environment file; values may be quoted, `#` begins a comment."""
    found = {}
    for line in text.splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith("#"):
            found[name.strip()] = " ".join(shlex.split(value, comments=True))
    return found


def center_asked_for(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The centre that stands before the command, None when none does; and the other words."""
    words = list(arguments)
    for number, word in enumerate(words):
        if word.startswith("--center="):
            return word.partition("=")[2], words[:number] + words[number + 1 :]
        if word == "--center" and number + 1 < len(words):
            return words[number + 1], words[:number] + words[number + 2 :]
        if not word.startswith("-"):
            break  # what follows is the command's own
    return None, words


def without_center(arguments: Sequence[str]) -> list[str] | None:
    """The arguments without `--center all`; None when they do not ask for all centres."""
    center, others = center_asked_for(arguments)
    return others if center == ALL else None


def run_in_each(arguments: Sequence[str], centers: Mapping[str, Mapping[str, str]]) -> int:
    """Run the command once per centre, all of them whatever the first says; the worst status."""
    worst = 0
    for center, variables in centers.items():
        print(f"== {center}", flush=True)
        # Nothing of one centre may reach another: what is ours is theirs alone.
        surroundings = {n: v for n, v in os.environ.items() if not n.startswith("ANJU_")}
        done = subprocess.run(
            [sys.executable, "-m", "anju", *arguments],
            env={**surroundings, "ANJU_CENTER": center, **variables},
            check=False,
        )
        worst = max(worst, abs(done.returncode))
    return worst
