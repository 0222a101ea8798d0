"""`./dev bench`: run the workloads, print a table, keep the figures as JSON."""

from __future__ import annotations

import sys
from pathlib import Path

# `python bench` puts this folder on the path; the package's own name needs the one above.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.command import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
