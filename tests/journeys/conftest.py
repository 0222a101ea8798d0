"""A demo with people enough for all journeys; its halls, its staff, its browser."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from anju.config.cluster import Cluster

from ..conftest import CHECKOUT, RunningDemo, start_demo, stop_demo
from .cast import Cast, write_centers
from .company import Company


@contextmanager
def running(centers: Path, checkout: Path = CHECKOUT) -> Iterator[RunningDemo]:
    """A demo with these cities inside the block; nothing is left after it."""
    with tempfile.TemporaryDirectory(prefix="anju-journey-") as folder:
        state = Path(folder) / "demo"
        demo = start_demo(state, "--centers-dir", str(centers), checkout=checkout)
        try:
            yield demo
        finally:
            stop_demo(demo)
            Cluster(state, "demo").wipe()


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """The people of the demo."""
    centers = tmp_path_factory.mktemp("cities") / "centers"
    write_centers(CHECKOUT / "centers", centers)
    return Cast(centers)


@pytest.fixture(scope="session")
def demo(cast: Cast) -> Iterator[RunningDemo]:
    """This checkout, running, with enough people for all journeys of a worker."""
    with running(cast.centers) as started:
        yield started


@pytest.fixture(scope="session")
def company(
    demo: RunningDemo, cast: Cast, chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """Everybody of every city, each ready to sit down at a browser."""
    together = Company(demo, cast, chromium, tmp_path_factory.mktemp("photos") / "photo.jpg")
    yield together
    together.go_home()
