"""What every test of the retirement withdrawal stands on.

pytest loads this file before Django is set up, so what knows models is imported when asked for.
"""

from __future__ import annotations

import pytest

from anju import ports

BOTH = ["yuncheng", "xishuangbanna"]


class MemoryEvidence:
    """An evidence store that forgets with the test."""

    def __init__(self):
        self.blobs = {}

    def put(self, key, *, blob):
        self.blobs[key] = blob

    def get(self, key):
        return self.blobs[key]


@pytest.fixture
def bank():
    """The bank, in memory."""
    from anju.business.withdrawals.retirement.tests.bank import MemoryBank

    memory = MemoryBank()
    with ports.offering("bank", memory), ports.offering("evidence_store", MemoryEvidence()):
        yield memory


@pytest.fixture
def worker():
    """Who works what the outbox holds."""
    from anju.business.withdrawals.retirement.tests.bank import Worker

    return Worker()


@pytest.fixture
def books(db, bank):
    """The books are open on the first day of the interest year."""
    from anju.business.withdrawals.retirement.tests import cast

    cast.open_books()


@pytest.fixture(params=BOTH)
def both_cities(request, city):
    """The test runs once in each city."""
    return city(request.param)


@pytest.fixture
def yuncheng(city):
    """The test runs under Yuncheng's policy."""
    return city("yuncheng")


@pytest.fixture
def xishuangbanna(city):
    """The test runs under Xishuangbanna's policy."""
    return city("xishuangbanna")
