"""`./dev anju …`: the project's command line, pointed at the demo that runs, if one does."""

from __future__ import annotations

import json
import os
import sys

from anju.config.command import main
from anju.config.environment import CHECKOUT

# These change the shape of the database and so act as its owner.
AS_OWNER = {"migrate"}


def settings_of_running_demo(arguments: list[str]) -> dict[str, str]:
    """The ANJU_… of the running demo's centre; empty when none runs or others are set."""
    if "ANJU_DATABASE_URL" in os.environ:
        return {}
    try:
        running = json.loads((CHECKOUT / ".anju" / "demo" / "running.json").read_text())
    except (OSError, ValueError):
        return {}
    role = "migrate" if AS_OWNER & set(arguments) else "settings"
    centers = running[role]
    named = [value.partition("=")[2] for value in arguments if value.startswith("--center=")]
    if "--center" in arguments[:-1]:
        named.append(arguments[arguments.index("--center") + 1])
    center = (named or [os.environ.get("ANJU_CENTER") or next(iter(centers))])[0]
    found: dict[str, str] = centers.get(center, {})
    return found


if __name__ == "__main__":
    os.environ.update(settings_of_running_demo(sys.argv[1:]))
    sys.exit(main())
