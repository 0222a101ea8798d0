"""House rules that no linter knows. Each ban names what to use instead, and carries a sample that
breaks it and one that keeps it; a test runs both, so a rule that sleeps is found out.

    python tools/house_rules.py            check the whole checkout
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCE = "src/anju/"
LOOKED_AT = (".py", ".sql", ".html", ".js", ".css")
FILE_LINES_MAX, FUNCTION_LINES_MAX = 400, 60
NAMES_THAT_SAY_NOTHING = {"utils.py", "helpers.py", "managers.py", "services.py", "misc.py"}
MONEY_ROOMS = tuple(f"{SOURCE}{room}/" for room in ("domain", "ledger", "business", "cases"))

Find = Callable[[str, str], Iterator[int]]


@dataclass(frozen=True)
class Rule:
    """One ban.

    `applies` takes a path inside the checkout; `find` takes the path and the text and yields the
    numbers of the lines that break it. The samples are (path, text).
    """

    code: str
    says: str
    instead: str
    applies: Callable[[str], bool]
    find: Find
    bad: tuple[str, str]
    good: tuple[str, str]


# -- where ------------------------------------------------------------------------------------


def _is_test(path: str) -> bool:
    return "/tests/" in f"/{path}" or path.startswith("tests/")


def in_source(*suffixes: str, but: tuple[str, ...] = ()) -> Callable[[str], bool]:
    """Our own code, without its tests and without the rooms named in `but`."""

    def applies(path: str) -> bool:
        return (
            path.startswith(SOURCE)
            and path.endswith(suffixes or LOOKED_AT)
            and not _is_test(path)
            and not path.startswith(tuple(SOURCE + room for room in but))
        )

    return applies


def under(*folders: str, suffix: str = ".py") -> Callable[[str], bool]:
    """These folders, without their tests and migrations."""

    def applies(path: str) -> bool:
        return (
            path.startswith(folders)
            and path.endswith(suffix)
            and not _is_test(path)
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


def _is_built_sql(node: ast.AST) -> bool:
    """`execute` with a text put together from parts."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if node.func.attr not in ("execute", "executemany", "raw", "row", "rows") or not node.args:
        return False
    first = node.args[0]
    return isinstance(first, (ast.JoinedStr, ast.BinOp)) and not _only_literals(first)


def _only_literals(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _only_literals(node.left) and _only_literals(node.right)
    return isinstance(node, ast.Constant)


def _is_long_function(node: ast.AST) -> bool:
    return (
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    )


def _is_long_file(_path: str, text: str) -> Iterator[int]:
    if text.count("\n") > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1


def _says_nothing(path: str, _text: str) -> Iterator[int]:
    if path.rpartition("/")[2] in NAMES_THAT_SAY_NOTHING:
        yield 1


RULES = (
    Rule(
        "clock",
        "nothing but config reads the machine's clock",
        "take `on` or `at` as an argument; jobs and channels ask ports.clock()",
        in_source(".py", but=("config/",)),
        pattern(
            r"\b(datetime|dt)\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(|timezone\.now\b"
            r"|auto_now"
        ),
        bad=(f"{SOURCE}cases/a.py", "at = datetime.now(tz)\n"),
        good=(f"{SOURCE}cases/a.py", "def submit(case, *, at):\n    case.at = at\n"),
    ),
    Rule(
        "float",
        "money and rates are never binary fractions",
        "whole fen as int; rates as fractions.Fraction from text",
        under(*MONEY_ROOMS),
        binary_fractions,
        bad=(f"{SOURCE}ledger/a.py", "rate = 0.015\n"),
        good=(f"{SOURCE}ledger/a.py", 'rate = Fraction("0.015")\n'),
    ),
    Rule(
        "channels-draw",
        "channels draw, they neither query nor write",
        "one call to an area's facts or actions",
        under(f"{SOURCE}channels/"),
        pattern(r"\.objects\b|\.save\(|\.delete\(\)|transaction\.|connection\.cursor"),
        bad=(f"{SOURCE}channels/citizen/a.py", "case = Case.objects.get(pk=1)\n"),
        good=(
            f"{SOURCE}channels/citizen/a.py",
            "view = facts.case_view(ref, person_id=1, at=at)\n",
        ),
    ),
    Rule(
        "signals",
        "no signals: nobody finds what they do",
        "call the function; what must follow a commit goes through store.outbox",
        in_source(".py"),
        pattern(r"@receiver\b|db\.models\.signals|\b(pre|post)_(save|delete)\b"),
        bad=(f"{SOURCE}parties/a.py", "@receiver(changed)\ndef tell(): ...\n"),
        good=(f"{SOURCE}parties/a.py", 'outbox.defer("messages.send_sms", message_id=1)\n'),
    ),
    Rule(
        "csrf",
        "every form is checked to be ours",
        "leave the check on; only a signed notice from outside (channels/inbound) goes without",
        in_source(".py", but=("channels/inbound/",)),
        pattern(r"csrf_exempt"),
        bad=(f"{SOURCE}channels/citizen/a.py", "@csrf_exempt\ndef post(request): ...\n"),
        good=(f"{SOURCE}channels/inbound/views.py", "@csrf_exempt\ndef notice(request): ...\n"),
    ),
    Rule(
        "built-sql",
        "SQL is a constant; values travel beside it",
        "parameters (%s), or psycopg.sql for names",
        in_source(".py", but=("simulators/",)),
        tree(_is_built_sql),
        bad=(f"{SOURCE}ledger/a.py", 'cursor.execute(f"SELECT {name}")\n'),
        good=(
            f"{SOURCE}ledger/a.py",
            'cursor.execute("SELECT a "\n  "FROM b WHERE c = %s", [1])\n',
        ),
    ),
    Rule(
        "unescaped",
        "what goes into a page is escaped by the template",
        "a template; format_html where a tag must come from Python (a literal may be marked safe)",
        in_source(".py", ".html", but=("simulators/",)),
        pattern(r"""\bmark_safe\((?!["'])|\|safe\b|autoescape off|SafeString\("""),
        bad=(f"{SOURCE}channels/pages/a.html", "{{ name|safe }}\n"),
        good=(f"{SOURCE}channels/pages/a.html", "{{ name }}\n"),
    ),
    Rule(
        "inline",
        "the content policy forbids inline style and script",
        "a class in a stylesheet; a listener in a script file",
        in_source(".html"),
        pattern(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\b(src=|type=\"application/json\"))"),
        bad=(f"{SOURCE}channels/pages/a.html", '<p style="color:red">\n'),
        good=(f"{SOURCE}channels/pages/a.html", '<p class="danger"><script src="a.js"></script>\n'),
    ),
    Rule(
        "city-in-code",
        "code knows no city",
        "a value in centers/<city>/, read through policy",
        in_source(".py", ".sql", ".html", ".js", ".css"),
        cities,
        bad=(f"{SOURCE}business/a.py", 'if center == "yuncheng": ...\n'),
        good=(f"{SOURCE}business/a.py", "days = policy.params.card_age_hours_min.on(day)\n"),
    ),
    Rule(
        "schema",
        "nothing names a schema or sets a search path: both belong to the roles",
        "unqualified names; a definer function fixes its path FROM CURRENT or by format()",
        in_source(".py", ".sql", but=("config/provision.py",)),
        pattern(r"\bpublic\.[a-z_]+|\bSET\s+(LOCAL\s+)?search_path\s*(=|TO)\s*['\"a-z]", re.I),
        bad=(f"{SOURCE}ledger/sql/a.sql", "SELECT 1 FROM public.account;\n"),
        good=(f"{SOURCE}ledger/sql/a.sql", "SELECT 1 FROM account;\n"),
    ),
    Rule(
        "network",
        "only adapters speak to the outside",
        "a port, and an adapter behind it",
        in_source(".py", but=("adapters/", "simulators/", "config/")),
        pattern(r"^\s*(import|from)\s+(httpx|requests|urllib\.request|http\.client|socket)\b"),
        bad=(f"{SOURCE}business/a.py", "import httpx\n"),
        good=(f"{SOURCE}adapters/bank_http/a.py", "import httpx\n"),
    ),
    Rule(
        "all-fields",
        "a form names its fields",
        "a tuple of field names",
        in_source(".py"),
        pattern(r"""fields\s*=\s*['"]__all__['"]"""),
        bad=(f"{SOURCE}channels/counter/a.py", 'fields = "__all__"\n'),
        good=(f"{SOURCE}channels/counter/a.py", 'fields = ("name",)\n'),
    ),
    Rule(
        "left-undone",
        "what is merged is done",
        "an entry in the tracker, and code that stands without it",
        lambda path: path.startswith((SOURCE, "tests/", "tools/")) and "house_rules" not in path,
        pattern(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pragma: no cover"),
        bad=(f"{SOURCE}loans/a.py", "raise NotImplementedError\n"),
        good=(f"{SOURCE}loans/a.py", 'raise LookupError("no such loan")\n'),
    ),
    Rule(
        "name-says-nothing",
        "a file is named after what is in it",
        "rules, postings, actions, facts, models, or the thing itself",
        lambda path: path.startswith(SOURCE),
        _says_nothing,
        bad=(f"{SOURCE}cases/utils.py", "\n"),
        good=(f"{SOURCE}cases/deadlines.py", "\n"),
    ),
    Rule(
        "long-file",
        f"a file has at most {FILE_LINES_MAX} lines",
        "two files, each with a name of its own",
        lambda path: path.endswith(LOOKED_AT) and "/migrations/" not in path,
        _is_long_file,
        bad=(f"{SOURCE}cases/a.py", "\n" * (FILE_LINES_MAX + 1)),
        good=(f"{SOURCE}cases/a.py", "\n" * FILE_LINES_MAX),
    ),
    Rule(
        "long-function",
        f"a function has at most {FUNCTION_LINES_MAX} lines",
        "a second function whose name says what the part does",
        lambda path: path.endswith(".py") and "/migrations/" not in path,
        tree(_is_long_function),
        bad=(f"{SOURCE}cases/a.py", "def f():\n" + "    x = 1\n" * FUNCTION_LINES_MAX),
        good=(f"{SOURCE}cases/a.py", "def f():\n" + "    x = 1\n" * (FUNCTION_LINES_MAX - 1)),
    ),
)


def broken(path: str, text: str) -> Iterator[tuple[int, Rule]]:
    """Every rule that this text at this path breaks, with the line."""
    for rule in RULES:
        if rule.applies(path):
            for line in rule.find(path, text):
                yield line, rule


def files() -> Iterator[Path]:
    """Every file that rules look at."""
    for folder in ("src", "tests", "tools", "bench"):
        for path in sorted((CHECKOUT / folder).rglob("*")):
            if path.suffix in LOOKED_AT and "__pycache__" not in path.parts:
                yield path


def main() -> int:
    """Print every breach; 1 when there is one."""
    breaches = 0
    for path in files():
        name = path.relative_to(CHECKOUT).as_posix()
        for line, rule in broken(name, path.read_text(encoding="utf-8")):
            print(f"{name}:{line}: [{rule.code}] {rule.says}; use {rule.instead}")
            breaches += 1
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
