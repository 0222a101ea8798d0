"""A hall that really runs, and a member signed in at it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from anju import policy
from anju.config.demo.browsing import Browser
from anju.config.demo.processes import Child, Processes
from anju.config.demo.smoke import sign_in
from bench.stage import CENTER, Stage

READY_SECONDS = 60
MEMBER = "green"
WORKERS, THREADS = 2, 4


@dataclass
class Hall:
    """A running server of the halls, with the cookie of a signed-in member."""

    port: int
    cookie: str
    account_no: str
    child: Child


@contextlib.contextmanager
def started(stage: Stage, name: str, arguments: list[str]) -> Iterator[Child]:
    """A process of the centre, as production starts it, ended with the block."""
    layout = stage.layout
    processes = Processes(layout.state / f"processes-{name}.json")
    child = Child(
        name, arguments, layout.environment(layout.settings(CENTER)), layout.logs / f"{name}.log"
    )
    processes.start([child])
    try:
        yield child
    finally:
        processes.end((name.split()[-1],))


@contextlib.contextmanager
def open_hall(stage: Stage) -> Iterator[Hall]:
    """The halls are served inside the block. Raises TimeoutError when they do not come up."""
    port = stage.layout.hall_ports[CENTER]
    arguments = [
        *("-m", "anju", "web", "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WORKERS), "--threads", str(THREADS)),
    ]
    with started(stage, "web", arguments) as child:
        address = f"http://127.0.0.1:{port}"
        _wait(address, child)
        people = policy.load(CENTER, stage.layout.centers_dir).demo
        assert people is not None
        member = next(each for each in people.members if each.code == MEMBER)
        browser = Browser(address)
        sign_in(browser, member, "web")
        cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
        browser.close()
        yield Hall(port, cookie, member.account.number, child)


def _wait(address: str, child: Child) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.alive():
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"the halls did not come up:\n{child.log_tail()}")
