"""A key that nobody reads is a promise that nobody keeps: every declared key is read by code.

This guard looks at names. That a change of each key also changes what people get is proved, key
by key, in test_every_policy_value_matters.py and test_every_policy_word_is_shown.py.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from anju.policy import Policy, load
from anju.policy.demo import DemoFile
from anju.policy.examples import ExamplesFile
from anju.policy.shapes import (
    BanksFile,
    BranchesFile,
    CenterFile,
    ReasonsFile,
    ServicePolicy,
    WordsFile,
)

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
# `assumed` is read by the policy room itself, for check-policy.
OF_THE_ROOM = {"assumed"}


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


def keys(shape: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(dotted place, name) of every key a file may hold, at any depth."""
    for name, field in shape.model_fields.items():
        place = f"{path or shape.__name__}.{name}"
        if name not in OF_THE_ROOM:
            yield place, name
        for inner in shapes_in(field.annotation):
            yield from keys(inner, place)


def shapes_in(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from shapes_in(part)


@pytest.mark.parametrize("name", [*national().params, *national().rates])
def test_a_dated_value_is_read_by_name(name: str) -> None:
    read = names_read(with_policy=True)
    assert name in read, f"nobody reads {name}: read it, or take it out of centers/national"


@pytest.mark.parametrize(
    ("place", "name"), [pair for file in FILES for pair in keys(file)], ids=lambda text: text
)
def test_a_key_of_a_file_is_read_by_name(place: str, name: str) -> None:
    # Worked examples are run by the policy room itself.
    read = names_read(with_policy=place.startswith(("ExamplesFile", "CenterFile.hours")))
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


def test_the_guard_sees_a_key_that_nobody_reads() -> None:
    assert "a_key_made_up_to_be_read_by_nobody"[:-1] not in names_read(with_policy=True)
