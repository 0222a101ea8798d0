"""`./dev check`: format, lint, types, import contracts, house rules. All of them run, always."""

from __future__ import annotations

import os
import subprocess
import sys
import time
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
    ("policies", [sys.executable, "-m", "anju", "check-policy", "--quiet"]),
)


def main() -> int:
    """Run every check; 1 when one of them is not clean."""
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(CHECKOUT / "src")}
    failed = []
    for name, command in CHECKS:
        started = time.time()
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        clean = done.returncode == 0
        print(f"{'ok  ' if clean else 'FAIL'} {name} ({time.time() - started:.1f} s)", flush=True)
        if not clean:
            failed.append(name)
            print(done.stdout.rstrip() or "(it said nothing)", flush=True)
    print("check: clean" if not failed else f"check: not clean: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
