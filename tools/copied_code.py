"""Code that stands twice, found by pylint's symilar: what is alike is one thing with a name.

    python tools/copied_code.py          look at the whole checkout

Comments, docstrings, imports and signatures do not count. Migrations are history and may repeat it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from pylint.checkers.symilar import Symilar

CHECKOUT = Path(__file__).resolve().parents[1]
LOOKED_AT = ("src", "tests", "tools", "bench", "conftest.py", "dev")
# Shorter runs are mostly how a call, a table or a frame must look. Blank lines do not count.
LINES_ALIKE = {".py": 6, "": 6, ".html": 7, ".sql": 9, ".css": 7, ".js": 7}


def files(checkout: Path) -> Iterator[Path]:
    """What is compared: code, templates, SQL, style, script."""
    for place in LOOKED_AT:
        path = checkout / place
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            parts = set(file.relative_to(checkout).parts)
            if file.is_file() and file.suffix in LINES_ALIKE and not parts & {"migrations"}:
                yield file


def what_counts(text: str) -> str:
    """Python without docstrings, imports and signatures, on the same lines."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        first = last = 0
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            first, last = node.lineno, node.end_lineno or node.lineno
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first, last = node.lineno, max(node.lineno, node.body[0].lineno - 1)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            first, last = node.lineno, node.end_lineno or node.lineno
        if first:
            lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines)


def copies(checkout: Path, alike: Sequence[Path], *, lines: int) -> Iterator[str]:
    """A line for every run of `lines` lines or more that stands in two files or more."""
    python = alike[0].suffix in (".py", "")
    # It tells of what is longer than this. What it would leave out itself takes a minute.
    symilar = Symilar(min_lines=lines - 1, ignore_comments=python, ignore_docstrings=False)
    for file in alike:
        text = file.read_text(encoding="utf-8")
        stream = StringIO(what_counts(text) if python else text)
        symilar.append_stream(file.relative_to(checkout).as_posix(), stream)
    for count, places in symilar._compute_sims():
        where = sorted(f"{file.name}:{first + 1}-{last}" for file, first, last in places)
        yield f"{where[0]}: {count} lines stand again at {', '.join(where[1:])}"


def findings(checkout: Path) -> Iterator[str]:
    """Every copy in a checkout; files of one kind are compared with one another."""
    found: dict[str, list[Path]] = {}
    for file in files(checkout):
        found.setdefault(file.suffix or ".py", []).append(file)
    for suffix, alike in sorted(found.items()):
        yield from copies(checkout, alike, lines=LINES_ALIKE[suffix])


def main() -> int:
    """Print every copy; 1 when there is one."""
    lines = list(findings(CHECKOUT))
    print(*lines, sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
