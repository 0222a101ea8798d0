"""What whole-system tests share: a demo that really runs, as processes, beside any other."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pyotp
import pytest

from anju import policy
from anju.config.clock import FileClock
from anju.config.cluster import ELSEWHERE
from anju.config.environment import CHECKOUT

START_SECONDS = 300
# What a proof saw is to be read in its failure, also where it is no test itself.
pytest.register_assert_rewrite(
    "tests.invariants.races",
    "tests.faults.at_once",
    "tests.faults.down",
    "tests.faults.journeys",
    "tests.faults.kills",
    "tests.faults.stops",
)


@dataclass
class RunningDemo:
    """A demo of its own folder and ports: its addresses, its people, its buttons."""

    state: Path
    process: subprocess.Popen[str]
    addresses: dict[str, Any]

    @property
    def page(self) -> str:
        """The demo page."""
        return str(self.addresses["page"])

    @property
    def world(self) -> str:
        """The outside world, with a slash at the end."""
        return str(self.addresses["world"])

    def hall(self, center: str) -> str:
        """A centre's halls, without a slash at the end."""
        return str(self.addresses["halls"][center])

    def policy(self, center: str) -> policy.Policy:
        """What the centre's folder says; `.demo` has its people."""
        return policy.load(center, CHECKOUT / "centers")

    def press(self, button: str) -> None:
        """Press a button of the demo page: hour, day, working-day, reset."""
        page = httpx.get(self.page).text
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        answer = httpx.post(self.page, data={"do": button, "token": token}, timeout=120)
        assert answer.status_code == 303, answer.text

    @property
    def clock(self) -> FileClock:
        """The demo's clock; may be set."""
        return FileClock(self.state / "clock.json")

    def totp(self, secret: str) -> str:
        """The code that a member of staff's authenticator shows now."""
        return str(pyotp.TOTP(secret).at(self.clock.now()))

    def sms(self, center: str, phone: str) -> list[dict[str, Any]]:
        """The texts that arrived at a phone, oldest first."""
        url = f"{self.world}sms/api/messages"
        answer = httpx.get(url, params={"phone": phone, "client": center}).raise_for_status()
        return sorted(answer.json()["messages"], key=lambda message: message["id"])

    def query(self, center: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the centre's database, as its reading role."""
        with psycopg.connect(self.addresses["read"][center]) as reader:
            return reader.execute(statement, values).fetchall()


def one_city(folder: Path) -> Path:
    """A folder of one city, for what every city does alike: half the processes to wait for."""
    for name in ("national", "yuncheng"):
        shutil.copytree(CHECKOUT / "centers" / name, folder / name)
    return folder


def surroundings() -> dict[str, str]:
    """The environment without what is ours, but for where clusters keep their data."""
    kept = os.environ.items()
    return {name: text for name, text in kept if name[:5] != "ANJU_" or name == ELSEWHERE}


def start_demo(state: Path, *arguments: str, checkout: Path = CHECKOUT) -> RunningDemo:
    """Start a demo as `./dev demo` does and wait until it is there."""
    environment = surroundings()
    environment["PYTHONPATH"] = str(checkout / "src")
    log = open(state.parent / f"{state.name}.log", "w+")  # noqa: SIM115 - the process keeps it
    process = subprocess.Popen(
        [sys.executable, "-m", "anju", "demo", "--state", str(state), "--free-ports", *arguments],
        env=environment,
        cwd=checkout,
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            addresses = json.loads((state / "running.json").read_text())
            if addresses["pid"] == process.pid and httpx.get(addresses["page"]).status_code == 200:
                return RunningDemo(state, process, addresses)
        except (OSError, ValueError, httpx.HTTPError):
            time.sleep(0.2)
    process.kill()
    log.seek(0)
    pytest.fail(f"the demo did not start:\n{log.read()}")


def stop_demo(demo: RunningDemo) -> int:
    """Ctrl-C; returns its exit status."""
    demo.process.send_signal(signal.SIGINT)
    return demo.process.wait(60)


@pytest.fixture(scope="session")
def demo() -> Iterator[RunningDemo]:
    """One running demo for all tests of a run. Use people that no other test uses, or reset."""
    from anju.config.cluster import Cluster

    with tempfile.TemporaryDirectory(prefix="anju-journey-") as folder:
        state = Path(folder) / "demo"
        running = start_demo(state)
        yield running
        stop_demo(running)
        Cluster(state, "demo").wipe()
