"""Jobs are deferred by name: every name that is written down belongs to a task that is there."""

import ast
import inspect

import pytest
from procrastinate.contrib.django import app

from anju.config import jobs
from anju.config.environment import CHECKOUT

assert jobs
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for path in sorted((CHECKOUT / "src" / "anju").rglob("*.py"))
    if "tests" not in path.parts
}


def _texts(expression, known):
    """The texts an expression may be: itself, either side of a choice, or what a name was given."""
    if isinstance(expression, ast.Constant):
        return [expression.value]
    if isinstance(expression, ast.IfExp):
        return _texts(expression.body, known) + _texts(expression.orelse, known)
    return known.get(getattr(expression, "id", ""), [])


def deferred(sources):
    """(task name, keyword arguments, place) of every `outbox.defer(name, …)`.

    A name that cannot be told from its file is given as None.
    """
    for path, text in sources.items():
        tree = ast.parse(text)
        known = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                known.setdefault(getattr(target, "id", ""), []).extend(_texts(node.value, {}))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func
            owner = getattr(getattr(called, "value", None), "id", "")
            if getattr(called, "attr", "") == "defer" and owner == "outbox":
                given = {keyword.arg for keyword in node.keywords} - {"lock", "schedule_at"}
                for name in _texts(node.args[0], known) or [None]:
                    yield name, given, f"{path}:{node.lineno}"


def unknown(sources):
    """Names that no task has, and names that cannot be told."""
    return [(name, place) for name, _given, place in deferred(sources) if name not in app.tasks]


def unfit(sources):
    """Deferred tasks that do not take what they are given, or lack what they need."""
    wrong = []
    for name, given, place in deferred(sources):
        if name not in app.tasks:
            continue
        takes = inspect.signature(app.tasks[name].func).parameters
        needs = {one for one, how in takes.items() if how.default is inspect.Parameter.empty}
        if not needs <= given <= set(takes):
            wrong.append((name, given, place))
    return wrong


def test_every_task_that_follows_something_is_deferred_somewhere():
    names = {name for name, _given, _place in deferred(SOURCES)}
    of_our_own = {name for name in app.tasks if not name.startswith(("builtin", "procrastinate"))}
    by_the_clock = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}
    assert of_our_own - by_the_clock == names


def test_every_deferred_task_exists():
    assert unknown(SOURCES) == []


def test_every_deferred_task_takes_what_it_is_given():
    assert unfit(SOURCES) == []


@pytest.mark.mutants
@pytest.mark.parametrize(
    "planted",
    [
        'outbox.defer("treasury.sned", order_no=1)',
        'outbox.defer(f"treasury.{what}", order_no=1)',
        'name = "treasury.send" if new else "treasury.akk"\noutbox.defer(name, order_no=1)',
        "outbox.defer(name, order_no=1)",
    ],
)
def test_a_name_that_no_task_has_is_noticed(planted):
    assert unknown({"planted.py": planted})


@pytest.mark.mutants
@pytest.mark.parametrize("given", ["order_number=1", "order_no=1, at=2", ""])
def test_arguments_that_do_not_fit_are_noticed(given):
    assert unfit({"planted.py": f'outbox.defer("treasury.send", {given})'})
    assert not unfit({"planted.py": 'outbox.defer("treasury.send", order_no=1)'})
