"""A key that nobody reads is a promise that nobody keeps: every declared key is read by code.

This guard looks at names. That a change of each key also changes what people get is proved, key
by key, in test_every_policy_value_matters.py and test_every_policy_word_is_shown.py.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from anju.policy import Policy, load
from anju.policy.bank_shapes import BanksFile
from anju.policy.demo import DemoFile
from anju.policy.examples import ExamplesFile
from anju.policy.service_shapes import ServicePolicy
from anju.policy.shapes import BranchesFile, CenterFile, ReasonsFile, WordsFile
from anju.policy.tests.places import keys

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/anju"
FILES = (
    CenterFile,
    BanksFile,
    BranchesFile,
    WordsFile,
    ReasonsFile,
    ServicePolicy,
    DemoFile,
    ExamplesFile,
)


@cache
def national() -> Policy:
    return load("yuncheng", ROOT / "centers")


def python_files(*, with_policy: bool) -> Iterator[Path]:
    for file in SOURCE.rglob("*.py"):
        parts = file.relative_to(SOURCE).parts
        if "tests" in parts or "migrations" in parts:
            continue
        if with_policy or parts[0] != "policy":
            yield file


@cache
def names_read(*, with_policy: bool) -> frozenset[str]:
    """Every attribute that code or a template reads, and every text handed to getattr."""
    found: set[str] = set()
    for file in python_files(with_policy=with_policy):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    for file in SOURCE.rglob("*.html"):
        for tag in re.findall(r"\{[{%].*?[%}]\}", file.read_text("utf-8")):
            found.update(re.findall(r"\.([a-z_]+)", tag))
    return frozenset(found)


@pytest.mark.parametrize("name", [*national().params, *national().rates])
def test_a_dated_value_is_read_by_name(name: str) -> None:
    read = names_read(with_policy=True)
    assert name in read, f"nobody reads {name}: read it, or take it out of centers/national"


@pytest.mark.parametrize("place", sorted({place for file in FILES for place, _ in keys(file)}))
def test_a_key_of_a_file_is_read_by_name(place: str) -> None:
    # Worked examples are run by the policy room itself.
    read = names_read(with_policy=place.startswith(("ExamplesFile", "CenterFile.hours")))
    name = place.rpartition(".")[2]
    assert name in read, f"nobody reads {place}: read it, or take it out of the shape"


def test_code_asks_for_no_value_that_is_not_declared() -> None:
    declared = {*national().params, *national().rates}
    asked: dict[str, str] = {}
    for file in python_files(with_policy=True):
        text = file.read_text("utf-8")
        for name in re.findall(r"\b(?:params|rates)\.([a-z_]+)\.(?:on|values)\b", text):
            asked[name] = str(file.relative_to(ROOT))
    assert asked, "the pattern finds nothing any more"
    assert {name: where for name, where in asked.items() if name not in declared} == {}


@pytest.mark.mutants
def test_the_guard_sees_a_key_that_nobody_reads() -> None:
    read = names_read(with_policy=True)
    assert "card_age_hours_min" in read
    assert "card_age_minutes_min" not in read
