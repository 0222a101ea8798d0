"""What the counter's tests share: committed data, because signing in is counted durably."""

from __future__ import annotations

import pytest


@pytest.fixture
def office(committing_db, clock):
    """A branch with open books; the clock stands at the tests' instant."""
    # Imported here: this file is read before Django is set up.
    from anju.channels.counter.tests import cast

    cast.open_books()
    return committing_db
