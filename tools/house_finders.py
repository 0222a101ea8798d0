"""Where a house rule looks and how it finds what breaks it; the rules are in house_rules.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

SOURCE = "src/anju/"
LOOKED_AT = (".py", ".sql", ".html", ".js", ".css")
FILE_LINES_MAX, FUNCTION_LINES_MAX = 400, 60
NAMES_THAT_SAY_NOTHING = {"utils.py", "helpers.py", "managers.py", "services.py", "misc.py"}
PERSONAL = {"name", "full_name", "phone", "id_number", "card_number", "number", "payee_name"}
PERSONAL |= {"payee_account", "password", "secret", "code", "text"}
LOGGERS = {"log", "logger", "_log", "LOG"}

Find = Callable[[str, str], Iterator[int]]


# -- where ------------------------------------------------------------------------------------


def is_test(path: str) -> bool:
    return "/tests/" in f"/{path}" or path.startswith("tests/")


def in_source(*suffixes: str, but: tuple[str, ...] = ()) -> Callable[[str], bool]:
    """Our own code, without its tests and without the rooms named in `but`."""

    def applies(path: str) -> bool:
        return (
            path.startswith(SOURCE)
            and path.endswith(suffixes or LOOKED_AT)
            and not is_test(path)
            and not path.startswith(tuple(SOURCE + room for room in but))
        )

    return applies


def under(*folders: str, suffix: str = ".py") -> Callable[[str], bool]:
    """These folders, without their tests and migrations."""

    def applies(path: str) -> bool:
        return (
            path.startswith(folders)
            and path.endswith(suffix)
            and not is_test(path)
            and "/migrations/" not in path
        )

    return applies


# -- how --------------------------------------------------------------------------------------


def pattern(expression: str, flags: int = 0) -> Find:
    """Lines on which the expression is found."""
    compiled = re.compile(expression, flags)

    def find(_path: str, text: str) -> Iterator[int]:
        for number, line in enumerate(text.splitlines(), start=1):
            if compiled.search(line):
                yield number

    return find


def tree(visit: Callable[[ast.AST], bool]) -> Find:
    """Lines of the syntax nodes for which `visit` is true."""

    def find(_path: str, text: str) -> Iterator[int]:
        for node in ast.walk(ast.parse(text)):
            if visit(node):
                yield node.lineno  # type: ignore[attr-defined]  # visit chose nodes that have one

    return find


def _is_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) is float
    if isinstance(node, ast.Name):
        return node.id == "float"
    return isinstance(node, ast.Attribute) and node.attr == "FloatField"


def binary_fractions(_path: str, text: str) -> Iterator[int]:
    """Floats, but for how long to sleep."""
    parsed = ast.parse(text)
    asleep = {
        id(inner)
        for call in ast.walk(parsed)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "sleep"
        for inner in ast.walk(call)
    }
    for node in ast.walk(parsed):
        if _is_float(node) and id(node) not in asleep:
            yield node.lineno  # type: ignore[attr-defined]  # constants, names, attributes


CITIES = re.compile(r"yuncheng|xishuangbanna|运城|版纳", re.IGNORECASE)


def cities(path: str, text: str) -> Iterator[int]:
    """Names of cities in what runs; docstrings and comments may give them as examples."""
    if not path.endswith(".py"):
        yield from pattern(CITIES.pattern, re.IGNORECASE)(path, text)
        return
    parsed = ast.parse(text)
    docstrings = {
        id(node.value)
        for node in ast.walk(parsed)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(parsed):
        said = getattr(node, "value", "") if isinstance(node, ast.Constant) else ""
        name = getattr(node, "id", "") or getattr(node, "attr", "")
        if id(node) not in docstrings and CITIES.search(f"{said} {name}"):
            yield node.lineno  # type: ignore[attr-defined]  # constants, names, attributes


def is_built_sql(node: ast.AST) -> bool:
    """`execute` with a text put together from parts."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if node.func.attr not in ("execute", "executemany", "raw", "row", "rows") or not node.args:
        return False
    first = node.args[0]
    if isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute):
        put_together = isinstance(first.func.value, ast.Constant)
        return put_together and first.func.attr in ("format", "join", "replace")
    return isinstance(first, (ast.JoinedStr, ast.BinOp)) and not _only_literals(first)


def _only_literals(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _only_literals(node.left) and _only_literals(node.right)
    return isinstance(node, ast.Constant)


def is_long_function(node: ast.AST) -> bool:
    return (
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    )


def long_files(_path: str, text: str) -> Iterator[int]:
    if text.count("\n") > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1


def names_that_say_nothing(path: str, _text: str) -> Iterator[int]:
    if path.rpartition("/")[2] in NAMES_THAT_SAY_NOTHING:
        yield 1


def is_rounded_by_the_way(node: ast.AST) -> bool:
    """`/` and `round()`: both give binary fractions; a path's `/` has a text behind it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return not isinstance(node.right, ast.JoinedStr) and not (
            isinstance(node.right, ast.Constant) and isinstance(node.right.value, str)
        )
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "round"


MASKED = re.compile(r"[*＊•●]{3,}|·{3,}")


def masks_by_hand(path: str, text: str) -> Iterator[int]:
    """Stars and dots in what runs; docstrings may show what a mask looks like."""
    if not path.endswith(".py"):
        yield from pattern(MASKED.pattern)(path, text)
        return
    parsed = ast.parse(text)
    told = {id(node.value) for node in ast.walk(parsed) if isinstance(node, ast.Expr)}
    for node in ast.walk(parsed):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in told and MASKED.search(node.value):
                yield node.lineno
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = (node.left, node.right)
            if any(isinstance(one, ast.Constant) and one.value in ("*", "·") for one in sides):
                yield node.lineno


def is_telling_log(node: ast.AST) -> bool:
    """A line of the log that is given something of a person by name."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") in LOGGERS
        and any(keyword.arg in PERSONAL for keyword in node.keywords)
    )
