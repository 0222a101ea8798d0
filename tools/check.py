"""`./dev check`: what can be said of the code without running it. All checks run, always."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

# What is said, and how it is run. `dev` has no .py, so ruff has to be told of it.
CHECKS = (
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", ".", "dev"]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", ".", "dev"]),
    ("types", [str(BIN / "mypy"), "--no-error-summary"]),
    ("import contracts", [str(BIN / "lint-imports"), "--no-logo"]),
    ("house rules", [sys.executable, "tools/house_rules.py"]),
    ("dead code", [sys.executable, "tools/dead_code.py"]),
    ("copied code", [sys.executable, "tools/copied_code.py"]),
    ("policies", [sys.executable, "-m", "anju", "check-policy", "--quiet"]),
)


def run(check: tuple[str, list[str]]) -> tuple[str, float, str, bool]:
    """Run one check: its name, how long it took, what it said, whether all is clean."""
    name, command = check
    started = time.time()
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(CHECKOUT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, time.time() - started, done.stdout.rstrip(), done.returncode == 0


def main() -> int:
    """Run every check, two at a time; 1 when one of them is not clean."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, seconds, said, clean in pool.map(run, CHECKS):
            print(f"{'ok  ' if clean else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
            if not clean:
                failed.append(name)
                print(said or "(it said nothing)", flush=True)
    print("check: clean" if not failed else f"check: not clean: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
