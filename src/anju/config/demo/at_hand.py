"""`./dev anju …`: the project's command line, pointed at the demo that runs, if one does."""

from __future__ import annotations

import json
import os
import sys

from anju.config import every_center
from anju.config.command import main
from anju.config.environment import CHECKOUT

# These change the shape of the database and so act as its owner.
AS_OWNER = {"migrate"}


def centers_of_running_demo(arguments: list[str]) -> dict[str, dict[str, str]]:
    """The ANJU_… of each of the running demo's centres; empty when none runs or others are set."""
    if {"ANJU_DATABASE_URL", "ANJU_ENVIRONMENTS"} & set(os.environ):
        return {}
    try:
        running = json.loads((CHECKOUT / ".anju" / "demo" / "running.json").read_text())
    except (OSError, ValueError):
        return {}
    found: dict[str, dict[str, str]] = running[
        "migrate" if AS_OWNER & set(arguments) else "settings"
    ]
    return found


def settings_of_running_demo(arguments: list[str]) -> dict[str, str]:
    """The ANJU_… of the one centre that is meant: named, or the first."""
    centers = centers_of_running_demo(arguments)
    if not centers:
        return {}
    named, _others = every_center.center_asked_for(arguments)
    return centers.get(named or os.environ.get("ANJU_CENTER") or next(iter(centers)), {})


def run(arguments: list[str]) -> int:
    """The command, in one centre or in all."""
    everywhere = every_center.without_center(arguments)
    centers = centers_of_running_demo(arguments)
    if everywhere is not None and centers:
        return every_center.run_in_each(everywhere, centers)
    os.environ.update(settings_of_running_demo(arguments))
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
