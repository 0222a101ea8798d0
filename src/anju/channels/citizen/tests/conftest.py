"""What the citizen hall's tests share: committed data, because signing in is counted durably."""

from __future__ import annotations

import pytest

from anju import ports


@pytest.fixture
def hall(committing_db, clock):
    """Open books, a clock that stands at the tests' instant, a place for photographs."""
    # Imported here: this file is read before Django is set up.
    from anju.channels.citizen.tests import cast

    with ports.offering("evidence_store", cast.MemoryEvidence()):
        cast.open_books()
        yield clock
