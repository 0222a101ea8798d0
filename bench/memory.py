"""What web and worker hold after thousands of requests and jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from bench import http
from bench.halls import THREADS, WORKERS, open_hall, started
from bench.sizes import Size
from bench.stage import CENTER, Stage

GOAL = 0.02
STEPS = 10
JOB_SECONDS = 600
_NEW_JOB = '{"type": "job_inserted", "job_id": 0}'


@dataclass
class Memory:
    """Memory of a process that is its own (USS), in MB, after each tenth of the work.

    `grown` compares the last reading with the one after the fourth tenth: what a process takes
    once, it has taken by then.
    """

    name: str
    unit: str
    done: int
    readings_mb: list[float]

    @property
    def first_mb(self) -> float:
        """After warming up."""
        return self.readings_mb[max(0, len(self.readings_mb) * 4 // 10 - 1)]

    @property
    def last_mb(self) -> float:
        """At the end."""
        return self.readings_mb[-1]

    @property
    def grown(self) -> float:
        """The share by which it grew."""
        return self.last_mb / self.first_mb - 1

    @property
    def met(self) -> bool:
        """Whether that is flat."""
        return self.grown <= GOAL

    def as_json(self) -> dict[str, Any]:
        """What is kept of it."""
        return {**asdict(self), "grown": round(self.grown, 4), "goal": GOAL, "met": self.met}


def held(stage: Stage, size: Size) -> Iterator[Memory]:
    """Web after requests, worker after jobs."""
    yield _web(stage, size)
    yield _worker(stage, size)


def _megabytes(processes: list[psutil.Process]) -> float:
    total: int = sum(process.memory_full_info().uss for process in processes)
    return round(total / 1e6, 2)


def _web(stage: Stage, size: Size) -> Memory:
    with open_hall(stage) as hall:
        assert hall.child.process is not None
        serving = psutil.Process(hall.child.process.pid).children()
        paths = ("/account/", "/services/", "/", "/account/movements/", "/messages/", "/healthz")
        readings = []
        share = size.requests // STEPS
        for _step in range(STEPS):
            _requests(hall.port, hall.cookie, paths, share)
            readings.append(_megabytes(serving))
    return Memory(f"web, {WORKERS} processes", "requests", share * STEPS, readings)


def _requests(port: int, cookie: str, paths: tuple[str, ...], count: int) -> None:
    """So many requests over as many connections as there are hands."""
    lines = WORKERS * THREADS

    def ask(line: http.Line, number: int) -> None:
        for n in range(number, count, lines):
            line.request(paths[n % len(paths)])

    http.over_lines(port, cookie, lines=lines, work=ask)


def _worker(stage: Stage, size: Size) -> Memory:
    with (
        stage.layout.cluster.admin("anju") as admin,
        started(stage, "worker", ["-m", "anju", "worker"]) as child,
    ):
        assert child.process is not None
        admin.execute(f"SET search_path = {CENTER}")
        serving = [psutil.Process(child.process.pid)]
        share = size.jobs // STEPS
        readings = []
        for _step in range(STEPS):
            # The sweeper reads and writes like any job, and needs nobody outside.
            admin.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, attempts)"
                " SELECT 'default', 'sweepers.housekeeping', 0, '{\"timestamp\": 0}', 0"
                " FROM generate_series(1, %s)",
                [share],
            )
            admin.execute("SELECT pg_notify('procrastinate_any_queue_v1', %s)", [_NEW_JOB])
            _until(lambda: _waiting(admin) == 0, child.alive)
            readings.append(_megabytes(serving))
    return Memory("worker", "jobs", share * STEPS, readings)


def _waiting(admin: Any) -> int:
    row = admin.execute(
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE task_name = 'sweepers.housekeeping' AND status IN ('todo', 'doing')"
    ).fetchone()
    return int(row[0])


def _until(done: Callable[[], bool], alive: Callable[[], bool]) -> None:
    deadline = time.monotonic() + JOB_SECONDS
    while not done():
        if time.monotonic() > deadline or not alive():
            raise TimeoutError("the worker did not work its jobs")
        time.sleep(0.1)
