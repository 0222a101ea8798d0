"""Jobs are deferred by name: every name that is written down belongs to a task that is there."""

import ast
import inspect

from procrastinate.contrib.django import app

from anju.config import jobs
from anju.config.environment import CHECKOUT

assert jobs


def _deferred():
    """(task name, keyword arguments, place) of every `outbox.defer("name", …)`."""
    for path in sorted((CHECKOUT / "src" / "anju").rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func
            name = getattr(called, "attr", getattr(called, "id", ""))
            owner = getattr(getattr(called, "value", None), "id", "")
            first = node.args[0]
            if name == "defer" and owner == "outbox" and isinstance(first, ast.Constant):
                given = {keyword.arg for keyword in node.keywords} - {"lock", "schedule_at"}
                yield first.value, given, f"{path.name}:{node.lineno}"


def test_something_is_deferred():
    assert list(_deferred())


def test_every_deferred_task_exists():
    assert [(name, place) for name, _given, place in _deferred() if name not in app.tasks] == []


def test_every_deferred_task_takes_what_it_is_given():
    wrong = []
    for name, given, place in _deferred():
        task = app.tasks.get(name)
        if task is not None and not given <= set(inspect.signature(task.func).parameters):
            wrong.append((name, given, place))
    assert wrong == []
