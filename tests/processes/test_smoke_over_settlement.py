"""The main job, walked over the settlement system instead of over HTTP: choice, not code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from anju.config.environment import CHECKOUT

from ..conftest import one_city

# The smoke itself is run by the acceptance; what may go wrong on the way, by the fault journeys.
pytestmark = [pytest.mark.processes, pytest.mark.nightly]


def test_the_smoke_passes_over_the_settlement_system(tmp_path: Path) -> None:
    centers = one_city(tmp_path / "centers")
    command = ["demo", "--smoke", "--bank", "bdc", "--centers-dir", str(centers)]
    walked = subprocess.run(
        [sys.executable, "-m", "anju", *command],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert walked.stdout.count("the bank paid") == 2
    assert walked.stdout.count("member was told") == 2
