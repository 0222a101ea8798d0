"""Starts a whole Anju on one machine, watches it, resets it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

from anju.config.clock import DEMO_START, FileClock
from anju.config.demo import database
from anju.config.demo.layout import Layout
from anju.config.demo.processes import Child, ChildDied, Processes, end_left_over

Say = Callable[[str], None]
READY_SECONDS = 90


class AlreadyRunning(RuntimeError):
    """Another demo of this folder runs; the message is its address."""


class NotReady(RuntimeError):
    """A process did not become ready; the message has the end of its log."""


class Supervisor:
    """One demo, from nothing to running to nothing."""

    def __init__(self, layout: Layout, say: Say) -> None:
        self.layout = layout
        self.say = say
        self.processes = Processes(layout.children)
        self.clock = FileClock(layout.clock)
        self._clock_memory = layout.state / "clock-last.json"
        self.stopping = threading.Event()
        self._lock: TextIOWrapper | None = None
        self._changing = threading.RLock()

    # -- life ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Everything is up inside the block and nothing is after it, whatever happens in it."""
        self._take_lock()
        try:
            self._start()
            yield
        finally:
            self._stop()

    def _take_lock(self) -> None:
        self._lock = open(self.layout.lock, "a+")  # noqa: SIM115 - held until _stop
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise AlreadyRunning(running_address(self.layout)) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _start(self) -> None:
        layout = self.layout
        for name in end_left_over(layout.children):
            self.say(f"an earlier start was killed: ended its {name}")
        layout.choose_ports()
        for line in layout.moved:
            self.say(line)
        self.say("starting PostgreSQL")
        layout.cluster.start(self.say)
        if database.ensure(layout, self.say):
            self._begin_anew()
        self._set_clock_going()
        self.say("starting the halls, the workers and the outside world")
        self._start_processes()

    def _begin_anew(self) -> None:
        """The outside world, the photographs and the clock forget what was."""
        shutil.rmtree(self.layout.world_store.parent, ignore_errors=True)
        for center in self.layout.centers:
            shutil.rmtree(self.layout.evidence(center), ignore_errors=True)
        self._clock_memory.unlink(missing_ok=True)

    def _set_clock_going(self) -> None:
        """Go on from where the clock last stood: a demo's night does not pass while it is off."""
        try:
            last = json.loads(self._clock_memory.read_text())["last"]
            self.clock.set(max(DEMO_START, datetime.fromisoformat(last)))
        except (OSError, ValueError, KeyError):
            self.clock.set(DEMO_START)

    def _start_processes(self) -> None:
        layout = self.layout
        layout.write_world_config()
        running = {child.name for child in self.processes.children}
        self.processes.start([child for child in self._children() if child.name not in running])
        waited = {"the outside world": f"{layout.world}healthz"}
        waited |= {center: f"{layout.address(center)}/readyz" for center in layout.centers}
        deadline = time.monotonic() + READY_SECONDS
        for name, url in waited.items():
            self._wait_until_ready(name, url, deadline)
        layout.running.touch(mode=0o600)
        layout.running.write_text(
            json.dumps(
                {
                    "page": layout.page,
                    "world": layout.world,
                    "halls": {center: layout.address(center) for center in layout.centers},
                    "pid": os.getpid(),
                    "read": {c: layout.database_url(c, "read") for c in layout.centers},
                    "settings": {center: layout.settings(center) for center in layout.centers},
                    "migrate": {
                        center: layout.settings(center, "migrate") for center in layout.centers
                    },
                }
            )
        )

    def _children(self) -> list[Child]:
        layout = self.layout
        children = [
            Child(
                "outside world",
                [
                    *("-m", "anju", "world", "--port", str(layout.world_port)),
                    *("--store", str(layout.world_store), "--clock", str(layout.clock)),
                    *("--config", str(layout.world_config)),
                ],
                layout.environment({"ANJU_PROFILE": "demo"}),
                layout.logs / "world.log",
            )
        ]
        for center in layout.centers:
            environment = layout.environment(layout.settings(center))
            bind = f"127.0.0.1:{layout.hall_ports[center]}"
            web = ["-m", "anju", "web", "--bind", bind, "--workers", "1", "--threads", "6"]
            children += [
                Child(f"{center} web", web, environment, layout.logs / f"{center}-web.log"),
                Child(
                    f"{center} worker",
                    ["-m", "anju", "worker"],
                    environment,
                    layout.logs / f"{center}-worker.log",
                ),
            ]
            if layout.listener_ports:
                listener = ["-m", "anju", "bank-listener"]
                log = layout.logs / f"{center}-listener.log"
                children.append(Child(f"{center} listener", listener, environment, log))
        return children

    def _wait_until_ready(self, name: str, url: str, deadline: float) -> None:
        answer = ""
        while time.monotonic() < deadline and not self.stopping.is_set():
            # What dies before it ever answered would only die again.
            for child in self.processes.children:
                if not child.alive():
                    raise NotReady(
                        f"{child.name} ended; its log {child.log} ends:\n{child.log_tail()}"
                    )
            try:
                with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - loopback
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as problem:
                answer = f"{problem.code} {problem.read(300).decode(errors='replace')}"
            except OSError as problem:
                answer = str(problem)
            time.sleep(0.1)
        if self.stopping.is_set():
            raise KeyboardInterrupt
        raise NotReady(f"{name} is not ready ({url}): {answer}\n{self._log_of(name)}")

    def _log_of(self, name: str) -> str:
        logs = [child.log_tail() for child in self.processes.children if name in child.name]
        return "\n".join(logs)

    def watch(self) -> None:
        """Keep everything up until a signal or `stop()`; remembers the clock as it goes."""
        while not self.stopping.wait(0.5):
            with self._changing:
                if not self.stopping.is_set():
                    try:
                        self.processes.watch(self.say)
                    except ChildDied as problem:
                        self.say(str(problem))
                        raise
                    self._remember_clock()

    def _remember_clock(self) -> None:
        fresh = self._clock_memory.with_suffix(".tmp")
        fresh.write_text(json.dumps({"last": self.clock.now().isoformat()}))
        os.replace(fresh, self._clock_memory)

    def stop(self) -> None:
        """Ask `watch` to end; safe from any thread and from a signal handler."""
        self.stopping.set()

    def _stop(self) -> None:
        self.stopping.set()
        # A second Ctrl-C must not leave half of it running.
        with _signals_ignored(), self._changing:
            with contextlib.suppress(OSError):
                self._remember_clock()
            self.processes.end()
            self.layout.cluster.stop()
            self.layout.running.unlink(missing_ok=True)
            self.layout.release_ports()
            if self._lock is not None:
                self._lock.close()

    # -- what the demo page asks for -----------------------------------------------------------

    def reset(self) -> None:
        """Everything as at the first start: people, money, messages, clock."""
        with self._changing:
            # The halls stay: they take the new database's connections by themselves.
            self.processes.end(("worker", "world"))
            database.copy(self.layout)
            self._begin_anew()
            self.clock.set(DEMO_START)
            # A hall that died a moment ago is mended here, not taken for one that cannot start.
            self.processes.watch(self.say)
            self._start_processes()


def stop_running(layout_lock: Path) -> bool:
    """Ask the demo that holds this lock to stop and wait until it has; False when none does."""
    try:
        lock = open(layout_lock, "r+")  # noqa: SIM115 - closed below
    except OSError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            with contextlib.suppress(ValueError, ProcessLookupError):
                os.kill(int(lock.read() or 0), signal.SIGTERM)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return True


def running_address(layout: Layout) -> str:
    """The address of the demo that holds this folder's lock, as far as it is known."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return str(json.loads(layout.running.read_text())["page"])
    return "it is just starting or stopping"


@contextlib.contextmanager
def _signals_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupt_on_signals() -> None:
    """SIGTERM and SIGHUP end the demo the way Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
