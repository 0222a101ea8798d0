"""The office of `world.py`, as it was built, for every test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from anju import policy, ports


@pytest.fixture(scope="session")
def _built(test_databases: Any, django_db_blocker: Any) -> Iterator[tuple[str, Any]]:
    """The database of the office, filled once for all tests of a run."""
    from django.conf import settings

    # Imported here: this file is read before Django is set up.
    from . import world as office

    loaded = policy.load("xishuangbanna", settings.ENVIRONMENT.centers_dir)
    built = office.World(loaded)
    with django_db_blocker.unblock():
        name = test_databases.clone()
        with (
            test_databases.django_at(name),
            policy.using(loaded),
            ports.offering("evidence_store", built.blobs),
        ):
            office.build(built)
        yield name, built
        test_databases.drop(name)


@pytest.fixture
def world(
    _built: tuple[str, Any], test_databases: Any, django_db_blocker: Any, clock: Any
) -> Iterator[Any]:
    """The office as it was built; what the test does to it is rolled back."""
    from . import world as office

    name, built = _built
    with (
        django_db_blocker.unblock(),
        test_databases.django_at(name),
        policy.using(built.policy),
        ports.offering("evidence_store", built.blobs),
        office.undone(),
    ):
        yield built
