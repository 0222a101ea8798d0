"""A demo's lives: it starts, is killed, is found again, is stopped, and leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from anju.config.cluster import Cluster
from anju.config.demo.layout import DATABASE
from anju.config.environment import CHECKOUT

from ..conftest import start_demo, stop_demo

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """One demo's folder; its database is built once for all tests of this module."""
    folder = tmp_path_factory.mktemp("demo") / "state"
    yield folder
    Cluster(folder, "demo").wipe()


def children(demo):
    """Every process that belongs to a demo, the database's included."""
    own = psutil.Process(demo.process.pid).children(recursive=True)
    postmaster = int((Cluster(demo.state, "demo").data / "postmaster.pid").read_text().split()[0])
    return [*own, psutil.Process(postmaster)]


def gone(processes, seconds=20):
    """Whether all of these have ended within a while."""
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def log_of(demo):
    return (demo.state.parent / f"{demo.state.name}.log").read_text()


def test_ctrl_c_stops_everything_the_database_included(state):
    demo = start_demo(state)
    all_of_it = children(demo)
    names = " ".join(" ".join(process.cmdline()) for process in all_of_it)
    for part in ("gunicorn", "anju worker", "anju world", "postgres"):
        assert part in names, part
    assert stop_demo(demo) == 0
    assert gone(all_of_it)
    assert not (state / "running.json").exists()
    assert "stopped" in log_of(demo)


def test_a_second_start_takes_seconds_and_keeps_what_was_done(state):
    demo = start_demo(state)
    demo.press("day")
    later = demo.clock.now()
    stop_demo(demo)
    started = time.monotonic()
    demo = start_demo(state)
    took = time.monotonic() - started
    assert "migrating" not in log_of(demo)
    assert demo.clock.now() >= later
    assert took < 60
    stop_demo(demo)


def test_a_killed_start_is_recovered_by_the_next(state):
    demo = start_demo(state)
    orphans = children(demo)
    os.kill(demo.process.pid, signal.SIGKILL)
    demo.process.wait()
    assert any(process.is_running() for process in orphans)
    again = start_demo(state)
    assert "an earlier start was killed" in log_of(again)
    webs = [
        process for process in orphans if process.is_running() and "postgres" not in process.name()
    ]
    assert not webs
    stop_demo(again)
    assert gone(orphans)


def test_a_dead_child_is_started_again(state):
    demo = start_demo(state)
    (web,) = (
        process
        for process in psutil.Process(demo.process.pid).children()
        if str(demo.addresses["halls"]["yuncheng"]).rpartition(":")[2]
        in " ".join(process.cmdline())
        and "gunicorn" in " ".join(process.cmdline())
    )
    web.kill()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{demo.hall('yuncheng')}/readyz").status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.2)
    else:
        pytest.fail("the halls did not come back")
    stop_demo(demo)


def test_a_reset_puts_everything_back(state):
    demo = start_demo(state)
    demo.press("day")
    before = demo.query("yuncheng", "SELECT count(*) FROM ledger_voucher")
    with Cluster(state, "demo").admin(DATABASE) as admin:
        admin.execute("DELETE FROM yuncheng.django_session")
        admin.execute("CREATE TABLE yuncheng.left_over (i int)")
    demo.press("reset")
    assert demo.clock.now().date().isoformat() == "2026-11-20"
    assert demo.query("yuncheng", "SELECT count(*) FROM ledger_voucher") == before
    assert demo.query("yuncheng", "SELECT to_regclass('left_over')") == [(None,)]
    assert httpx.get(f"{demo.hall('yuncheng')}/readyz").status_code == 200
    stop_demo(demo)


def test_buttons_are_pressed_by_the_page_alone(state):
    demo = start_demo(state)
    token = re.search(r'name="token" value="([^"]+)"', httpx.get(demo.page).text)[1]
    before = demo.clock.now()
    for data, headers in (
        ({"do": "day"}, {}),
        ({"do": "day", "token": "x" * 32}, {}),
        ({"do": "day", "token": token}, {"Origin": "http://elsewhere.example"}),
        ({"do": "day", "token": token}, {"Host": "elsewhere.example"}),
    ):
        assert httpx.post(demo.page, data=data, headers=headers).status_code == 403
    assert (demo.clock.now() - before).total_seconds() < 60
    stop_demo(demo)


def test_older_migrations_are_rebuilt_and_it_says_so(state):
    built = json.loads((state / "built.json").read_text())
    (state / "built.json").write_text(json.dumps({**built, "migrations": "older"}))
    demo = start_demo(state)
    assert "older migrations: rebuilding" in log_of(demo)
    stop_demo(demo)


def test_a_demo_says_where_another_one_runs_and_down_stops_it(state):
    demo = start_demo(state)
    second = anju("demo", "--state", str(state))
    assert second.returncode == 1
    assert demo.page in second.stderr
    all_of_it = children(demo)
    assert anju("demo", "--down", "--state", str(state)).returncode == 0
    assert gone(all_of_it)
    assert demo.process.wait(30) == 0
    assert "nothing was running" in anju("demo", "--down", "--state", str(state)).stdout


def anju(*arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANJU_")}
    return subprocess.run(
        [sys.executable, "-m", "anju", *arguments],
        env={**kept, "PYTHONPATH": str(CHECKOUT / "src")},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_busy_port_is_passed_over_and_the_one_taken_is_named(tmp_path):
    from anju.config.demo import layout

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        usual = busy.getsockname()[1]
        chosen = layout.Layout(tmp_path / "a")
        port = chosen._take(usual, "the demo page", set())
        assert port > usual
        assert chosen.moved == [f"port {usual} is busy: the demo page takes {port}"]
        other = layout.Layout(tmp_path / "b")
        assert other._take(port, "the demo page", set()) > port
        chosen.release_ports()
        other.release_ports()
