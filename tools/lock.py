"""`./dev lock`: renew the locked requirements, with the hashes of every platform's files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
# dev is locked over run, so that what the tests test is what runs; bench, the ledgers that
# `./dev bench --peers` compares with, so that both sides run on one Django.
OVER_RUN = ("--constraint", "run.lock")
LOCKS = (("tools", ()), ("run", ()), ("dev", OVER_RUN), ("bench", OVER_RUN))


def main() -> int:
    """Compile each .in file into its .lock; `--upgrade` takes the newest of everything."""
    for name, extra in LOCKS:
        command = [
            *(str(Path(sys.executable).parent / "uv"), "pip", "compile", f"{name}.in"),
            *("--output-file", f"{name}.lock", "--generate-hashes", "--universal"),
            *("--python-version", "3.11", "--no-header", "--no-annotate", "--quiet"),
            # Addresses of indexes belong to a machine, not into the lock.
            *("--no-emit-index-url", "--no-emit-find-links"),
            *extra,
            *sys.argv[1:],
        ]
        print(f"locking {name}", flush=True)
        done = subprocess.run(command, cwd=REQUIREMENTS, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
