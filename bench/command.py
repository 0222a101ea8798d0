"""The command: which workloads, how much of them, and where the figures go."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from anju.config.clock import SHANGHAI
from anju.config.environment import CHECKOUT
from bench import (
    city,
    employers,
    lists,
    memory,
    pages,
    peers,
    postings,
    report,
    rosters,
    statements,
)
from bench.costs import Cost
from bench.rounds import Ratio
from bench.sizes import FULL, QUICK, SIZES, SMOKE, Size
from bench.stage import Stage, standing

Workload = Callable[[Stage, Size], Iterator[Ratio | Cost | memory.Memory]]
WORKLOADS: dict[str, Workload] = {
    "statements": statements.withdrawals,
    "one-bank-account": statements.one_bank_account,
    "postings": postings.through_python,
    "pages": pages.halls,
    "employers": employers.pages,
    "memory": memory.held,
    "import": rosters.imports,
    "lists": lists.months,
    "city": city.nights,
    "growth": city.growth,
}


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev bench", description="Workloads against named baselines; ratios are judged."
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_const", const=QUICK, dest="size",
                      help="some minutes, with fewer clients and requests")  # fmt: skip
    size.add_argument("--full", action="store_const", const=FULL, dest="size",
                      help="the whole run, with a city of 10,000,000 (the default)")  # fmt: skip
    size.add_argument("--smoke", action="store_const", const=SMOKE, dest="size",
                      help="only that every workload runs; its figures mean nothing")  # fmt: skip
    parser.add_argument("--only", action="append", choices=WORKLOADS, metavar="WORKLOAD",
                        help="one of " + ", ".join(WORKLOADS) + "; may be repeated")  # fmt: skip
    parser.add_argument("--folder", type=Path, default=CHECKOUT / ".anju" / "bench",
                        help="where figures are kept (default .anju/bench)")  # fmt: skip
    parser.add_argument("--peers", action="store_true",
                        help="first install other ledgers to compare with")  # fmt: skip
    parser.add_argument("--members", type=int, help="so many in the workload `city`")
    parser.set_defaults(size=FULL)
    options = parser.parse_args(arguments)
    if options.members:
        options.size = replace(options.size, members=options.members)
    return options


def main(arguments: list[str]) -> int:
    """Run; the exit status says whether the workloads ran, not whether goals were met."""
    options = _options(arguments)
    if options.peers:
        peers.install(options.folder)
    size: Size = options.size
    assert size.name in SIZES
    began, at = time.monotonic(), datetime.now(SHANGHAI)
    ratios: list[Ratio] = []
    memories: list[memory.Memory] = []
    costs: list[Cost] = []
    with standing(options.folder, size) as stage:
        print(f"stage built in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        print(report.HEADING, flush=True)
        for name, workload in WORKLOADS.items():
            if options.only and name not in options.only:
                continue
            since = time.monotonic()
            for found in workload(stage, size):
                if isinstance(found, Cost):
                    costs.append(found)
                    print(report.cost_line(found), flush=True)
                elif isinstance(found, Ratio):
                    ratios.append(found)
                    print(report.line_of(found), flush=True)
                else:
                    memories.append(found)
                    print(report.memory_line(found), flush=True)
            print(f"{name}: {time.monotonic() - since:.0f} s", file=sys.stderr, flush=True)
    notes = [] if size is FULL else [f"{size.name}: memory after {size.requests:,} requests only"]
    path = options.folder / f"{at:%Y%m%d-%H%M%S}-{size.name}.json"
    seconds = time.monotonic() - began
    report.write(path, size=size, at=at, seconds=seconds, ratios=ratios, memories=memories,
                 costs=costs, notes=notes)  # fmt: skip
    for note in notes:
        print(note)
    print(f"{seconds:.0f} s; figures in {path}")
    return 0
