"""Every service folder has every part, and says the same of itself everywhere."""

import ast
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from anju import policy
from anju.cases import registry
from anju.config import discovery
from anju.config.environment import CHECKOUT

FOLDERS = sorted(
    CHECKOUT / "src" / Path(*name.split(".")[:-1]) for name in discovery.service_modules()
)


def test_there_are_services():
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_service_folder_has_every_part(folder):
    parts = ["__init__.py", "service.py", "rules.py", "actions.py"]
    if registry.service(f"{folder.parent.name}.{folder.name}").payment is not None:
        parts.append("postings.py")
    for part in parts:
        assert (folder / part).is_file(), part
    assert list((folder / "tests").glob("test_*.py"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_service_is_called_after_its_place(folder):
    service = registry.service(f"{folder.parent.name}.{folder.name}")
    assert service.rules
    for rule in service.rules:
        assert rule.code.startswith(f"{folder.name}."), rule.code
        assert rule.basis, rule.code


CHINESE = re.compile(r"[\u4e00-\u9fff]")


def unsaid(rule):
    """Which of the texts that a person reads is missing or not in Chinese."""
    texts = {"says": rule.says, "fails": rule.fails, "basis": rule.basis}
    texts |= {"source": rule.source, "mended_by": rule.mended_by}
    wrong = [name for name, text in texts.items() if not CHINESE.search(text)]
    return wrong + (["fails as it says"] if rule.says == rule.fails else [])


def untested(rules, tests):
    """Rules that no test in these files names, whose function no test can turn over."""
    named = {
        node.value
        for path in tests
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return [rule.code for rule in rules if rule.code not in named]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_rule_has_its_texts_and_its_test(folder):
    rules = registry.service(f"{folder.parent.name}.{folder.name}").rules
    assert {rule.code: unsaid(rule) for rule in rules if unsaid(rule)} == {}
    assert untested(rules, sorted((folder / "tests").glob("test_*.py"))) == []


@pytest.mark.mutants
def test_a_rule_without_a_text_or_a_test_is_noticed():
    folder = FOLDERS[0]
    rule = registry.service(f"{folder.parent.name}.{folder.name}").rules[0]
    assert unsaid(replace(rule, mended_by="")) == ["mended_by"]
    assert unsaid(replace(rule, fails="not fit")) == ["fails"]
    assert unsaid(replace(rule, fails=rule.says)) == ["fails as it says"]
    tests = sorted((folder / "tests").glob("test_*.py"))
    assert untested([replace(rule, code="made.up")], tests) == ["made.up"]


def test_rule_codes_are_unique():
    codes = [rule.code for service in registry.services() for rule in service.rules]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("center", policy.centers_in(CHECKOUT / "centers"))
def test_a_city_names_only_services_and_rules_that_are_there(center):
    discovery.check_policy(policy.load(center, CHECKOUT / "centers"))


@pytest.mark.mutants
@pytest.mark.parametrize("center", policy.centers_in(CHECKOUT / "centers"))
def test_a_rule_that_is_not_there_stops_the_start_at_its_line(center, tmp_path):
    shutil.copytree(CHECKOUT / "centers", tmp_path / "centers")
    for path in (tmp_path / "centers" / center / "services").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        head, condition, tail = text.partition("conditions:\n  - ")
        line = text[: len(head) + len(condition)].count("\n") + 1
        path.write_text(f"{head}{condition}made.up\n  - {tail}", encoding="utf-8")
        with pytest.raises(policy.PolicyError) as refused:
            discovery.check_policy(policy.load(center, tmp_path / "centers"))
        assert refused.value.line == line
        assert "made.up" in str(refused.value)
        path.write_text(text, encoding="utf-8")
