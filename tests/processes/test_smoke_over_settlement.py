"""The main job, walked over the settlement system instead of over HTTP: choice, not code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anju.config.environment import CHECKOUT

pytestmark = pytest.mark.processes


def test_the_smoke_passes_over_the_settlement_system(tmp_path: Path) -> None:
    """One city is enough: both go the same way, and every second counts."""
    centers = tmp_path / "centers"
    for folder in ("national", "yuncheng"):
        shutil.copytree(CHECKOUT / "centers" / folder, centers / folder)
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
