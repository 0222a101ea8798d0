"""The bank and the cities of these tests."""

from anju.business.withdrawals.retirement.tests.conftest import (  # noqa: F401 - fixtures
    bank,
    xishuangbanna,
    yuncheng,
)


def pytest_configure(config):
    """`pytest -m mutants` shows that no proof of this folder is blind."""
    config.addinivalue_line("markers", "mutants: plants faults and expects proofs to turn red")
