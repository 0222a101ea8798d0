"""The halls as production runs them: its settings, its cookies, its hostnames, over HTTPS.

A process of its own, because settings are read once: it serves both halls from a database of the
tests, signs in as a member and as staff, and tells what it saw.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from anju.config.environment import CHECKOUT

SCRIPT = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "anju.config.settings"
import django; django.setup()
from datetime import timedelta
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
import pyotp
from anju import ledger, ports
from anju.config import wiring
from anju.parties import actions, captcha
from anju.store.audit import Actor

call_command("collectstatic", interactive=False, verbosity=0)
now = ports.clock().now()
ledger.open_day(now.date())
system = dict(actor=Actor.system(), at=now)
person = actions.enrol_person(name="演示·甲", id_number="149999196603150137", **system)
actions.open_login(person.pk, password="Member-2026", **system)
secret = pyotp.random_base32()
actions.create_staff(
    username="reviewer.one", display_name="演示·乙", branch_code="yanhu", roles=("reviewer",),
    password="Counter-2026", totp_secret=secret, **system,
)
HOSTS = {"citizen": "www.example.org", "counter": "staff.example.org"}

def browser(hall, **more):
    return Client(HTTP_HOST=HOSTS[hall], REMOTE_ADDR="198.51.100.9", **more)

def told(answer):
    return {
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "cookies": {name: dict(morsel.items()) for name, morsel in answer.cookies.items()},
    }

seen = {}
citizen, counter = browser("citizen"), browser("counter")
proof = captcha.solve(citizen.get("/sign-in/challenge/", secure=True).json())
sent = {"id_number": "149999196603150137", "password": "Member-2026", "captcha": proof}
seen["member in"] = told(citizen.post("/sign-in/", sent, secure=True))
seen["member page"] = told(citizen.get("/me/", secure=True))
large = {"large": "1", "next": "/"}
seen["large"] = told(citizen.post("/pages/large/", large, secure=True))
code = pyotp.TOTP(secret).at(now)
sent = {"username": "reviewer.one", "password": "Counter-2026", "totp": code}
seen["staff in"] = told(counter.post("/counter/sign-in/", sent, secure=True))
seen["staff page"] = told(counter.get("/counter/work/", secure=True))
seen["plain"] = told(browser("citizen").get("/sign-in/"))
visitor = browser("citizen")
seen["staff door on the public host"] = told(visitor.get("/counter/sign-in/", secure=True))
seen["staff page on the public host"] = told(citizen.get("/counter/work/", secure=True))
seen["public door on the staff host"] = told(browser("counter").get("/sign-in/", secure=True))
seen["unknown host"] = told(
    Client(HTTP_HOST="evil.example").get("/sign-in/", secure=True)
)
seen["gallery"] = told(citizen.get("/pages/gallery/", secure=True))
seen["asset"] = told(citizen.get("/city/logo.svg", secure=True))
carried = browser("counter")
carried.cookies["__Host-anju_yuncheng_counter"] = (
    citizen.cookies["__Host-anju_yuncheng_citizen"].value
)
seen["member's key at the counter"] = told(carried.get("/counter/work/", secure=True))
seen["member out"] = told(citizen.post("/sign-out/", secure=True))
seen["hashes"] = [
    row for row in actions.User.objects.values_list("password", flat=True)
]
seen["debug"] = [settings.DEBUG, settings.CSRF_USE_SESSIONS, settings.CSRF_COOKIE_SECURE]
def names(patterns, prefix=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name}"
seen["routes"] = list(names(get_resolver().url_patterns))
print(json.dumps(seen))
"""
SESSIONS = ("__Host-anju_yuncheng_citizen", "__Host-anju_yuncheng_counter")


@pytest.fixture(scope="module")
def seen(test_databases, tmp_path_factory, django_db_blocker):
    """What a process in production's settings answered."""
    from anju.store import keyring

    state = tmp_path_factory.mktemp("production")
    keyring.generate(state / "keyring.json")
    with django_db_blocker.unblock():
        name = test_databases.clone()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANJU_")}
    given = {
        "ANJU_PROFILE": "production",
        "ANJU_CENTER": "yuncheng",
        "ANJU_DATABASE_URL": test_databases.url(name),
        "ANJU_SECRET_KEY": "a-long-random-text-that-nobody-has-ever-seen-0123456789-abcdefghijk",
        "ANJU_HALL_HOSTS": "citizen=www.example.org,counter=staff.example.org",
        "ANJU_KEYRING": str(state / "keyring.json"),
        "ANJU_STATE": str(state),
        "PYTHONPATH": str(CHECKOUT / "src"),
    }
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    with django_db_blocker.unblock():
        test_databases.drop(name)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("what", ["member in", "staff in"])
def test_a_sessions_cookie_goes_nowhere_else(seen, what):
    cookies = seen[what]["cookies"]
    (name,) = (name for name in cookies if name in SESSIONS)
    flags = cookies[name]
    assert flags["secure"]
    assert flags["httponly"]
    assert flags["samesite"] == "Lax"
    assert flags["path"] == "/"
    # `__Host-` holds for this host alone, and the cookie ends with the browser.
    assert not flags["domain"]
    assert not flags["max-age"]
    assert not flags["expires"]


def test_every_cookie_is_bound_to_https_and_its_host(seen):
    for answer in seen.values():
        for name, flags in answer.get("cookies", {}).items() if isinstance(answer, dict) else ():
            assert name.startswith("__Host-"), name
            assert flags["secure"], name
            # A cookie that is taken away holds nothing that a script could read.
            assert flags["httponly"] or flags["max-age"] == 0, name
            assert flags["samesite"] in ("Lax", "Strict"), name


def test_signing_out_takes_the_cookie_away(seen):
    left = seen["member out"]["cookies"]["__Host-anju_yuncheng_citizen"]
    assert left["secure"]


def test_signed_in_pages_are_there_and_kept_by_nobody(seen):
    for page in ("member page", "staff page"):
        assert seen[page]["status"] == 200
        assert "no-store" in seen[page]["headers"]["Cache-Control"]


def test_browsers_are_told_to_come_by_https_for_a_year(seen):
    for what, answer in seen.items():
        if isinstance(answer, dict) and what != "plain":
            told = answer["headers"]["Strict-Transport-Security"]
            assert told == "max-age=31536000; includeSubDomains; preload", what


def test_plain_http_is_sent_to_https(seen):
    assert seen["plain"]["status"] == 301
    assert seen["plain"]["headers"]["Location"] == "https://www.example.org/sign-in/"


def test_each_hall_is_on_its_own_host_alone(seen):
    assert seen["staff door on the public host"]["status"] == 404
    assert seen["staff page on the public host"]["status"] == 404
    assert seen["public door on the staff host"]["status"] == 404
    assert seen["member's key at the counter"]["status"] == 302


def test_a_host_that_is_not_ours_gets_nothing(seen):
    assert seen["unknown host"]["status"] == 400


def test_nothing_of_the_workshop_is_open(seen):
    from .matrix import ROWS

    assert seen["gallery"]["status"] == 404
    assert seen["debug"] == [False, True, True]
    assert set(seen["routes"]) == {row.name for row in ROWS if row.in_production}


def test_passwords_are_hashed_with_memory(seen):
    for hashed in seen["hashes"]:
        assert hashed.startswith("argon2$argon2id$")
        assert "m=19456,t=2,p=1" in hashed


def test_what_is_everybodys_may_be_kept_and_is_nobodys(seen):
    answer = seen["asset"]
    assert answer["status"] == 200
    assert "public" in answer["headers"]["Cache-Control"]
    assert not answer["cookies"]
