"""What every test of the retirement withdrawal stands on.

pytest loads this file before Django is set up, so what knows models is imported when asked for.
"""

from __future__ import annotations

from datetime import timedelta

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


@pytest.fixture
def ordered(books, yuncheng, bank):
    """A green member's order, as the submit leaves it."""
    from anju.business.withdrawals.retirement.tests import cast
    from anju.business.withdrawals.retirement.tests.ordered import Ordered

    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    return Ordered(who, reference, cast.case(reference).order_no)


@pytest.fixture
def waiting(books, both_cities, bank):
    """A case in review because the card is an hour old: (member, reference)."""
    from anju.business.withdrawals.retirement.tests import cast

    who = cast.member(card_bound_at=cast.AT - timedelta(hours=1))
    cast.turn_to()
    return who, cast.submit(who)
