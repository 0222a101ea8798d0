"""What is asked of a table file, what comes out of it, and how it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

MIB: Final = 1024 * 1024


class Kind(StrEnum):
    """What the cells of a column are, and so how a spreadsheet may have bent them.

    TEXT: words. CODE: a number that is a name (ID, phone), which no spreadsheet may round. MONEY:
    yuan with at most two decimals; comes out as whole fen. MONTH: comes out as "2026-11".
    """

    TEXT = "text"
    CODE = "code"
    MONEY = "money"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Column:
    """One column by its code: the heading people see, others that mean the same, and its kind.

    A heading is compared without spaces, brackets and what stands in them: 缴存基数（元） is
    缴存基数. `required` says that the column, not each cell of it, must be there.
    """

    code: str
    heading: str
    kind: Kind = Kind.TEXT
    required: bool = True
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Where reading stops. The first two are policy; the rest is what a parser may cost.

    `unpacked_max` and `ratio_max` are of what a workbook's parts unpack to; a part under a MiB may
    have any ratio. `memory_max` is address space, `seconds_max` processor time of the reader.
    """

    bytes_max: int
    rows_max: int
    columns_max: int = 60
    sheets_max: int = 10
    parts_max: int = 400
    unpacked_max: int = 256 * MIB
    ratio_max: int = 200
    chars_max: int = 500
    seconds_max: int = 30
    memory_max: int = 640 * MIB
    found_max: int = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """What the reading process is told: the columns, the limits and the sheets to pass over."""

    columns: tuple[Column, ...]
    limits: Limits
    passed_over: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    @classmethod
    def heard(cls, told: Mapping[str, Any]) -> "Ask":
        """From what `told` made."""
        columns = tuple(
            Column(**{**each, "kind": Kind(each["kind"]), "also": tuple(each["also"])})
            for each in told["columns"]
        )
        return cls(columns, Limits(**told["limits"]), tuple(told["passed_over"]))


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that could not be taken as it is: `code` stays for ever, `says` is for people.

    `was` is what stood there, cut to a length a page can show; `column` is a column's code, or ""
    where the whole row is meant.
    """

    row: int
    column: str
    code: str
    says: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: the numbers of its rows as the file counts them, and a list per column.

    Cells are text, "" where empty; of a MONEY column whole fen or None. A cell with a problem is
    empty. `ignored` are headings that nobody asked for.
    """

    sheet: str
    rows: Sequence[int]
    cells: Mapping[str, Sequence[Any]]
    problems: Sequence[CellProblem] = ()
    ignored: Sequence[str] = ()


@dataclass
class TableRefused(Exception):
    """Nothing of the file is taken; `says` tells the person what is wrong and how to go on.

    `code` stays for ever. `sheet` and `places` (B7, 第 7 行) say where, as far as it is known.
    """

    code: str
    says: str
    sheet: str = ""
    places: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.code}: {self.says}"


def column_letters(number: int) -> str:
    """A column's name in a spreadsheet: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def listed(places: Sequence[str], most: int) -> str:
    """Some places for a sentence: the first ones, and that there are more."""
    shown = "、".join(places[:most])
    return f"{shown} 等" if len(places) > most else shown
