"""The programs of the embedded PostgreSQL, copied where whoever runs them can reach them."""

import shutil
from pathlib import Path

PROGRAMS = ("initdb", "pg_ctl", "postgres")


def copy_programs(wheel: Path, into: Path) -> None:
    """What a server needs, laid as in the wheel: programs look for their libraries beside it."""
    package = wheel.parent
    installed = into / package.name / wheel.name
    (installed / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy2(wheel / "bin" / program, installed / "bin" / program)
    for part in ("lib", "share"):
        shutil.copytree(wheel / part, installed / part, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, into / libraries.name, symlinks=True)
