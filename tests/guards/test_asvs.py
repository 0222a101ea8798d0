"""`docs/security/asvs.csv` answers every requirement, and what it says holds has its test."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from functools import cache

import pytest

from anju.config.environment import CHECKOUT

TABLE = CHECKOUT / "docs/security/asvs.csv"
COLUMNS = ["req_id", "level", "decision", "where", "test", "note"]
DECISIONS = {"holds", "not applicable", "later"}
# The last requirement of levels 1 and 2 in each section of version 5.0.0; they count up from 1.
SECTIONS = """
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3
    4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3
    7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4
    10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4
    13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4
    16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
REQUIRED = [
    f"V{section}.{number}"
    for section, last in (one.split(":") for one in SECTIONS.split())
    for number in range(1, int(last) + 1)
]


def rows():
    """The table, a mapping a row."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_in(path):
    """What a file defines, at any depth: functions, methods, classes."""
    if not path.endswith(".py") or not (CHECKOUT / path).is_file():
        return frozenset()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    tree = ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def unanswered(table):
    """Requirements of levels 1 and 2 without a row, and any that has two."""
    times = Counter(row["req_id"] for row in table)
    return [one for one in REQUIRED if not times[one]] + [one for one in times if times[one] > 1]


def wrong_with(row):
    """What is wrong with one row."""
    wrong = []
    if row["decision"] not in DECISIONS:
        wrong.append(f"decision {row['decision']!r}")
    path, _, name = row["where"].partition("::")
    if path and not (CHECKOUT / path).is_file():
        wrong.append(f"no file {path}")
    if name and name not in names_in(path):
        wrong.append(f"no {name} in {path}")
    if row["decision"] == "holds" and not (path and row["test"]):
        wrong.append("it holds nowhere, or no test says so")
    if row["decision"] != "holds" and not row["note"]:
        wrong.append("no reason")
    for test in row["test"].split():
        path, _, name = test.partition("::")
        if not name.startswith("test_") or name not in names_in(path):
            wrong.append(f"no test {test}")
    return wrong


def test_every_requirement_of_two_levels_is_answered_once():
    assert len(REQUIRED) == 253
    assert list(rows()[0]) == COLUMNS
    assert unanswered(rows()) == []
    levels = {row["req_id"]: row["level"] for row in rows()}
    assert {levels[one] for one in REQUIRED} == {"1", "2"}
    assert {level for one, level in levels.items() if one not in set(REQUIRED)} <= {"3"}


def test_every_answer_can_be_looked_up():
    assert {row["req_id"]: wrong_with(row) for row in rows() if wrong_with(row)} == {}


HOLDS = {
    "req_id": "V1.1.1",
    "level": "2",
    "decision": "holds",
    "where": "src/anju/config/middleware.py::cookie_name",
    "test": "tests/guards/test_asvs.py::test_every_answer_can_be_looked_up",
    "note": "",
}


@pytest.mark.mutants
@pytest.mark.parametrize(
    "spoiled",
    [
        {"decision": "perhaps"},
        {"decision": "later"},
        {"decision": "not applicable"},
        {"where": ""},
        {"where": "src/anju/nowhere.py"},
        {"where": "src/anju/config/middleware.py::nobody"},
        {"test": ""},
        {"test": "tests/guards/test_asvs.py"},
        {"test": "tests/guards/test_asvs.py::test_nothing"},
        {"test": "tests/guards/test_nowhere.py::test_nothing"},
        {"test": "tests/guards/test_asvs.py::wrong_with"},
    ],
)
def test_an_answer_that_leads_nowhere_is_noticed(spoiled):
    assert wrong_with(HOLDS) == []
    assert wrong_with({**HOLDS, **spoiled})


@pytest.mark.mutants
def test_a_requirement_without_an_answer_is_noticed():
    assert unanswered(rows()[1:]) == [rows()[0]["req_id"]]
    assert unanswered([*rows(), rows()[0]]) == [rows()[0]["req_id"]]
