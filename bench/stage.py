"""What the workloads run on: a server, a centre with the demo's people, books full of accounts.

Everything lies in a folder of its own and is built anew for every run, so that a figure never
depends on what an earlier run left behind.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from anju.config import provision
from anju.config.clock import DEMO_START, FileClock
from anju.config.cluster import DURABLE, Cluster
from anju.config.demo import database
from anju.config.demo.layout import DATABASE, TEMPLATE, Layout
from anju.config.environment import CHECKOUT
from bench.sizes import Size

CENTER = "yuncheng"
BOOKS = "bench"
TPCB = "tpcb"
BRANCHES = 64
FIRST_CLOSING, FIRST_SPREAD, SPREAD = 1_000_000, 500_000, 20_000
# Durable like a centre's own server; memory for what is measured, and no checkpoint that only one
# of two sides would pay for.
SETTINGS = {**DURABLE, "shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "1h"}
LARGE = {"shared_buffers": "5GB", "max_wal_size": "16GB"}

_TPCB_TABLES = """
CREATE SCHEMA tpcb;
SET search_path = tpcb;
CREATE TABLE pgbench_history
    (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
CREATE TABLE pgbench_tellers (tid int NOT NULL, bid int, tbalance int, filler char(84))
    WITH (fillfactor = 100);
CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84))
    WITH (fillfactor = 100);
CREATE TABLE pgbench_branches (bid int NOT NULL, bbalance int, filler char(88))
    WITH (fillfactor = 100);
"""
_TPCB_ROWS = (
    "INSERT INTO pgbench_branches (bid, bbalance) SELECT b, 0 FROM generate_series(1, {b}) b",
    "INSERT INTO pgbench_tellers (tid, bid, tbalance)"
    " SELECT t, (t - 1) / 10 + 1, 0 FROM generate_series(1, {b} * 10) t",
    "INSERT INTO pgbench_accounts (aid, bid, abalance, filler)"
    " SELECT a, (a - 1) % {b} + 1, 0, '' FROM generate_series(1, {a}) a",
    "ALTER TABLE pgbench_branches ADD PRIMARY KEY (bid)",
    "ALTER TABLE pgbench_tellers ADD PRIMARY KEY (tid)",
    "ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)",
    "GRANT USAGE ON SCHEMA tpcb TO {app}",
    "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA tpcb TO {app}",
)
_OPEN = """
INSERT INTO ledger_account (id, person_id, employer_id, opened_on, interest_from)
SELECT {first} + n, 10000000 + {first} + n, 7, '2020-01-02', '2026-07-01'
FROM generate_series(0, {count} - 1) n
"""
# A thousand members a voucher, posted like any other: the balances come from lines.
_REMIT = """
SELECT ledger_post('bench.seed', '{first}-' || batch, '\\x00', array_agg(id), jsonb_build_object(
    'vouchers', jsonb_build_array(jsonb_build_object(
        'kind', 'remittance', 'source_type', 'bench', 'source_id', '{first}-' || batch, 'seq', 0,
        'occurred_at', '2026-11-20T09:00:00+08:00',
        'gl', jsonb_build_array(
            jsonb_build_object('subject', '101', 'amount', sum(1000000), 'bank_account_id', 10101),
            jsonb_build_object('subject', '201', 'amount', -sum(1000000), 'employer_id', 7)),
        'members', jsonb_agg(jsonb_build_object('account_id', id, 'amount', 1000000,
            'kind', 'remittance', 'value_date', '2026-07-15'))))))
FROM (SELECT id, id / 1000 AS batch FROM ledger_account
      WHERE id BETWEEN {first} AND {first} + {count} - 1 ORDER BY id) a
GROUP BY batch
"""


@dataclass
class Stage:
    """A running server with a demo's centre in it, and the addresses of what was built."""

    layout: Layout
    closing_used: int = 0

    def books(self, role: str = "app") -> str:
        """The address of the books that are measured."""
        return self.layout.database_url(CENTER, role, BOOKS)

    def client(self, module: str, *arguments: str, database: str = DATABASE) -> dict[str, Any]:
        """What a module of the bench prints as its last line, run as the centre's worker is.

        Raises RuntimeError with what it said when it fails.
        """
        environment = self.layout.environment(self.layout.settings(CENTER, database=database))
        environment["PYTHONPATH"] = f"{CHECKOUT}:{environment['PYTHONPATH']}"
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-3000:])
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    def take_accounts(self, count: int) -> int:
        """The first of `count` accounts that nobody has closed yet."""
        first = FIRST_CLOSING + self.closing_used
        self.closing_used += count
        return first


@contextlib.contextmanager
def standing(folder: Path, size: Size) -> Iterator[Stage]:
    """The stage is up inside the block and leaves nothing behind."""
    state = folder / "stage"
    Cluster(state, "bench").wipe()
    shutil.rmtree(state, ignore_errors=True)
    layout = Layout(state, CHECKOUT / "centers", free_ports=True)
    layout.centers = (CENTER,)
    layout.cluster = Cluster(state, "bench", {**SETTINGS, **(LARGE if size.large else {})})
    FileClock(layout.clock).set(DEMO_START)
    try:
        layout.choose_ports()
        layout.cluster.start()
        database.ensure(layout, lambda _text: None)
        _fill(layout, size)
        yield Stage(layout)
    finally:
        layout.release_ports()
        layout.cluster.wipe()
        shutil.rmtree(state, ignore_errors=True)


def _fill(layout: Layout, size: Size) -> None:
    with layout.cluster.admin() as admin:
        provision.copy_database(admin, TEMPLATE, BOOKS, layout.centers)
    app = sql.Identifier(f"{CENTER}_app").as_string()
    with layout.cluster.admin(BOOKS) as inside:
        inside.execute(_TPCB_TABLES)
        for text in _TPCB_ROWS:
            inside.execute(text.format(a=size.tpcb_accounts, b=BRANCHES, app=app))
        inside.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(CENTER)))
        spread = min(SPREAD, size.tpcb_accounts)
        for first, count in ((FIRST_SPREAD, spread), (FIRST_CLOSING, size.closing_accounts)):
            inside.execute(_OPEN.format(first=first, count=count))
            inside.execute(_REMIT.format(first=first, count=count))
        inside.execute("VACUUM (ANALYZE)")
        inside.execute("CHECKPOINT")
