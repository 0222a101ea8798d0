"""PostgreSQL stopped at once while people post: what was acknowledged is there afterwards."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import Error, connection
from procrastinate.exceptions import ConnectorException

from anju import ledger
from anju.config.clones import TestDatabases
from anju.config.cluster import DURABLE, Cluster, locked
from anju.domain.vouchers import Voucher
from anju.ledger.tests import books

from .doom import Doom, Ended
from .kills import Centre

WRITERS = 4
LOAD_SECONDS = 0.4
AMOUNT = 7
CASES = 2
# After a crash every file is forced to disk before recovery: by one call instead of thousands.
_QUICK_START = {"recovery_init_sync_method": "syncfs"}


class DurableDatabases(TestDatabases):
    """A server that may not forget, with a template of its own; kept between runs, as it is slow
    to make, and stopped while nobody uses it."""

    def __init__(self, state: Path, center: str, **settings: str) -> None:
        super().__init__(state, center)
        self.cluster = Cluster(state, "stops", {**DURABLE, **_QUICK_START, **settings})


@contextmanager
def durable(state: Path, center: str, **settings: str) -> Iterator[DurableDatabases]:
    """Such a server, running, until the block ends."""
    with locked(state / "stops.mutex"):
        databases = DurableDatabases(state, center, **settings)
        databases.cluster.stop()
        databases.cluster.start()
        try:
            databases._template = databases._make_template()
            databases._drop_left_over()
            yield databases
        finally:
            databases.cluster.stop()


@dataclass
class Writer:
    """Posts voucher after voucher and knows which were acknowledged."""

    account_id: int
    number: int
    acknowledged: list[str] = field(default_factory=list)
    unknown: list[tuple[str, Voucher]] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Post until told to stop or until the database is gone."""
        try:
            while not stop.is_set():
                key = f"{self.number}-{self.account_id}-{len(self.acknowledged)}"
                voucher = books.remittance(self.account_id, AMOUNT)
                self.unknown.append((key, voucher))
                books.post(voucher, key=key)
                self.unknown.pop()
                self.acknowledged.append(key)
        except Error:
            pass
        finally:
            connection.close()


@dataclass
class House:
    """Members, workers and the bank's notices, at work while the database goes away."""

    centre: Centre
    said: list[tuple[str, ...]] = field(default_factory=list)
    problem: Exception | None = None

    def run(self, stop: threading.Event) -> None:
        """Turn after turn until told to stop or until the database is gone."""
        try:
            while not stop.is_set():
                self.centre.next_turn()
                self.centre.turn(Doom(), lambda *words: self.said.append(tuple(map(str, words))))
        except (Error, ConnectorException):
            pass
        except Exception as problem:  # noqa: BLE001 - judged by the test's own thread
            self.problem = problem
        finally:
            connection.close()


@dataclass
class Stops:
    """What became of a number of immediate stops."""

    stops: int = 0
    acknowledged: int = 0
    lost: int = 0
    unknown: int = 0
    were_committed: int = 0
    recovery_seconds: list[float] = field(default_factory=list)


def stop_under_load(cluster: Cluster, centre: Centre, *, stops: int) -> Stops:
    """Stop the server `stops` times under load; judge after every start, and at the end."""
    seen = Stops()
    accounts = [books.account() for _ in range(WRITERS)]
    posted = 0
    for number in range(stops):
        centre.open_cases(CASES)
        writers = [Writer(account, number) for account in accounts]
        house = House(centre)
        _load(cluster, writers, house)
        began = time.monotonic()
        cluster.start()
        seen.recovery_seconds.append(time.monotonic() - began)
        connection.close()
        posted += _judge(writers, seen)
        assert house.problem is None, repr(house.problem)
        centre.hears(Ended(True, house.said))
        seen.stops += 1
        held = sum(ledger.account(account).balance for account in accounts)
        assert held == posted * AMOUNT, "balances are what was posted, once each"
    centre.comes_home()
    centre.is_whole(other_fen=posted * AMOUNT)
    return seen


def _load(cluster: Cluster, writers: list[Writer], house: House) -> None:
    """Let everybody work for a while, then take the server away from under them."""
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in (*writers, house)]
    for thread in threads:
        thread.start()
    # Not before everybody is well under way.
    while any(len(one.acknowledged) < 3 for one in writers):
        time.sleep(0.02)
    time.sleep(LOAD_SECONDS)
    postmaster = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGQUIT)
    for thread in threads:
        thread.join(30)
    stop.set()
    while Path(f"/proc/{postmaster}").exists():
        time.sleep(0.02)


def _judge(writers: list[Writer], seen: Stops) -> int:
    """Acknowledged keys are there; an unknown one is tried again and counts once."""
    keys = {key for one in writers for key in one.acknowledged}
    there = _there(keys)
    lost = keys - there
    seen.acknowledged += len(keys)
    seen.lost += len(lost)
    assert not lost, f"{len(lost)} acknowledged postings were lost"
    pending = [each for one in writers for each in one.unknown]
    for key, voucher in pending:
        seen.unknown += 1
        seen.were_committed += books.post(voucher, key=key).repeated
    return len(keys) + len(pending)


def _there(keys: set[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM ledger_posting_key WHERE key = ANY(%s)", [sorted(keys)])
        return {row[0] for row in cursor.fetchall()}
