"""The places and people of these tests are those of a stop; the bank is the one that fetches."""

import pytest

from anju import ports
from anju.business.contributions.stopping.tests.conftest import (
    bank,
    books,
    both_cities,
    worker,
)

__all__ = ["bank", "books", "both_cities", "worker"]


@pytest.fixture
def fetches():
    """The bank that fetches."""
    # Models are there only once Django is: not when this file is read.
    from anju.business.contributions.collecting.tests.test_collecting import FetchingBank

    found = FetchingBank()
    with ports.offering("bank", found):
        yield found
