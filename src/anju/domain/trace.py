"""How an amount came about, row by row, for a person with a pocket calculator (怎么算的)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One step: what it is about, the sum as one would key it in, and its money if it has any."""

    label: str
    formula: str
    fen: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps to one amount, `total_fen`, in the order they are worked."""

    title: str
    rows: tuple[TraceRow, ...]
    total_fen: int

    def as_record(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and whole numbers, as kept in JSON."""
        rows = [{"label": row.label, "formula": row.formula, "fen": row.fen} for row in self.rows]
        return {"title": self.title, "rows": rows, "total_fen": self.total_fen}
