"""The figures as a table for people and as JSON for whatever compares them."""

from __future__ import annotations

import json
import os
import platform
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.costs import Cost
from bench.memory import Memory
from bench.rounds import Ratio
from bench.sizes import Size

_MARK = {True: "met", False: "MISSED", None: ""}


def line_of(ratio: Ratio) -> str:
    """One row of the table."""
    goal = "" if ratio.goal is None else f"≥ {ratio.goal:g}"
    spread = f"{min(ratio.rounds):.2f}-{max(ratio.rounds):.2f}"
    latency = "" if ratio.p50_ms is None else f"{ratio.p50_ms:.1f}"
    tail = "" if ratio.p99_ms is None else f"{ratio.p99_ms:.1f}"
    return (
        f"{ratio.name:<44}{ratio.ratio:>6.2f} {spread:>11} {goal:>7} {_MARK[ratio.met]:<7}"
        f"{ratio.workload_per_second:>9.0f}{ratio.baseline_per_second:>9.0f}"
        f"{latency:>8}{tail:>8}  {ratio.baseline}"
    )


def cost_line(cost: Cost) -> str:
    """One row of work that has an end."""
    goal = "" if cost.goal is None else f"≤ {cost.goal:g}"
    ratio = "" if cost.ratio is None else f"{cost.ratio:.2f}"
    spread = f"{min(cost.rounds):.2f}-{max(cost.rounds):.2f}" if cost.rounds else ""
    seconds = f"{median(cost.seconds):.2f} s, {cost.per_second:,.0f} {cost.unit}/s"
    return (
        f"{cost.name:<44}{ratio:>6} {spread:>11} {goal:>7} {_MARK[cost.met]:<7}"
        f"{seconds:>34}  {cost.baseline}"
    )


HEADING = (
    f"{'workload':<44}{'ratio':>6} {'spread':>11} {'goal':>7} {'':<7}"
    f"{'1/s':>9}{'base 1/s':>9}{'p50 ms':>8}{'p99 ms':>8}  baseline"
)


def memory_line(memory: Memory) -> str:
    """One row of what a process held."""
    return (
        f"memory of {memory.name:<34}{memory.grown:>+6.1%} {'':>11} {'≤ 2 %':>7}"
        f" {_MARK[memory.met]:<7}{memory.first_mb:>8.1f} MB to {memory.last_mb:.1f} MB"
        f" over {memory.done:,} {memory.unit}"
    )


def write(path: Path, *, size: Size, at: datetime, seconds: float, ratios: list[Ratio],
          memories: list[Memory], costs: list[Cost],
          notes: list[str]) -> dict[str, Any]:  # fmt: skip
    """Keep the run as JSON; returns what was written."""
    content = {
        "at": at.isoformat(timespec="seconds"),
        "size": size.name,
        "seconds": round(seconds, 1),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "load": [round(each, 2) for each in os.getloadavg()],
        },
        "ratios": [ratio.as_json() for ratio in ratios],
        "costs": [cost.as_json() for cost in costs],
        "memory": [memory.as_json() for memory in memories],
        "notes": notes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return content
