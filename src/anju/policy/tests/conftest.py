"""A copy of the real folders that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[4] / "centers"


@pytest.fixture
def centers(tmp_path: Path) -> Path:
    """The real centres, copied."""
    return Path(shutil.copytree(REAL, tmp_path / "centers"))


@pytest.fixture
def change(centers: Path) -> Callable[[str, str, str], Path]:
    """Replace a text, which must be there, in one file of the copy; gives the folder back."""

    def replace(file: str, old: str, new: str) -> Path:
        path = centers / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return centers

    return replace
