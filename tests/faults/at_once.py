"""Several people at the same instant, each in a thread and on a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Done:
    """What became of one act: its answer, or what it raised; and how long it took."""

    answer: Any
    seconds: float
    error: Exception | None = None


def at_once(*acts: Callable[[], Any], delays: Sequence[float] = ()) -> list[Done]:
    """Let all acts start together, the nth after `delays[n]` seconds; gives what became of each."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any], delay: float) -> Done:
        began = time.perf_counter()
        try:
            # Connecting is not what is raced for.
            connection.ensure_connection()
            start.wait(60)
            time.sleep(delay)
            began = time.perf_counter()
            return Done(act(), time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 - the proof judges it
            return Done(None, time.perf_counter() - began, error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts, [*delays, *[0.0] * len(acts)]))


def answers(done: Sequence[Done]) -> list[Any]:
    """The answers, when nobody met an error: an error is never a lawful outcome."""
    errors = [f"{type(one.error).__name__}: {one.error}" for one in done if one.error is not None]
    assert not errors, f"{len(errors)} of {len(done)} met an error, first: {errors[0]}"
    return [one.answer for one in done]


def percentile(done: Sequence[Done], share: float) -> float:
    """How many milliseconds `share` of the acts took at most."""
    taken = sorted(one.seconds for one in done)
    return 1000 * taken[min(len(taken) - 1, int(share * len(taken)))]
