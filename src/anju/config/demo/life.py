"""`./dev demo`, `./dev demo --smoke`, `./dev down`: the three lives of a demo."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psutil

from anju.config.cluster import Cluster, ClusterProblem
from anju.config.demo.database import BuildFailed
from anju.config.demo.layout import Layout
from anju.config.demo.page import DemoPage
from anju.config.demo.processes import ChildDied, end_left_over
from anju.config.demo.supervisor import (
    AlreadyRunning,
    NotReady,
    Supervisor,
    interrupt_on_signals,
    stop_running,
)
from anju.config.environment import CHECKOUT

SMOKES = CHECKOUT / ".anju" / "smokes"
_PROBLEMS = (ClusterProblem, BuildFailed, ChildDied, NotReady)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def state_folder(given: Path | None) -> Path:
    """Where this checkout's demo keeps its things."""
    return given or CHECKOUT / ".anju" / "demo"


def run(
    state: Path | None,
    centers_dir: Path | None,
    started: float,
    free_ports: bool = False,
    bank: str = "http",
) -> int:
    """Run until Ctrl-C; exits 0 when it was stopped, 1 when something would not run."""
    interrupt_on_signals()
    layout = Layout(state_folder(state), centers_dir or CHECKOUT / "centers", free_ports, bank)
    supervisor = Supervisor(layout, _say)
    try:
        with supervisor.running():
            page = DemoPage(supervisor)
            page.start()
            print(f"\nAnju is running. Everything is at  {layout.page}", flush=True)
            _say(f"ready after {time.time() - started:.1f} s; Ctrl-C stops everything")
            try:
                supervisor.watch()
            finally:
                page.stop()
    except AlreadyRunning as running:
        print(f"A demo is already running: {running}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("stopped: the halls, the workers, the outside world and the database")
        return 0
    except _PROBLEMS as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


def smoke(centers_dir: Path | None, started: float, bank: str = "http") -> int:
    """Walk the main job in a throwaway demo on free ports; 0 when all of it went well."""
    from anju.config.demo import smoke as walk

    interrupt_on_signals()
    clear_dead_smokes()
    folder = Path(tempfile.mkdtemp(prefix="anju-smoke-"))
    mark = _mark_smoke(folder)
    layout = Layout(folder / "demo", centers_dir or CHECKOUT / "centers", True, bank)
    supervisor = Supervisor(layout, _say)
    try:
        with supervisor.running():
            _say(f"ready after {time.time() - started:.1f} s")
            failed = walk.walk_all(supervisor)
    except KeyboardInterrupt:
        return 130
    except _PROBLEMS as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    finally:
        _wipe(folder)
        mark.unlink(missing_ok=True)
    print(f"smoke: {'FAILED' if failed else 'passed'} after {time.time() - started:.1f} s")
    return 1 if failed else 0


def _mark_smoke(folder: Path) -> Path:
    """Write down where this smoke lives, for whoever has to clear up after a kill."""
    SMOKES.mkdir(parents=True, exist_ok=True)
    mark = SMOKES / str(os.getpid())
    mark.write_text(f"{psutil.Process().create_time()}\n{folder}")
    return mark


def clear_dead_smokes() -> int:
    """End and remove what smokes that were killed left behind; says how many there were."""
    dead = 0
    for mark in SMOKES.glob("*") if SMOKES.is_dir() else ():
        born, _, folder = mark.read_text().partition("\n")
        with contextlib.suppress(psutil.Error):
            if abs(psutil.Process(int(mark.name)).create_time() - float(born)) < 1:
                continue
        end_left_over(Path(folder) / "demo" / "processes.json")
        _wipe(Path(folder))
        mark.unlink(missing_ok=True)
        dead += 1
    return dead


def _wipe(folder: Path) -> None:
    """Remove a throwaway demo whole: its database, its files."""
    Cluster(folder / "demo", "demo").wipe()
    shutil.rmtree(folder, ignore_errors=True)


def down(state: Path | None) -> int:
    """Stop what an earlier start left: its processes, its database.

    Without a folder of its own that is the checkout's demo, and the database of its tests.
    """
    layout_state = state_folder(state)
    stopped = ["the demo"] if stop_running(layout_state / "demo.lock") else []
    stopped += end_left_over(layout_state / "processes.json")
    places = [(layout_state, "demo")]
    if state is None:
        places.append((CHECKOUT / ".anju" / "tests", "tests"))
    for folder, name in places:
        if folder.exists() and Cluster(folder, name).stop():
            stopped.append(f"{name} database")
    stopped += ["a smoke"] * clear_dead_smokes()
    (layout_state / "running.json").unlink(missing_ok=True)
    print("stopped: " + ", ".join(stopped) if stopped else "nothing was running")
    return 0
