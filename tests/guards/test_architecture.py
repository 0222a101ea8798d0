"""The arrows hold, and the contract that says so is awake: planted violations are caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anju.config.environment import CHECKOUT

LINT = Path(sys.executable).parent / "lint-imports"


def _lint(checkout):
    return subprocess.run(
        [str(LINT), "--no-cache"],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout / "src"), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_arrows_hold():
    result = _lint(CHECKOUT)
    assert result.returncode == 0, result.stdout


# One import that must not be, per kind of arrow.
PLANTED = {
    "domain/planted.py": "import django.conf\n",
    "ports/planted.py": "from anju.store import audit\n",
    "store/planted.py": "from anju.cases import registry\n",
    "ledger/planted.py": "from anju.parties import facts\n",
    "cases/planted.py": "from anju.business.withdrawals import closing\n",
    "business/loans/planted.py": "from anju.business.treasury import actions\n",
    "business/treasury/planted.py": "from anju.ledger import models\n",
    "adapters/planted.py": "from anju import policy\n",
    "simulators/planted.py": "from anju.adapters import messages\n",
    "channels/citizen/planted.py": "from anju.config import clock\n",
    "newroom/__init__.py": "from anju import domain\n",
}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What the contracts say of a copy of the source with every planted import in it."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(CHECKOUT / "pyproject.toml", copy)
    shutil.copytree(
        CHECKOUT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "tests")
    )
    for place, text in PLANTED.items():
        path = copy / "src" / "anju" / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    result = _lint(copy)
    assert result.returncode != 0
    return result.stdout


@pytest.mark.mutants
@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_import_is_caught(complaints, place):
    module = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert module in complaints
