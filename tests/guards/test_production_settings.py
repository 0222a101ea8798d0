"""Production's settings are clean by Django's own deployment check, and refuse to guess."""

import os
import subprocess
import sys

import pytest

from anju.config import environment
from anju.config.environment import CHECKOUT
from anju.store import keyring

PRODUCTION = {
    "ANJU_PROFILE": "production",
    "ANJU_CENTER": "yuncheng",
    "ANJU_DATABASE_URL": "postgresql://app:secret@db.example.org:5432/anju",
    "ANJU_SECRET_KEY": "a-long-random-text-that-nobody-has-ever-seen-0123456789-abcdefghijk",
    "ANJU_HALL_HOSTS": "citizen=www.example.org,counter=staff.example.org",
    "ANJU_KEYRING": "/etc/anju/keyring.json",
    "ANJU_STATE": "/var/lib/anju",
}


def _python(code, **changes):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANJU_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **PRODUCTION, "PYTHONPATH": str(CHECKOUT / "src"), **changes},
        capture_output=True,
        text=True,
        check=False,
    )


CHECK = (
    "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'anju.config.settings'\n"
    "import django; django.setup()\n"
    "from django.core.management import call_command\n"
    "call_command('check', deploy=True, fail_level='WARNING')"
)


def test_the_deployment_check_is_clean(tmp_path):
    keyring.generate(tmp_path / "keyring.json")
    result = _python(CHECK, ANJU_KEYRING=str(tmp_path / "keyring.json"))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "ANJU_PROFILE"])
def test_production_has_no_defaults(name):
    given = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(environment.EnvironmentProblem, match=name.replace("HALL_", "")):
        environment.read(given)


def test_production_takes_no_settable_clock():
    assert environment.read({**PRODUCTION, "ANJU_CLOCK_FILE": "/tmp/clock"}).clock_file is None


def test_cookies_are_bound_to_their_host_and_hall():
    from anju.config.middleware import cookie_name

    assert cookie_name("yuncheng", "counter", production=True) == "__Host-anju_yuncheng_counter"
