"""Worked numbers out of docs/algorithms, so that prose and tests cannot part; and plain terms."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from anju.domain.contribution_terms import ContributionTerms
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


def contribution_terms() -> ContributionTerms:
    """Terms as of July 2016 that never change: 1,880.00, three times 10,342.50, 5 to 12 percent."""
    law, july = date(2005, 1, 10), date(2016, 7, 1)
    least = Dated((DatedValue(Fraction("0.05"), "条例", law),))
    most = Dated((DatedValue(Fraction("0.12"), "条例", law),))
    return ContributionTerms(
        floor=Dated((DatedValue(188000, "最低工资", july),)),
        average_wage=Dated((DatedValue(1034250, "工资", july),)),
        cap_multiple=Dated((DatedValue(3, "", law),)),
        cap_published=Dated((DatedValue(0, "", law),)),
        member_ratio_min=least,
        member_ratio_max=most,
        employer_ratio_min=least,
        employer_ratio_max=most,
        rounding_unit=Dated((DatedValue("yuan", "", law),)),
        rounding_mode=Dated((DatedValue("half_up", "", law),)),
        year_month=Dated((DatedValue(7, "", law),)),
        due_days=Dated((DatedValue(5, "", law),)),
        months_ahead=Dated((DatedValue(0, "", law),)),
        deferral_months=Dated((DatedValue(12, "", law),)),
    )
