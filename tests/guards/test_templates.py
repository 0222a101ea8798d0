"""Templates: no two of one name (the first found would win, in silence), and none half written."""

import re
from collections import Counter

import pytest
from django.apps import apps
from django.template.loader import get_template

from anju.config.environment import CHECKOUT

SOURCE = CHECKOUT / "src" / "anju"
FOUND = sorted(
    (path.relative_to(root).as_posix(), path)
    for root in SOURCE.rglob("templates")
    if root.is_dir() and "simulators" not in root.parts
    for path in root.rglob("*.html")
)


def twice(names):
    """The names that stand more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


def test_no_template_name_twice():
    assert FOUND
    assert twice(name for name, _path in FOUND) == []


@pytest.mark.mutants
def test_a_name_that_stands_twice_is_noticed():
    names = [name for name, _path in FOUND]
    assert twice([*names, names[0]]) == [names[0]]


@pytest.mark.parametrize(("name", "path"), FOUND, ids=[name for name, _path in FOUND])
def test_no_component_is_called_in_words_nobody_reads(name, path):
    assert re.search(r"</?c-[a-z]", path.read_text(encoding="utf-8")) is None


def test_templates_lie_in_apps():
    roots = {str(config.path) for config in apps.get_app_configs()}
    outside = [
        str(path)
        for _name, path in FOUND
        if not any(str(path).startswith(f"{root}/templates/") for root in roots)
    ]
    assert outside == []


@pytest.mark.parametrize("name", [name for name, _path in FOUND])
def test_a_template_compiles(name):
    get_template(name)


def test_static_files_have_one_name_each():
    found = [
        path.relative_to(root).as_posix()
        for root in SOURCE.rglob("static")
        if root.is_dir() and "simulators" not in root.parts
        for path in root.rglob("*")
        if path.is_file()
    ]
    assert found
    assert twice(found) == []
