"""`./dev test`: every test, the quick ones first; says at the end what was not run, and why.

    ./dev test               all suites, with the time of each and the slowest tests
    ./dev test --mutants     every proof of a proof: a planted fault must turn its proof red
    ./dev test --nightly     what is too long for every push
    ./dev test -k interest   anything else is handed to pytest, in one run

What follows `--mutants` or `--nightly` goes to pytest as well: `./dev test --mutants -k bank`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
REPORTS = CHECKOUT / ".anju" / "tests"
# The first is the same engine without the windows that nobody sees: a third less work per page.
BROWSERS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
QUICK = "not journey and not processes and not nightly"
# Name, what pytest is told. The core runs without Django and must be covered whole.
SUITES = (
    (
        "domain",
        [
            *(
                "src/anju/domain",
                "-m",
                "not nightly",
                "-p",
                "no:django",
                "--cov=anju.domain",
                "--cov-branch",
            ),
            *("--cov-config=tools/coverage.ini", "--cov-fail-under=100", "--cov-report=term"),
        ],
    ),
    ("rooms", ["--ignore=src/anju/domain", "-m", QUICK, "-n", "2", "--dist=loadfile"]),
    ("processes", ["-m", "processes and not journey and not nightly"]),
    ("journeys", ["-m", "journey and not nightly"]),
)
# Lanes run at the same time, the suites of a lane one after the other. The last lane speaks as it
# goes, the others when all have ended. Journeys and processes wait for others half of their time;
# the other lanes take what they leave, and give way: a browser kept waiting is a test that fails by
# chance.
LANES = (("journeys", "processes"), ("domain",), ("rooms",))
YIELDING = {name for lane in LANES[1:] for name in lane}
NICENESS = "10"
# Chosen by a switch instead, one suite each. `-vv` names every test: the list is the answer.
# One process: some of these stop servers and kill workers, and say how long that took.
SWITCHES = {
    "--mutants": ("mutants", ["-m", "mutants", "-vv"]),
    "--nightly": ("nightly", ["-m", "nightly", "-vv"]),
}
# Linux's folder in memory, and the bytes that must be free there before a run's databases are put
# into it: twice what a run has ever needed, as a second run may begin while this one goes on.
MEMORY, MEMORY_WANTED = Path("/dev/shm"), 4 << 30
OURS = "anju-tests-"
SLOWEST_SHOWN = 15
FAULT_SHOWN = 400
STARTED = time.time()
Suite = tuple[str, list[str]]


@dataclass
class Outcome:
    """What became of one suite."""

    name: str
    status: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    """Each test that failed, with what it said first."""
    took: dict[str, float] = field(default_factory=dict)
    """Seconds of each test, by its name, with what its fixtures took."""


def chromium() -> str:
    """A browser of the machine, or one that Playwright may fetch; empty when there is none."""
    named = os.environ.get("CHROME", "")
    if named and shutil.which(named):
        return named
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    print("no Chromium on the PATH; asking Playwright to fetch one", flush=True)
    try:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            check=True,
            timeout=300,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        code = (
            "from playwright.sync_api import sync_playwright as s\n"
            "with s() as p: print(p.chromium.executable_path)"
        )
        path = subprocess.check_output([sys.executable, "-c", code], text=True).strip()
        return path if Path(path).exists() else ""
    except (subprocess.SubprocessError, OSError):
        return ""


def run_all(suites: list[Suite], environment: dict[str, str]) -> list[Outcome]:
    """Run the suites, each in its lane and the lanes at once; outcomes in the suites' order."""
    lanes = [[suite for suite in suites if suite[0] in names] for names in LANES]
    loose = [suite for suite in suites if not any(suite in lane for lane in lanes)]
    lanes = [lane for lane in [*lanes, loose] if lane]
    *aside, aloud = lanes
    with ThreadPoolExecutor(len(lanes)) as pool:
        apart = [pool.submit(_run_lane, lane, environment, aside=True) for lane in aside]
        ended = _run_lane(aloud, environment, aside=False)
        ended += [outcome for lane in apart for outcome in lane.result()]
    for lane in aside:
        for name, _told in lane:
            said = said_by(name).read_text(encoding="utf-8", errors="replace")
            print(f"\n== {name}\n{said}", flush=True)
    place = {name: number for number, (name, _told) in enumerate(suites)}
    return sorted(ended, key=lambda outcome: place[outcome.name])


def _run_lane(lane: list[Suite], environment: dict[str, str], *, aside: bool) -> list[Outcome]:
    outcomes = []
    for name, told in lane:
        if not aside:
            print(f"\n== {name}", flush=True)
        outcomes.append(run(name, told, environment, said_by(name) if aside else None))
    return outcomes


def said_by(name: str) -> Path:
    """Where a suite that runs aside says what it says."""
    return REPORTS / f"said-{name}.txt"


def run(
    name: str, arguments: list[str], environment: dict[str, str], log: Path | None = None
) -> Outcome:
    """Run one suite and read its report; what it says goes to `log`, if one is given."""
    report = REPORTS / f"report-{name}.xml"
    report.unlink(missing_ok=True)
    started = time.time()
    first = ["nice", "-n", NICENESS] if name in YIELDING and shutil.which("nice") else []
    with log.open("w") if log else nullcontext() as said:
        status = subprocess.run(
            [*first, sys.executable, "-m", "pytest", *arguments, f"--junitxml={report}"],
            cwd=CHECKOUT,
            env=environment,
            check=False,
            stdout=said,
            stderr=said and subprocess.STDOUT,
        ).returncode
    outcome = Outcome(name, status, time.time() - started)
    if report.exists():
        _read(report, outcome)
    elif status not in (0, 5):
        outcome.failed = 1
    if status not in (0, 1, 5) and not outcome.failed:
        outcome.failed = 1
    return outcome


def _read(report: Path, outcome: Outcome) -> None:
    for case in ET.parse(report).iter("testcase"):
        where = f"{case.get('classname', '')}::{case.get('name', '')}"
        outcome.took[where] = outcome.took.get(where, 0) + float(case.get("time", 0))
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.skipped.append(f"{where}: {skipped.get('message', 'no reason given')}")
        elif (fault := _fault(case)) is not None:
            outcome.failed += 1
            outcome.why.append(f"{where}: {fault}")
        else:
            outcome.passed += 1


def _fault(case: ET.Element) -> str | None:
    """What a failed test said, in a line; None when it did not fail."""
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            return " ".join((found.get("message") or "no reason given").split())[:FAULT_SHOWN]
    return None


def room(test: str) -> str:
    """Where a test lies, as far as a reader cares: `anju.ledger`, `tests.security`."""
    parts = test.partition("::")[0].removeprefix("src.").split(".")
    return ".".join(parts[:2])


def times(outcomes: list[Outcome]) -> Iterator[str]:
    """Lines that tell where the time went: by room, and the slowest tests."""
    took = {test: seconds for one in outcomes for test, seconds in one.took.items()}
    rooms: dict[str, float] = {}
    for test, seconds in took.items():
        rooms[room(test)] = rooms.get(room(test), 0) + seconds
    yield "seconds of testing by room (suites may run two at once)"
    for name, seconds in sorted(rooms.items(), key=lambda pair: -pair[1]):
        yield f"{seconds:>9.1f}  {name}"
    yield f"the {SLOWEST_SHOWN} slowest tests, in seconds"
    for test, seconds in sorted(took.items(), key=lambda pair: -pair[1])[:SLOWEST_SHOWN]:
        yield f"{seconds:>9.1f}  {test}"


def summary(outcomes: list[Outcome]) -> int:
    """Print where the time went, a line per suite, what was not run and why, and the count."""
    print("", *times(outcomes), sep="\n")
    print(f"\n{'suite':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for one in outcomes:
        print(
            f"{one.name:<12}{one.passed:>8}{one.failed:>8}{len(one.skipped):>9}{one.seconds:>9.1f}"
        )
    print(f"{'together':<37}{time.time() - STARTED:>9.1f}")
    # A coverage that is not whole fails a suite whose tests all pass.
    short = [one for one in outcomes if one.status not in (0, 5) and not one.failed]
    for one in short:
        print(f"{one.name}: failed though every test passed (coverage)")
    for one in outcomes:
        for line in one.skipped:
            print(f"not run: {line}")
        # Said again at the end: a long log is often read from there only.
        for line in one.why:
            print(f"failed: {line}")
    failed = sum(one.failed for one in outcomes) + len(short)
    passed = sum(one.passed for one in outcomes)
    skipped = sum(len(one.skipped) for one in outcomes)
    if not passed:
        print("not a single test ran")
        return 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


def chosen(given: list[str]) -> list[tuple[str, list[str]]] | None:
    """The suites that the words after `./dev test` ask for; None when they are pytest's alone."""
    if not given:
        return list(SUITES)
    rest = [word for word in given if word not in SWITCHES]
    return [
        (name, [*arguments, *rest])
        for switch, (name, arguments) in SWITCHES.items()
        if switch in given
    ] or None


@contextmanager
def clusters_in_memory() -> Iterator[dict[str, str]]:
    """Where the run's databases lie, for the environment: in memory if there is room for them.

    A test's database is two thousand files, made and removed; a disk's file system is slow at
    that, and slower the more it has just removed.
    """
    try:
        roomy = shutil.disk_usage(MEMORY).free > MEMORY_WANTED and os.access(MEMORY, os.W_OK)
    except OSError:
        roomy = False
    if not roomy:
        yield {}
        return
    for left in MEMORY.glob(f"{OURS}*"):
        # What a killed run left; its server notices that its folder is gone, and ends.
        if not Path("/proc", left.name.removeprefix(OURS)).exists():
            shutil.rmtree(left, ignore_errors=True)
    home = MEMORY / f"{OURS}{os.getpid()}"
    home.mkdir(mode=0o755)
    try:
        yield {"ANJU_CLUSTERS": str(home)}
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Run the suites that are asked for, or pytest with what was given."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "ANJU_CHROMIUM": chromium()}
    suites = chosen(sys.argv[1:])
    with clusters_in_memory() as named:
        if suites is None:
            return subprocess.run(
                [sys.executable, "-m", "pytest", *sys.argv[1:]],
                cwd=CHECKOUT,
                env=environment | named,
                check=False,
            ).returncode
        return summary(run_all(suites, environment | named))


if __name__ == "__main__":
    sys.exit(main())
