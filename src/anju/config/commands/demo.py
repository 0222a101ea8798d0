"""Run everything on this machine with made-up people: the demo.

--smoke walks the main job in a throwaway folder and exits 0 or 1; --down stops what an earlier
start left running; --load fills this centre with the demo's people (the demo's own start does).
"""

import argparse
import os
import sys
import time
from pathlib import Path

NAME = "demo"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do instead of running."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--smoke", action="store_true")
    what.add_argument("--down", action="store_true")
    what.add_argument("--load", action="store_true")
    parser.add_argument("--bank", choices=("http", "bdc"), default="http", help="how it is paid")
    parser.add_argument("--state", type=Path, help="the demo's folder (default: .anju/demo)")
    parser.add_argument("--free-ports", action="store_true", help="any ports, not the usual ones")
    parser.add_argument("--centers-dir", type=Path, help="the centres (default: centers/)")


def run(args: argparse.Namespace) -> int:
    """Run, smoke, stop or load."""
    if args.load:
        return _load()
    from anju.config.demo import life

    if args.down:
        return life.down(args.state)
    started = float(os.environ.get("ANJU_STARTED_AT") or time.time())
    if args.smoke:
        return life.smoke(args.centers_dir, started, args.bank)
    return life.run(args.state, args.centers_dir, started, args.free_ports, args.bank)


def _load() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.config.settings")
    import django

    django.setup()
    from anju.config.demo import load

    counts = load.load()
    print(", ".join(f"{number} {what}" for what, number in counts.items()), file=sys.stderr)
    return 0
