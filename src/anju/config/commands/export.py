"""Write the centre's data under a standard's tables: `export jgjt320` (JGJ/T 320-2014).

A new folder of CSV files and a report of what is missing or ill-formed. The files name people with
their numbers, as the standard asks: they are readable by their owner alone, and what left, for whom
and why is kept in the audit trail. Exits 1 when the report names anything.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

NAME = "export"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which standard, which days, where to and why."""
    parser.add_argument("standard", choices=["jgjt320"])
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument("--reason", required=True, help="for whom and why; kept in the trail")


def run(args: argparse.Namespace) -> int:
    """Export and print the report; 2 when the folder cannot be written."""
    from django.conf import settings

    from anju import ports
    from anju.config.jgjt320.sources import Span
    from anju.config.jgjt320.writing import TableReport, export
    from anju.store import audit
    from anju.store.folders import FolderTaken

    at = ports.clock().now()

    def keep(told: list[TableReport]) -> None:
        audit.write(
            "standard.exported",
            at=at,
            actor=audit.Actor.system(),
            subject=audit.Subject("books", settings.ENVIRONMENT.center),
            reason=args.reason,
            details={"standard": args.standard, "first": str(args.first), "last": str(args.last),
                     "rows": {each.number: each.rows for each in told}},
        )  # fmt: skip

    try:
        told = export(args.out, Span(args.first, args.last), before_it_stands=keep)
    except (FolderTaken, OSError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        return 2
    for table in told:
        filled = sum(column.filled > 0 for column in table.columns)
        word = f"{table.rows} 行，{filled}/{len(table.columns)} 列有值"
        if not table.has_source:
            word = "只有表头：尚无数据来源"
        print(f"{table.number} {table.title}\t{word}")
        for column in table.columns:
            if column.missing and table.has_source:
                print(f"  缺 {column.name} {column.title}\t{column.missing}")
            if column.ill_formed:
                print(f"  误 {column.name} {column.title}\t{column.ill_formed}")
                print(*(f"    {example}" for example in column.examples), sep="\n")
        if table.broken_laws or table.repeated_keys:
            print(f"  不平 {table.broken_laws}，主键重复 {table.repeated_keys}")
    faults = sum(each.faults for each in told)
    print(f"{faults} faults" if faults else "nothing is missing", file=sys.stderr)
    return 1 if faults else 0
