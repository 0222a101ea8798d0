"""Processes that end by SIGKILL at a named point, and what they acknowledged before."""

from __future__ import annotations

import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

PATIENCE_SECONDS = 120
POSTING = ("ledger_settle_hold", "ledger_release_hold", "ledger_order_hold", "ledger_post(")


class Doom:
    """Counts the points a process passes and ends it at the chosen one.

    A point is `phase/gap`: the phase is what the process is busy with, the gap lies between two
    things that happen outside its memory: "commit 1 before", "commit 1 after", "posted" (written,
    not yet committed), and whatever the bank calls out. `statement n` ends it after the nth
    statement of a phase.
    """

    def __init__(self, target: str = "") -> None:
        self.target = target
        self.phase = ""
        self.passed: list[str] = []
        self._commits: Counter[str] = Counter()
        self._statements: Counter[str] = Counter()

    def enter(self, phase: str) -> None:
        """What follows belongs to this phase."""
        self.phase = phase
        self._commits.clear()
        self._statements.clear()

    def reach(self, gap: str) -> None:
        """Pass a point, or end there."""
        point = f"{self.phase}/{gap}"
        self.passed.append(point)
        if point == self.target:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Watch this process's connection: its statements and its commits."""
        connection.execute_wrappers.append(self._statement)
        commit = connection.commit

        def watched() -> None:
            self._commits[self.phase] += 1
            number = self._commits[self.phase]
            self.reach(f"commit {number} before")
            commit()
            self.reach(f"commit {number} after")

        connection.commit = watched

    def _statement(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        self._statements[self.phase] += 1
        self.reach(f"statement {self._statements[self.phase]}")
        if any(name in str(sql) for name in POSTING):
            self.reach("posted")
        return answer


@dataclass(frozen=True)
class Ended:
    """How a process ended: what it acknowledged, and whether it was killed."""

    killed: bool
    said: list[tuple[str, ...]] = field(default_factory=list)


Say = Callable[..., None]


def in_a_process(work: Callable[[Doom, Say], None], *, target: str = "") -> Ended:
    """Do `work(doom, say)` in a forked process that dies at `target`.

    What it `say`s is an acknowledgement: whoever asked has heard it. Fails when it ends by
    anything but success or our kill.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(work, Doom(target), writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = [tuple(line.rstrip("\n").split("\t")) for line in pipe]
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status != 0:
        raise AssertionError(f"the process failed: {[line for line in said if line[0] == '!']}")
    return Ended(killed, said)


_not_ours: list[Any] = []


def _leave_the_parents_connection() -> None:
    """Open our own at the next statement; kept from being closed, which the server would hear."""
    _not_ours.append(connection.connection)
    connection.connection = None


def _be_the_child(work: Callable[[Doom, Say], None], doom: Doom, writing: int) -> None:
    """Work, then leave without any of the parent's clearing up."""

    def say(*words: object) -> None:
        os.write(writing, ("\t".join(str(word) for word in words) + "\n").encode())

    status = 1
    try:
        signal.alarm(PATIENCE_SECONDS)
        _leave_the_parents_connection()
        doom.watch()
        work(doom, say)
        say("passed", *doom.passed)
        status = 0
    except BaseException:  # noqa: BLE001 - told to the parent, which fails
        say("!", traceback.format_exc().replace("\n", " | ").replace("\t", " "))
    finally:
        os._exit(status)
