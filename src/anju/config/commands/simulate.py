"""Run the pure machines under a seeded, faulty world and judge them by the bank's own count.

Prints events, faults by kind, checks, violations and the head of the journal; the same seed and
operations give the same head. --seeds runs that many seeds, on all cores, and adds them up.
--mutant plants a design bug, which a run should find.
"""

import argparse

NAME = "simulate"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which run."""
    from anju.simulation.guards import MUTANTS

    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operations", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, default=1, help="run this many seeds from --seed on")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="plant this design bug")


def run(args: argparse.Namespace) -> int:
    """Run what was asked for; 1 when something was violated."""
    from anju.simulation.guards import ALL, MUTANTS
    from anju.simulation.world import simulate, simulate_many

    guards = ALL.without(*MUTANTS[args.mutant]) if args.mutant else ALL
    if args.seeds > 1:
        seeds = range(args.seed, args.seed + args.seeds)
        report = simulate_many(seeds, args.operations, guards)
    else:
        report = simulate(args.seed, args.operations, guards)
    named = f"seeds {args.seed} to {args.seed + args.seeds - 1}"
    named = f"seed {report.seed}" if args.seeds == 1 else named
    print(f"{named}, {report.operations} operations, {report.events} events")
    print(f"faults: {sum(report.faults.values())} of {len(report.faults)} kinds")
    for kind, times in sorted(report.faults.items()):
        print(f"  {kind:32}{times:8}")
    ended = ", ".join(f"{times} {state}" for state, times in sorted(report.cases.items()))
    print(f"cases: {ended}; breaks for a person: {report.breaks}")
    print(f"checks: {report.checks}; violations: {len(report.violations)}")
    for text in report.violations:
        print(f"  {text}")
    print(f"head: {report.head}")
    return 1 if report.violations else 0
