"""Where a demo keeps what it must find again, and the environment each of its processes gets."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from anju import policy
from anju.config import provision
from anju.config.cluster import Cluster, free_port, port_is_free
from anju.config.environment import CHECKOUT

DATABASE = "anju"
TEMPLATE = "anju_template"
PAGE_PORT, WORLD_PORT, FIRST_HALL_PORT = 8000, 8090, 8001
SETTLEMENT_PORT, FIRST_LISTENER_PORT = 8091, 8101


@dataclass
class Layout:
    """One demo's folder and ports."""

    state: Path
    centers_dir: Path = CHECKOUT / "centers"
    free_ports: bool = False
    bank: str = "http"
    """How every centre is paid: `http` or `bdc` (the settlement system)."""
    page_port: int = 0
    world_port: int = 0
    hall_ports: dict[str, int] = field(default_factory=dict)
    settlement_port: int = 0
    listener_ports: dict[str, int] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    _claims: list[IO[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.centers = policy.centers_in(self.centers_dir)
        self.cluster = Cluster(self.state, "demo")

    # -- files ----------------------------------------------------------------------------------

    @property
    def lock(self) -> Path:
        """Held by the demo that runs."""
        return self.state / "demo.lock"

    @property
    def clock(self) -> Path:
        """The clock every process reads."""
        return self.state / "clock.json"

    @property
    def children(self) -> Path:
        """Which processes were started, for whoever has to clear up after a kill."""
        return self.state / "processes.json"

    @property
    def built(self) -> Path:
        """What the template database was built from."""
        return self.state / "built.json"

    @property
    def running(self) -> Path:
        """Addresses and settings of the demo that runs, for `./dev anju`."""
        return self.state / "running.json"

    @property
    def world_store(self) -> Path:
        """The outside world's own memory."""
        return self.state / "world" / "world.db"

    @property
    def world_config(self) -> Path:
        """What the outside world is told at its start."""
        return self.state / "world.json"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.state / "logs"

    def keyring(self, center: str) -> Path:
        """The centre's key ring; lives as long as the template whose rows it sealed."""
        return self.state / f"keyring-{center}.json"

    def evidence(self, center: str) -> Path:
        """Where the centre's photographs lie, encrypted."""
        return self.state / center / "evidence"

    # -- secrets ----------------------------------------------------------------------------------

    def secrets(self) -> dict[str, str]:
        """This demo's own passwords and shared secrets, made at its first start."""
        path = self.state / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        wanted = ["django", *(f"{c}.{k}" for c in self.centers for k in _SECRET_KINDS)]
        missing = [name for name in wanted if name not in known]
        if missing:
            known |= {name: secrets.token_urlsafe(36) for name in missing}
            path.touch(mode=0o600)
            path.write_text(json.dumps(known, indent=1))
        return known

    def passwords(self, center: str) -> provision.Passwords:
        """The database passwords of one centre's roles."""
        known = self.secrets()
        return provision.Passwords(*(known[f"{center}.{k}"] for k in ("migrate", "app", "read")))

    # -- ports ------------------------------------------------------------------------------------

    def choose_ports(self) -> None:
        """Take the usual ports where they are free, the next free ones where they are not."""
        self.moved.clear()
        taken: set[int] = set()
        self.page_port = self._take(PAGE_PORT, "the demo page", taken)
        self.world_port = self._take(WORLD_PORT, "the outside world", taken)
        self.hall_ports = {
            center: self._take(FIRST_HALL_PORT + number, center, taken)
            for number, center in enumerate(self.centers)
        }
        if self.bank == "bdc":
            self.settlement_port = self._take(SETTLEMENT_PORT, "the settlement system", taken)
            self.listener_ports = {
                center: self._take(FIRST_LISTENER_PORT + number, f"{center}'s listener", taken)
                for number, center in enumerate(self.centers)
            }

    def _take(self, usual: int, what: str, taken: set[int]) -> int:
        port = free_port() if self.free_ports else usual
        while port in taken or not self._claim(port):
            port = free_port() if self.free_ports else port + 1
        if port != usual and not self.free_ports:
            self.moved.append(f"port {usual} is busy: {what} takes {port}")
        taken.add(port)
        return port

    def _claim(self, port: int) -> bool:
        """Take a port for ourselves before anything listens on it, so that two demos that start
        at once do not choose the same one.
        """
        if not port_is_free(port):
            return False
        path = Path(tempfile.gettempdir()) / f"anju-port-{port}-{os.geteuid()}.lock"
        try:
            claim = open(path, "w")  # noqa: SIM115 - held as long as we live
        except OSError:
            return False
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            return False
        self._claims.append(claim)
        return True

    def release_ports(self) -> None:
        """Let others have the ports."""
        for claim in self._claims:
            with contextlib.suppress(OSError):
                os.unlink(claim.name)
            claim.close()
        self._claims.clear()

    # -- environments ----------------------------------------------------------------------------

    def database_url(self, center: str, role: str = "app", database: str = DATABASE) -> str:
        """The address of the demo's database for one role of one centre."""
        return self.cluster.url(
            database, user=f"{center}_{role}", password=getattr(self.passwords(center), role)
        )

    def settings(self, center: str, role: str = "app", database: str = DATABASE) -> dict[str, str]:
        """The ANJU_… variables of one centre's process."""
        known = self.secrets()
        return {
            "ANJU_PROFILE": "demo",
            "ANJU_CENTER": center,
            "ANJU_DATABASE_URL": self.database_url(center, role, database),
            "ANJU_SECRET_KEY": known["django"],
            "ANJU_KEYRING": str(self.keyring(center)),
            "ANJU_STATE": str(self.state),
            "ANJU_CLOCK_FILE": str(self.clock),
            "ANJU_CENTERS_DIR": str(self.centers_dir),
            **self._bank_settings(center),
            "ANJU_BANK_SECRET": known[f"{center}.partner"],
            "ANJU_SMS_URL": f"http://127.0.0.1:{self.world_port}/sms",
            "ANJU_SMS_CLIENT": center,
            "ANJU_SMS_SECRET": known[f"{center}.partner"],
            "ANJU_ENTERPRISES_URL": f"http://127.0.0.1:{self.world_port}/enterprises",
            "ANJU_ENTERPRISES_CLIENT": center,
            "ANJU_ENTERPRISES_SECRET": known[f"{center}.partner"],
        }

    def _bank_settings(self, center: str) -> dict[str, str]:
        if self.bank == "http":
            return {
                "ANJU_BANK_URL": f"http://127.0.0.1:{self.world_port}/bank",
                "ANJU_BANK_CLIENT": center,
            }
        return {
            "ANJU_BANK_ADAPTER": "bank_bdc",
            "ANJU_BANK_ADDRESS": f"127.0.0.1:{self.settlement_port}",
            "ANJU_BANK_LISTEN": f"127.0.0.1:{self.listener_ports[center]}",
            "ANJU_BANK_NODE": self.node(center),
            "ANJU_BANK_UNIT": f"U{self.node(center)}",
            "ANJU_BANK_CUSTOMER": f"CMP{self.node(center)}",
        }

    def node(self, center: str) -> str:
        """The centre's number at the simulated settlement system."""
        return f"D{self.centers.index(center) + 1:05d}"

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """A whole environment for a child: ours without its ANJU_…, plus `settings`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANJU_")}
        source = str(CHECKOUT / "src")
        paths = [source, *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
        return {
            **kept,
            **settings,
            "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "anju.config.settings",
        }

    def write_world_config(self) -> None:
        """Tell the outside world who its centres are and where they take its notices."""
        known = self.secrets()
        policies = {center: policy.load(center, self.centers_dir) for center in self.centers}
        config: dict[str, Any] = {
            "secrets": {center: known[f"{center}.partner"] for center in self.centers},
            "notify_urls": {center: self._notify_url(center) for center in self.centers},
            "titles": {center: each.identity.name for center, each in policies.items()},
            "accounts": {center: _own_accounts(each) for center, each in policies.items()},
            "enterprises": [each for city in policies.values() for each in _enterprises(city)],
        }
        if self.bank == "bdc":
            nodes = {self.node(center): center for center in self.centers}
            config["settlement"] = {"port": self.settlement_port, "nodes": nodes}
        self.world_config.touch(mode=0o600)
        self.world_config.write_text(json.dumps(config, ensure_ascii=False))

    def _notify_url(self, center: str) -> str:
        if self.bank == "bdc":
            return f"bdc://127.0.0.1:{self.listener_ports[center]}"
        return f"{self.address(center)}/inbox/bank"

    def address(self, center: str) -> str:
        """Where a centre's halls are."""
        return f"http://127.0.0.1:{self.hall_ports[center]}"

    @property
    def page(self) -> str:
        """The demo page."""
        return f"http://127.0.0.1:{self.page_port}/"

    @property
    def world(self) -> str:
        """The outside world's consoles."""
        return f"http://127.0.0.1:{self.world_port}/"


def _own_accounts(city: policy.Policy) -> list[tuple[str, str]]:
    """A centre's accounts as the outside world opens them, the one that pays first."""
    own = sorted(city.accounts.values(), key=lambda each: each.use != "pays")
    return [(each.number, each.bank) for each in own]


def _enterprises(city: policy.Policy) -> list[dict[str, str]]:
    """Whom the enterprise platform knows of a centre's town."""
    return [each.model_dump(mode="json") for each in city.demo.enterprises] if city.demo else []


_SECRET_KINDS = ("migrate", "app", "read", "partner")
