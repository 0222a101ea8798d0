"""`ledger.post` from Python against TPC-B through the same connections, threads and all.

The work is done by a child process, because Django takes its database when it starts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from anju.config.environment import CHECKOUT
from bench.rounds import Ratio, Run, compare
from bench.sizes import Size
from bench.stage import BOOKS, CENTER, FIRST_SPREAD, SPREAD, Stage


def through_python(stage: Stage, size: Size) -> Iterator[Ratio]:
    """At each number of threads of one Python process."""
    for clients, each in size.python_each.items():
        spec = {
            "clients": clients,
            "each": each,
            "rounds": size.rounds,
            "first": FIRST_SPREAD,
            "spread": min(SPREAD, size.tpcb_accounts),
            "tpcb_accounts": size.tpcb_accounts,
        }
        settings = stage.layout.settings(CENTER, database=BOOKS)
        environment = stage.layout.environment(settings)
        environment["PYTHONPATH"] = f"{CHECKOUT}:{environment['PYTHONPATH']}"
        done = subprocess.run(
            [sys.executable, "-m", "bench.posting_client", json.dumps(spec)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-3000:])
        found = json.loads(done.stdout.splitlines()[-1])
        runs = {name: [Run(*each) for each in rounds] for name, rounds in found.items()}
        at = f"{clients} thread{'s' if clients > 1 else ''}"
        baseline = "TPC-B-like, same Python"
        yield compare(
            f"ledger.post, {at}", runs["post"], against=runs["tpcb"], baseline=baseline,
            note="Voucher to Posted, in a transaction of its own",
        )  # fmt: skip
