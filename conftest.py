"""What every test may ask for: a real PostgreSQL, the clock, a city, and no network.

The database is a throwaway cluster that all runs of one checkout share. Its template is migrated
once per shape of the schema; every worker of a run gets a clone of it, and so does every test that
commits. Tests speak to it as the halls do, as `<center>_app`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before Django is imported: tests decide for themselves what their surroundings are.
_KEPT = {"ANJU_TEST_STATE", "ANJU_CHROMIUM", "ANJU_CLUSTERS"}
for _name in [name for name in os.environ if name.startswith("ANJU_") and name not in _KEPT]:
    del os.environ[_name]
_STATE = Path(os.environ.get("ANJU_TEST_STATE") or Path(__file__).parent / ".anju/tests")
os.environ.update(
    {
        "ANJU_PROFILE": "test",
        "ANJU_CENTER": "yuncheng",
        "ANJU_STATE": str(_STATE),
        "ANJU_KEYRING": str(_STATE / "keyring.json"),
        "DJANGO_SETTINGS_MODULE": "anju.config.settings",
    }
)

# What tests start is compiled once for all of them, also where no compiled files are wanted.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(__file__).parent / ".anju/bytecode"))

pytest_plugins = ["anju.config.testing"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Load the settings, so that pytest-django sets Django up before tests are collected.

    `pytest -p no:django` leaves Django out, for rooms that know none.
    """
    if config.pluginmanager.has_plugin("django"):
        from django.conf import settings

        from anju.config.testing import make_keyring

        assert settings.INSTALLED_APPS
        make_keyring()
