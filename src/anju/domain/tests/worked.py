"""Worked numbers out of docs/algorithms, so that prose and tests cannot part."""

from pathlib import Path

_DOCS = Path(__file__).resolve().parents[4] / "docs" / "algorithms"


def table(document: str, name: str) -> list[tuple[str, ...]]:
    """The rows below `<!-- table: name -->` in a document, without heading and ruler."""
    _, _, after = (_DOCS / document).read_text("utf-8").partition(f"<!-- table: {name} -->\n")
    lines = after.split("\n\n", 1)[0].splitlines()
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert len(rows) > 2, f"{document} has no table {name}"
    return rows[2:]
