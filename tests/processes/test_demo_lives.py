"""A demo's lives: it starts, is killed, is found again, is stopped, and leaves nothing behind."""

import contextlib
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

from ..conftest import one_city, start_demo, stop_demo, surroundings

pytestmark = pytest.mark.processes


class House:
    """One demo's folder, whose database is built once, and the demo that runs there, if one does.

    Starting costs seconds, so a test that only needs a running demo takes the one before's.
    """

    def __init__(self, folder):
        self.state = folder / "state"
        self.centers = one_city(folder / "centers")
        self.running = None

    def up(self):
        """The running demo; started if none runs."""
        if self.running is None or self.running.process.poll() is not None:
            self.running = start_demo(self.state, "--centers-dir", str(self.centers))
        return self.running

    def down(self):
        """Ctrl-C; its exit status, None when nothing ran."""
        if self.running is None or self.running.process.poll() is not None:
            return None
        return stop_demo(self.running)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The house of all tests of this module."""
    house = House(tmp_path_factory.mktemp("demo"))
    yield house
    house.down()
    Cluster(house.state, "demo").wipe()


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


def test_ctrl_c_stops_everything_the_database_included(house):
    demo = house.up()
    all_of_it = children(demo)
    names = " ".join(" ".join(process.cmdline()) for process in all_of_it)
    for part in ("gunicorn", "anju worker", "anju world", "postgres"):
        assert part in names, part
    assert house.down() == 0
    assert gone(all_of_it)
    assert not (house.state / "running.json").exists()
    assert "stopped" in log_of(demo)


def test_a_second_start_takes_seconds_and_keeps_what_was_done(house):
    demo = house.up()
    demo.press("day")
    later = demo.clock.now()
    house.down()
    started = time.monotonic()
    demo = house.up()
    took = time.monotonic() - started
    assert "migrating" not in log_of(demo)
    assert demo.clock.now() >= later
    assert took < 60


def test_a_killed_start_is_recovered_by_the_next(house):
    demo = house.up()
    orphans = children(demo)
    os.kill(demo.process.pid, signal.SIGKILL)
    demo.process.wait()
    assert any(process.is_running() for process in orphans)
    again = house.up()
    assert "an earlier start was killed" in log_of(again)
    webs = [
        process for process in orphans if process.is_running() and "postgres" not in process.name()
    ]
    assert not webs


def web_of(demo, center):
    """The process that serves a centre's halls, None while there is none."""
    port = str(demo.addresses["halls"][center]).rpartition(":")[2]
    for process in psutil.Process(demo.process.pid).children():
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if port in words and "gunicorn" in words:
                return process
    return None


def test_a_dead_child_is_started_again(house):
    demo = house.up()
    web = web_of(demo, "yuncheng")
    web.kill()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # The dead one's own children answer for a moment longer: wait for its successor.
        if web_of(demo, "yuncheng") not in (None, web):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{demo.hall('yuncheng')}/readyz").status_code == 200:
                    break
        time.sleep(0.2)
    else:
        pytest.fail("the halls did not come back")


def test_a_reset_mends_a_hall_that_has_just_died(house):
    demo = house.up()
    web_of(demo, "yuncheng").kill()
    demo.press("reset")
    assert httpx.get(f"{demo.hall('yuncheng')}/readyz").status_code == 200


def test_a_reset_puts_everything_back(house):
    demo = house.up()
    demo.press("day")
    before = demo.query("yuncheng", "SELECT count(*) FROM ledger_voucher")
    with Cluster(house.state, "demo").admin(DATABASE) as admin:
        admin.execute("DELETE FROM yuncheng.django_session")
        admin.execute("CREATE TABLE yuncheng.left_over (i int)")
    demo.press("reset")
    assert demo.clock.now().date().isoformat() == "2026-11-20"
    assert demo.query("yuncheng", "SELECT count(*) FROM ledger_voucher") == before
    assert demo.query("yuncheng", "SELECT to_regclass('left_over')") == [(None,)]
    assert httpx.get(f"{demo.hall('yuncheng')}/readyz").status_code == 200


def test_buttons_are_pressed_by_the_page_alone(house):
    demo = house.up()
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


def test_a_demo_says_where_another_one_runs_and_down_stops_it(house):
    demo = house.up()
    second = anju("demo", "--state", str(house.state))
    assert second.returncode == 1
    assert demo.page in second.stderr
    all_of_it = children(demo)
    assert anju("demo", "--down", "--state", str(house.state)).returncode == 0
    assert gone(all_of_it)
    assert demo.process.wait(30) == 0
    assert "nothing was running" in anju("demo", "--down", "--state", str(house.state)).stdout


@pytest.mark.nightly
def test_older_migrations_are_rebuilt_and_it_says_so(house):
    house.up()
    house.down()
    built = json.loads((house.state / "built.json").read_text())
    (house.state / "built.json").write_text(json.dumps({**built, "migrations": "older"}))
    demo = house.up()
    assert "older migrations: rebuilding" in log_of(demo)


def anju(*arguments):
    kept = surroundings()
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
