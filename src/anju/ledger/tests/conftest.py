"""Every ledger test starts on an open day."""

from datetime import date

import pytest
from django.db import transaction

from anju import ledger
from anju.ledger.tests import books


@pytest.fixture(scope="session")
def _months(django_db_setup, django_db_blocker):
    """The lines' months, made once for this worker's database instead of in every test."""
    with django_db_blocker.unblock():
        ledger.ensure_partitions(books.DAY, date(2028, 12, 31))


@pytest.fixture
def open_books(_months, db):
    """A day is open; everything is rolled back."""
    ledger.open_day(books.DAY)


@pytest.fixture
def committed_books(committing_db):
    """A database of one's own with a day open: several connections, real commits."""
    ledger.open_day(books.DAY)
    return committing_db


@pytest.fixture
def transactional_savepoint(db):
    """`with savepoint():` what is refused inside is undone, and the test goes on."""
    return transaction.atomic
