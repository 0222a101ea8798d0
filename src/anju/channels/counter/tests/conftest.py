"""What the counter's tests share: a branch with open books, at the tests' instant."""

from __future__ import annotations

import pytest


@pytest.fixture
def office(db, clock):
    """A branch with open books, forgotten after the test."""
    # Imported here: this file is read before Django is set up.
    from anju.channels.counter.tests import cast

    cast.open_books()


@pytest.fixture
def open_office(committing_db, clock):
    """The same in a database of its own, for a browser that asks from other threads."""
    from anju.channels.counter.tests import cast

    cast.open_books()
