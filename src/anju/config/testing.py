"""The fixtures of the whole project, as a pytest plugin that the root conftest loads."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from anju import policy, ports
from anju.config.clock import DEMO_START, SettableClock
from anju.config.clones import CommittingDatabase, TestDatabases
from anju.config.cluster import locked


@pytest.fixture(scope="session")
def test_databases(django_db_blocker: Any) -> Iterator[TestDatabases]:
    """The shared throwaway server, running, with this shape's template made."""
    with django_db_blocker.unblock():
        databases = TestDatabases.open()
    yield databases
    databases.close()


def make_keyring() -> None:
    """The tests' own key ring, made once per checkout, before the first test file is read."""
    from anju.store import keyring

    path = Path(os.environ["ANJU_KEYRING"])
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_suffix(".mutex")):
        if not path.exists():
            keyring.generate(path)
        elif "day_seal" not in keyring.Keyring.from_file(path, production=False).active:
            keyring.change_key(path, "day_seal")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """pytest-django's own databases are not used."""


@pytest.fixture(scope="session")
def django_db_setup(test_databases: TestDatabases, django_db_blocker: Any) -> Iterator[None]:
    """One clone of the template for this worker; Django's connection points at it as the app."""
    with django_db_blocker.unblock():
        name = test_databases.clone()
        with test_databases.django_at(name):
            yield
        test_databases.drop(name)


@pytest.fixture
def committing_db(
    test_databases: TestDatabases, django_db_blocker: Any
) -> Iterator[CommittingDatabase]:
    """A database of this test's own, for code that must really commit.

    Django's default connection points at it while the test runs; `.connect(role)` and
    `.url(role)` open more as "app", "migrate", "read" or "admin". Threads may use Django's
    connections too; theirs are closed with the test.
    """
    with django_db_blocker.unblock():
        name = test_databases.clone()
        with test_databases.django_at(name):
            database = CommittingDatabase(test_databases, name)
            yield database
            database.close()
        test_databases.drop(name)


@pytest.fixture
def clock() -> Iterator[SettableClock]:
    """The clock everybody asks; stands at 2026-11-20 10:00 until the test moves it."""
    settable = SettableClock(DEMO_START)
    with ports.offering("clock", settable):
        yield settable


@pytest.fixture(autouse=True)
def _clock_stands_still() -> Iterator[None]:
    """No test sees the time that another one left behind."""
    with ports.offering("clock", SettableClock(DEMO_START)):
        yield


@cache
def _read_once(center: str, centers_dir: Path) -> policy.Policy:
    """A city's policy; nobody can change it, so all tests of a process share it."""
    return policy.load(center, centers_dir)


@pytest.fixture
def city() -> Iterator[Callable[[str], Any]]:
    """`city("xishuangbanna")`: that city's policy is in force until the test ends."""
    from django.conf import settings

    entered: list[AbstractContextManager[Any]] = []

    def enter(center: str) -> Any:
        loaded = _read_once(center, settings.ENVIRONMENT.centers_dir)
        context = policy.using(loaded)
        context.__enter__()
        entered.append(context)
        return loaded

    yield enter
    for context in reversed(entered):
        context.__exit__(None, None, None)


def lacking(what: str) -> NoReturn:
    """Skip the test because the machine lacks a tool; fail it where nothing may be skipped."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{what}, and in continuous integration nothing is skipped for that")
    pytest.skip(what)


CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium, one for the run; every test opens contexts of its own."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("ANJU_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        lacking("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread; the tests themselves stay synchronous.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple) or not address:
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    """A test that reaches for the network fails, naming the address it reached for."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(address: Any) -> None:
        if not _is_loopback(address):
            raise RuntimeError(f"tests speak to loopback only, not to {address!r}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield
