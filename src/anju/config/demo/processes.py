"""The demo's child processes: started in groups of their own, watched, restarted, ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

RESTARTS_MAX = 5
RESTART_WINDOW_SECONDS = 60
END_SECONDS = 12


class ChildDied(RuntimeError):
    """A child process keeps ending by itself; the message has the end of its log."""


@dataclass
class Child:
    """One process of the demo: how it is started and what became of it.

    The last word of its name says what kind it is: world, worker, web or listener.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a group of its own, so that a Ctrl-C reaches only the supervisor."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def alive(self) -> bool:
        """True while it runs."""
        return self.process is not None and self.process.poll() is None

    def log_tail(self, lines: int = 12) -> str:
        """The last lines it wrote."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


class Processes:
    """All children together, written down so that the next start can clear up after a kill."""

    def __init__(self, record: Path) -> None:
        self.record = record
        self.children: list[Child] = []

    def start(self, children: Sequence[Child]) -> None:
        """Start these and write all down."""
        for child in children:
            child.start()
            self.children.append(child)
        self._write_down()

    def watch(self, say: Callable[[str], None]) -> None:
        """Start again whatever ended by itself. Raises ChildDied when one will not stay up."""
        for child in self.children:
            if child.alive():
                continue
            now = time.monotonic()
            child.restarts = [t for t in child.restarts if now - t < RESTART_WINDOW_SECONDS]
            if len(child.restarts) >= RESTARTS_MAX:
                raise ChildDied(
                    f"{child.name} keeps ending; its log {child.log} ends:\n{child.log_tail()}"
                )
            child.restarts.append(now)
            say(f"{child.name} ended; starting it again")
            child.start()
            self._write_down()

    def end(self, kinds: tuple[str, ...] = ("world", "worker", "web", "listener")) -> None:
        """End those of these kinds: ask first, insist after a while."""
        ending = [child for child in self.children if child.name.split()[-1] in kinds]
        living = [child for child in ending if child.alive()]
        for child in living:
            _signal_group(child.process, signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for child in living:
            assert child.process is not None
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(child.process, signal.SIGKILL)
                child.process.wait()
        self.children = [child for child in self.children if child not in ending]
        self._write_down()
        if not self.children:
            self.record.unlink(missing_ok=True)

    def _write_down(self) -> None:
        rows = []
        for child in self.children:
            if child.process is not None:
                with contextlib.suppress(psutil.Error):
                    born = psutil.Process(child.process.pid).create_time()
                    rows.append({"name": child.name, "pid": child.process.pid, "born": born})
        fresh = self.record.with_suffix(".tmp")
        fresh.write_text(json.dumps(rows))
        os.replace(fresh, self.record)


def _signal_group(process: subprocess.Popen[bytes] | None, number: int) -> None:
    if process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def end_left_over(record: Path) -> list[str]:
    """End children of a demo that was killed, and nothing else: a pid that was given to another
    process since is left alone. Returns the names of those ended.
    """
    try:
        rows = json.loads(record.read_text())
    except (OSError, ValueError):
        return []
    ended: list[str] = []
    victims: list[psutil.Process] = []
    for row in rows:
        try:
            process = psutil.Process(row["pid"])
            if abs(process.create_time() - row["born"]) > 1:
                continue
            victims += [process, *process.children(recursive=True)]
            ended.append(row["name"])
        except psutil.Error:
            continue
    for process in victims:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _gone, alive = psutil.wait_procs(victims, timeout=END_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    with contextlib.suppress(FileNotFoundError):
        record.unlink()
    return ended
