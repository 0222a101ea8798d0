"""What the employer hall's tests share: committed data, because signing in is counted durably."""

from __future__ import annotations

import pytest


@pytest.fixture
def hall(committing_db, clock):
    """A clock that stands at the tests' instant."""
    return clock
