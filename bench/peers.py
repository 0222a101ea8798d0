"""Other ledgers for Django, driven their own way on the same server: seconds a voucher of twenty.

They are no part of Anju. `./dev bench --peers` installs them, locked with hashes, into a folder of
their own; where that folder is not, they are not compared.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from anju.config.environment import CHECKOUT
from bench.costs import Cost
from bench.sizes import Size
from bench.stage import Stage
from bench.town import STAFF

FOLDER = "peers"
DATABASE = "peers"


def install(folder: Path) -> None:
    """Put the peers beside the bench's figures. Raises CalledProcessError."""
    lock = CHECKOUT / "requirements" / "bench.lock"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
         "--upgrade", "--target", str(folder / FOLDER), "-r", str(lock)],
        check=True,
    )  # fmt: skip


def peers(stage: Stage, size: Size, *, ours: dict[str, float]) -> Iterator[Cost]:
    """Each installed peer against ours: `ours` has seconds of a voucher and of a batch's line."""
    folder = stage.layout.state.parent / FOLDER
    if not folder.exists():
        return
    with stage.layout.cluster.admin() as admin:
        admin.execute(f"CREATE DATABASE {DATABASE}")
        told = conninfo_to_dict(stage.layout.cluster.url(DATABASE))
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST",
             "port": "PORT"}  # fmt: skip
    database = {key: told[name] for name, key in names.items() if told.get(name)}
    spec = {"database": database, "staff": STAFF, "vouchers": size.peers}
    # Behind our own packages: Django and the driver are the same on both sides.
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c",
         f"import sys; sys.path.append({str(folder)!r}); import runpy;"
         "runpy.run_module('bench.peers_client', run_name='__main__')", json.dumps(spec)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-3000:])
    for name, seconds in json.loads(done.stdout.splitlines()[-1]).items():
        yield Cost(
            f"{name}, a voucher of {STAFF}", "ledger.post of the same", "vouchers", size.peers,
            [seconds], [ours["voucher"] * size.peers], note="its own way, at its defaults",
        )  # fmt: skip
        yield Cost(
            f"{name}, a line", "a line of a batch", "lines", 1,
            [seconds / (size.peers * STAFF)], [ours["line"]], note="one employer a transaction",
        )  # fmt: skip
