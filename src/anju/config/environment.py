"""What the surroundings tell us: every ANJU_… variable, read once, in one place.

Production takes everything from here and nothing from files of the checkout. Demo and tests have
defaults that let a person start without setting anything.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from anju.config.halls import HALLS

CHECKOUT = Path(__file__).resolve().parents[3]
PROFILES = ("production", "demo", "test")


class EnvironmentProblem(RuntimeError):
    """A variable is missing or makes no sense; the message names it and says what to do."""


@dataclass(frozen=True)
class DatabaseAddress:
    """The parts of one PostgreSQL URL."""

    name: str
    user: str
    password: str
    host: str
    port: int
    options: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The address as one URL again, for a child process or for psycopg."""
        from urllib.parse import quote, urlencode

        query = f"?{urlencode(self.options)}" if self.options else ""
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        return f"postgresql://{who}@{self.host}:{self.port}/{quote(self.name, safe='')}{query}"


@dataclass(frozen=True)
class Partner:
    """An outside system: which adapter speaks to it, and that adapter's settings."""

    adapter: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Environment:
    """Everything Anju takes from outside, already checked."""

    profile: str
    center: str
    database: DatabaseAddress
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    hosts: tuple[str, ...]
    hall_hosts: Mapping[str, str]
    keyring: Path | None
    state: Path
    clock_file: Path | None
    bank: Partner
    sms: Partner
    enterprises: Partner
    centers_dir: Path
    pool_size: int
    proxy_tls: bool

    @property
    def production(self) -> bool:
        """True where real people's money is."""
        return self.profile == "production"


def parse_database_url(url: str) -> DatabaseAddress:
    """Split a `postgresql://user:password@host:port/name` address.

    Raises EnvironmentProblem when a part that we need is not there.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise EnvironmentProblem(
            "ANJU_DATABASE_URL must look like postgresql://user:password@host:5432/anju"
        )
    return DatabaseAddress(
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=parts.hostname or "",
        port=parts.port or 5432,
        options=tuple(parse_qsl(parts.query)),
    )


def parse_hall_hosts(text: str) -> dict[str, str]:
    """Read `counter=staff.example.org,citizen=www.example.org` into {hostname: hall}."""
    halls: dict[str, str] = {}
    for pair in filter(None, (piece.strip() for piece in text.split(","))):
        hall, _, host = pair.partition("=")
        if hall not in HALLS or not host:
            raise EnvironmentProblem(f"ANJU_HALL_HOSTS: cannot read {pair!r}")
        halls[host.strip().lower()] = hall
    return halls


def _needed(variables: Mapping[str, str], name: str, default: str | None) -> str:
    value = variables.get(name, "")
    if value:
        return value
    if default is None:
        raise EnvironmentProblem(f"{name} is not set and has no default")
    return default


def _optional_path(text: str) -> Path | None:
    return Path(text) if text else None


def _partner(variables: Mapping[str, str], name: str, adapter: str) -> Partner:
    """ANJU_BANK_ADAPTER chooses; every other ANJU_BANK_… is a setting of that adapter."""
    prefix = f"ANJU_{name}_"
    given = {
        key.removeprefix(prefix).lower(): value
        for key, value in variables.items()
        if key.startswith(prefix) and value
    }
    return Partner(given.pop("adapter", adapter), given)


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Read and check the variables (default: of this process).

    Raises EnvironmentProblem naming the first variable that is missing or wrong.
    """
    given = os.environ if variables is None else variables
    profile = given.get("ANJU_PROFILE") or "test"
    if profile not in PROFILES:
        raise EnvironmentProblem(f"ANJU_PROFILE is {profile!r}, not one of {', '.join(PROFILES)}")
    production = profile == "production"
    hall_hosts = parse_hall_hosts(given.get("ANJU_HALL_HOSTS", ""))
    secret = _needed(
        given, "ANJU_SECRET_KEY", None if production else "demo-and-tests-only-" + "x" * 48
    )
    hosts = given.get("ANJU_HOSTS", "") or ",".join(hall_hosts)
    if production and not hosts:
        raise EnvironmentProblem("ANJU_HOSTS or ANJU_HALL_HOSTS must name the halls' hostnames")
    if production and not given.get("ANJU_STATE"):
        raise EnvironmentProblem("ANJU_STATE must be a folder of this centre alone")
    if production and not given.get("ANJU_KEYRING"):
        raise EnvironmentProblem("ANJU_KEYRING must be the path of the centre's key file")
    return Environment(
        profile=profile,
        center=_needed(given, "ANJU_CENTER", None),
        database=parse_database_url(
            _needed(
                given,
                "ANJU_DATABASE_URL",
                None if production else "postgresql://nobody:@127.0.0.1:1/not-set",
            )
        ),
        secret_key=secret,
        secret_key_fallbacks=tuple(filter(None, given.get("ANJU_OLD_SECRET_KEYS", "").split(","))),
        hosts=tuple(filter(None, (host.strip() for host in hosts.split(","))))
        or ("localhost", "127.0.0.1", "testserver"),
        hall_hosts=hall_hosts,
        keyring=_optional_path(given.get("ANJU_KEYRING", "")),
        state=Path(given.get("ANJU_STATE") or CHECKOUT / ".anju"),
        clock_file=None if production else _optional_path(given.get("ANJU_CLOCK_FILE", "")),
        bank=_partner(given, "BANK", "bank_http"),
        sms=_partner(given, "SMS", "sms_http"),
        enterprises=_partner(given, "ENTERPRISES", "enterprises_http"),
        centers_dir=Path(given.get("ANJU_CENTERS_DIR") or CHECKOUT / "centers"),
        pool_size=int(given.get("ANJU_POOL_SIZE") or 0),
        proxy_tls=given.get("ANJU_PROXY_TLS", "") == "1",
    )
