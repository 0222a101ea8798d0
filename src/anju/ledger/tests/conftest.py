"""Every ledger test starts on an open day."""

import pytest

from anju import ledger
from anju.ledger.tests import books


@pytest.fixture
def open_books(db):
    """A day is open; everything is rolled back."""
    ledger.open_day(books.DAY)


@pytest.fixture
def committed_books(committing_db):
    """A database of one's own with a day open: several connections, real commits."""
    ledger.open_day(books.DAY)
    return committing_db
