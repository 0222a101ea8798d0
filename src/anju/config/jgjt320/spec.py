"""The standard's tables as data, and whether a value is of the kind that a column asks for."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from anju.domain.identifiers import id_number_problem

_FILE = Path(__file__).with_name("tables.yaml")
_NUMBER = {
    "money": re.compile(r"-?\d{1,16}\.\d{2}"),
    "ratio": re.compile(r"\d{1,2}\.\d{2}"),
    "rate": re.compile(r"\d\.\d{7}"),
    "int": re.compile(r"-?\d{1,12}"),
    "month": re.compile(r"\d{4}(0[1-9]|1[0-2])"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the standard, what it says, its kind, and our field behind it.

    Attributes:
        by_rule: the name was formed by the standard's rule and is to be compared with its text.
        source: our field, None where nothing fills the column yet.
    """

    name: str
    title: str
    kind: str
    size: int
    required: bool
    source: str | None
    by_rule: bool

    def problem(self, text: str, *, on: date) -> str | None:
        """What is wrong with a filled cell, None when nothing is."""
        if self.kind == "text":
            return None if len(text) <= self.size else f"长于 {self.size} 个字符"
        if self.kind == "code":
            return None if re.fullmatch(rf"\d{{{self.size}}}", text) else f"不是 {self.size} 位代码"
        if self.kind == "id":
            return id_number_problem(text, on)
        if self.kind == "date":
            try:
                date.fromisoformat(text)
            except ValueError:
                return "不是日期"
            return None
        return None if _NUMBER[self.kind].fullmatch(text) else f"不是 {self.kind}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the standard; without a source it is written with its header alone."""

    number: str
    title: str
    source: str | None
    key: tuple[str, ...]
    laws: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"table_{self.number.replace('.', '_')}.csv"


@cache
def tables() -> tuple[Table, ...]:
    """Every table, in the standard's order. Raises ValueError for a line that cannot be read."""
    found = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Table(
            number, each["title"], each.get("source"), tuple(each.get("key", ())),
            tuple(_law(text) for text in each.get("laws", ())),
            tuple(_column(line) for line in each["columns"]),
        )
        for number, each in found.items()
    )  # fmt: skip


def _law(text: str) -> tuple[str, tuple[str, ...]]:
    """`A = B + C`: a column is the sum of others."""
    whole, parts = text.split("=")
    return whole.strip(), tuple(part.strip() for part in parts.split("+"))


def _column(line: str) -> Column:
    name, title, kind, required, source = (part.strip() for part in line.split("|"))
    word, _, size = kind.partition(" ")
    if word not in {"text", "code", "date", "id", *_NUMBER} or required not in ("required", "-"):
        raise ValueError(f"{_FILE.name}: {line}")
    return Column(
        name.lstrip("~"), title, word, int(size or 0), required == "required",
        None if source == "-" else source, name.startswith("~"),
    )  # fmt: skip
