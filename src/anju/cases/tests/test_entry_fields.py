"""What is typed into the fields of an entry: its shape, and what is said of another."""

from __future__ import annotations

import pytest

from anju.cases.declaration import Entry, EntryField
from anju.cases.entry_fields import shaped
from anju.cases.records import Mistakes


@pytest.mark.parametrize(
    ("kind", "typed", "became"),
    [
        ("text", " 演示 ", "演示"),
        ("money", "5,000.00", "500000"),
        ("month", "2026-11", "2026-11"),
        ("day", "2026-11-20", "2026-11-20"),
        ("count", "２０", "20"),
        ("ratio", "7.5%", "0.0750"),
        ("choice", "one", "one"),
    ],
)
def test_an_answer_has_its_fields_shape(kind: str, typed: str, became: str) -> None:
    field = EntryField("it", "项目", kind, (("one", "一"),))
    assert shaped(Entry(about="member", fields=(field,)), {"it": typed}) == {"it": became}


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "演" * 101),
        ("money", "许多"),
        ("month", "2026-13"),
        ("day", "2026-11-31"),
        ("count", "-1"),
        ("ratio", "7.555"),
        ("choice", "two"),
        ("text", ""),
    ],
)
def test_what_does_not_fit_is_said_with_the_fields_name(kind: str, typed: str) -> None:
    field = EntryField("it", "项目", kind, (("one", "一"),))
    found = shaped(Entry(about="member", fields=(field,)), {"it": typed})
    assert isinstance(found, Mistakes)
    assert "项目" in found.errors["it"]
