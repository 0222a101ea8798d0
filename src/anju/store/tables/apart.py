"""The reading process: hears what is asked, bounds itself, reads one file, answers, ends.

It is started by `reading.read` with nothing of ours in its environment, and sees no key, no
database and no network address. Standard input is one line of JSON (`Ask.told`), then the file.
Standard output is one JSON object: {"table": …} or {"refused": …}.
"""

import gc
import json
import resource
import sys
from dataclasses import asdict
from typing import Any

from anju.store.tables import containers, delimited, workbooks
from anju.store.tables.shapes import Ask, Limits, Table, TableRefused


def main() -> int:
    """Read one file from standard input and answer; 0 unless the process itself broke."""
    asked, _, data = sys.stdin.buffer.read().partition(b"\n")
    ask = Ask.heard(json.loads(asked))
    bound(ask.limits)
    # One file, then the end: looking for cycles among a million cells would free nothing.
    gc.disable()
    json.dump(answer(data, ask), sys.stdout, ensure_ascii=False, separators=(",", ":"))
    return 0


def bound(limits: Limits) -> None:
    """From here on the process may not grow, run or write beyond its limits."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_max),
        (resource.RLIMIT_CPU, limits.seconds_max),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system that knows no such limit, or a lower one stands
            continue


def answer(data: bytes, ask: Ask) -> dict[str, Any]:
    """What to say of these bytes."""
    try:
        return {"table": _told(read(data, ask))}
    except TableRefused as refused:
        return {"refused": asdict(refused)}
    except MemoryError:
        return {"refused": asdict(TableRefused("too_hungry", "表格过于复杂，不能读取"))}


def read(data: bytes, ask: Ask) -> Table:
    """Read in this very process. Raises TableRefused; whatever else it raises is a broken file."""
    if containers.is_workbook(data):
        return workbooks.read(data, ask)
    return delimited.read(data, ask)


def _told(table: Table) -> dict[str, Any]:
    problems = [(each.row, each.column, each.code, each.says, each.was) for each in table.problems]
    return {
        "sheet": table.sheet,
        "rows": table.rows,
        "cells": table.cells,
        "problems": problems,
        "ignored": table.ignored,
    }


if __name__ == "__main__":
    sys.exit(main())
