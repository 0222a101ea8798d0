"""The command line: `anju [--center C] COMMAND …`, one module per command, found by its place.

A module of `anju.config.commands` has NAME, a docstring (its first line is the help),
`add_arguments(parser)` and `run(args) -> int`. Django is set up first when NEEDS_DJANGO is true,
so a command that needs no database starts without one.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from anju.config import commands, every_center
from anju.config.environment import EnvironmentProblem


def command_modules() -> dict[str, ModuleType]:
    """Every command by its NAME."""
    found: dict[str, ModuleType] = {}
    for info in iter_modules(commands.__path__, f"{commands.__name__}."):
        if info.ispkg:
            continue
        module = import_module(info.name)
        found[module.NAME] = module
    return dict(sorted(found.items()))


def build_parser(modules: dict[str, ModuleType]) -> argparse.ArgumentParser:
    """The parser of all commands together."""
    parser = argparse.ArgumentParser(prog="anju", description="Anju 安居 command line")
    parser.add_argument("--center", help="which centre to work in, or `all` (default: ANJU_CENTER)")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in modules.items():
        summary = (module.__doc__ or "").strip().splitlines()[0] if module.__doc__ else ""
        sub = subparsers.add_parser(name, help=summary, description=module.__doc__)
        module.add_arguments(sub)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    everywhere = every_center.without_center(words)
    if everywhere is not None:
        try:
            return every_center.run_in_each(everywhere, every_center.environments())
        except EnvironmentProblem as problem:
            print(f"anju: {problem}", file=sys.stderr)
            return 2
    modules = command_modules()
    args = build_parser(modules).parse_args(arguments)
    if args.center:
        os.environ["ANJU_CENTER"] = args.center
    module = modules[args.command]
    try:
        if getattr(module, "NEEDS_DJANGO", False):
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.config.settings")
            import django

            django.setup()
        return int(module.run(args) or 0)
    except EnvironmentProblem as problem:
        print(f"anju: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
