"""Who answers for which port in this process, chosen from the environment and the city."""

from __future__ import annotations

from datetime import date, datetime
from importlib import import_module
from types import ModuleType

from django.conf import settings

from anju import ledger, policy, ports
from anju.config.clock import DEMO_START, SHANGHAI, FileClock, SettableClock, SystemClock
from anju.config.environment import Environment


def clock_for(environment: Environment) -> ports.Clock:
    """The clock of this process: the machine's in production, a settable one elsewhere."""
    if environment.production:
        return SystemClock()
    if environment.clock_file is None:
        return SettableClock(DEMO_START)
    return FileClock(environment.clock_file)


def wire() -> None:
    """Load the city's policy and offer every port this process has settings for.

    Raises PolicyError for a bad city folder and ValueError for a partner's bad settings. A port
    without settings is not offered: asking for it says so.
    """
    environment: Environment = settings.ENVIRONMENT
    ports.offer("clock", clock_for(environment))
    policy.use(policy.load(environment.center, environment.centers_dir))
    if environment.bank.settings:
        ports.offer("bank", _adapter(environment.bank.adapter).build(environment.bank.settings))
    if environment.sms.settings:
        ports.offer("sms", _adapter(environment.sms.adapter).build(environment.sms.settings))
    if environment.enterprises.settings:
        build = _adapter(environment.enterprises.adapter).build
        ports.offer("enterprises", build(environment.enterprises.settings))
    folder = environment.state / environment.center / "evidence"
    ports.offer("evidence_store", _LazyEvidence(str(folder)))


def _adapter(name: str) -> ModuleType:
    """The adapter's package. Raises ValueError for a name that is no folder of adapters."""
    if not name.isidentifier():
        raise ValueError(f"{name!r} is no adapter")
    try:
        return import_module(f"anju.adapters.{name}")
    except ModuleNotFoundError:
        raise ValueError(f"there is no adapter called {name!r}") from None


class _LazyEvidence:
    """Opens the evidence folder at its first use: a command that stores nothing makes none."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._opened: ports.EvidenceStore | None = None

    def __getattr__(self, name: str) -> object:
        if self._opened is None:
            self._opened = _adapter("evidence_files").build({"folder": self._folder})
        return getattr(self._opened, name)


def business_date(at: datetime) -> date:
    """The day the centre's books are on; the clock's day until the first one is opened."""
    try:
        return ledger.business_date()
    except ledger.LedgerRefusal:
        return at.astimezone(SHANGHAI).date()
