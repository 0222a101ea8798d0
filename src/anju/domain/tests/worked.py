"""Worked numbers out of docs/algorithms, so that prose and tests cannot part; and plain terms."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from anju.domain.dated import Dated, DatedValue
from anju.domain.interest_terms import WHOLE, Terms

SETTLE_DAY = "settle_day"
_DOCS = Path(__file__).resolve().parents[4] / "docs" / "algorithms"


def table(document: str, name: str) -> list[tuple[str, ...]]:
    """The rows below `<!-- table: name -->` in a document, without heading and ruler."""
    _, _, after = (_DOCS / document).read_text("utf-8").partition(f"<!-- table: {name} -->\n")
    lines = after.split("\n\n", 1)[0].splitlines()
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert len(rows) > 2, f"{document} has no table {name}"
    return rows[2:]


def flat(rate: Fraction, *, day_base: int = 360, since: date = date(1993, 1, 1)) -> Terms:
    """Terms that never change: one rate for all money."""

    def always(value: Fraction) -> Dated[Fraction]:
        return Dated((DatedValue(value, "", since),))

    return Terms(
        always(rate),
        always(rate),
        Dated((DatedValue(day_base, "", since),)),
        Dated((DatedValue(SETTLE_DAY, "", since),)),
        Dated((DatedValue(WHOLE, "", since),)),
    )
