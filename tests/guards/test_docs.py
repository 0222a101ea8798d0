"""The documents say what is there: commands, files, names and pictures are looked up."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src/anju"
READMES = ("README.md", "README.zh-CN.md")
PAPERS = sorted(
    str(path.relative_to(CHECKOUT))
    for path in (*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"))
)
PICTURES = CHECKOUT / "docs/pictures"
TOP = ("src/", "docs/", "centers/", "tests/", "tools/", "requirements/", "bench/")
LOOSE = ("channels/", "adapters/", "config/", "payloads/")


def packages_in(folder: Path) -> set[str]:
    """The names of the packages right below a folder."""
    return {path.parent.name for path in folder.glob("*/__init__.py")}


ROOMS = packages_in(SOURCE)


def text_of(paper: str) -> str:
    return (CHECKOUT / paper).read_text(encoding="utf-8")


def codes_of(paper: str) -> list[str]:
    """What stands in single backticks, outside blocks."""
    without_blocks = re.sub(r"```.*?```", "", text_of(paper), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", without_blocks)


# -- README ----------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", READMES)
def test_a_readme_opens_with_what_it_is_for_whom_and_two_commands(paper):
    lines = text_of(paper).splitlines()
    assert lines[0].startswith("# ")
    assert "安居" in lines[0]
    assert "Anju" in lines[0]
    opening = "\n".join(lines[: lines.index("## " + {"README.md": "The halls"}.get(paper, "大厅"))])
    for word in {"README.md": ("Housing Provident Fund", "centres")}.get(
        paper, ("住房公积金", "管理中心")
    ):
        assert word in opening
    assert opening.index("./dev demo") < opening.index("./dev test")
    assert opening.index("./dev test") < 1500, "the commands come before anything long"


def test_both_readmes_show_the_same_pictures_in_the_same_order():
    first, second = (re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text_of(paper)) for paper in READMES)
    assert first == second
    assert 1 <= len(first) <= 8
    assert len(set(first)) == len(first)


def test_pictures_are_few_small_and_shown():
    kept = sorted(path for path in PICTURES.iterdir() if not path.name.startswith("."))
    assert len(kept) <= 8
    shown = set(re.findall(r"\((docs/pictures/[^)]+)\)", text_of("README.md")))
    assert shown == {str(path.relative_to(CHECKOUT)) for path in kept}
    for path in kept:
        assert path.stat().st_size <= 150_000, f"{path.name} is above 150 kB"
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", f"{path.name} is no PNG"


def test_the_licence_is_the_one_that_is_named():
    assert "Apache License" in (CHECKOUT / "LICENSE").read_text()
    for paper in READMES:
        assert "Apache-2.0" in text_of(paper)
    assert 'license = "Apache-2.0"' in text_of("pyproject.toml")


# -- what is named is there ------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_leads_somewhere(paper):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(paper)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (CHECKOUT / paper).parent / path if path else CHECKOUT / paper
        assert found.exists(), f"{paper} links to {target}"
        if anchor:
            assert anchor in _anchors(found.read_text(encoding="utf-8")), f"{paper}: {target}"


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_path_that_is_named_exists(paper):
    for code in codes_of(paper):
        if not re.fullmatch(r"[\w./-]+", code) or "/" not in code:
            continue
        if code.startswith(TOP):
            assert (CHECKOUT / code).exists(), f"{paper} names {code}"
        elif code.startswith(LOOSE) and code.endswith((".py", ".sql")):
            assert (SOURCE / code).exists(), f"{paper} names {code}"


@cache
def _commands() -> set[str]:
    """The names `./dev` knows and whose script is there."""
    tree = ast.parse((CHECKOUT / "dev").read_text())
    (table,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "COMMANDS"
    ]
    found = ast.literal_eval(table)
    return {name for name, (_, _, run) in found.items() if run[0] == "-m" or _there(run[0])}


def _there(script: str) -> bool:
    path = CHECKOUT / script
    return (path / "__main__.py").exists() if path.is_dir() else path.exists()


@cache
def _subcommands() -> set[str]:
    names = set()
    for path in (SOURCE / "config/commands").glob("*.py"):
        names |= set(re.findall(r'^NAME = "([\w-]+)"', path.read_text(), flags=re.MULTILINE))
    return names


@pytest.mark.parametrize("paper", PAPERS)
def test_every_command_that_is_named_exists(paper):
    for command, rest in re.findall(r"\./dev ([a-z]+)((?: [^\s`#]+)*)", text_of(paper)):
        assert command in _commands(), f"{paper} names ./dev {command}"
        if command == "anju":
            words = re.sub(r"--center(?: |=)\S+", "", rest).split()
            named = [word for word in words if re.fullmatch(r"[a-z][a-z-]+", word)]
            if named:
                assert named[0] in _subcommands(), f"{paper} names ./dev anju{rest}"


@cache
def _names_in(module: Path) -> set[str]:
    """What a module defines or imports, and the attributes of its classes."""
    names: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AnnAssign)]
            names |= {
                f"{node.name}.{n.name if isinstance(n, ast.FunctionDef) else n.target.id}"
                for n in inner
            }
        for child in ast.walk(node) if not isinstance(node, ast.ClassDef) else ():
            if isinstance(child, ast.ImportFrom | ast.Import):
                names |= {alias.asname or alias.name for alias in child.names}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _is_defined(dotted: str) -> bool:
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        place = SOURCE.joinpath(*parts[:end])
        rest = ".".join(parts[end:])
        for module in (place.with_suffix(".py"), place / "__init__.py"):
            if module.exists():
                return not rest or rest in _names_in(module)
        if place.is_dir() and not rest:
            return True
    return False


@pytest.mark.parametrize("paper", PAPERS)
def test_every_name_of_code_that_is_named_is_defined(paper):
    """`cases.engine.advance` and its like are looked up in the source."""
    for code in codes_of(paper):
        dotted = code.removesuffix("()").removeprefix("anju.")
        if not re.fullmatch(r"[a-z_]+(\.\w+)+", dotted) or dotted.split(".")[0] not in ROOMS:
            continue
        if Path(dotted).suffix in (".py", ".md", ".yaml", ".sql", ".max") or dotted in VALUES:
            continue
        assert _is_defined(dotted), f"{paper} names {code}"


# Dotted names that are values and no names of code.
VALUES = {"withdrawals.retirement"}


@pytest.mark.mutants
def test_the_look_up_finds_what_is_not_there():
    assert _is_defined("cases.engine.advance")
    assert _is_defined("ports.bank.BankPayments.pay")
    assert not _is_defined("cases.engine.retreat")
    assert not _is_defined("cases.nowhere.advance")


@pytest.mark.parametrize("paper", ["ARCHITECTURE.md"])
def test_every_room_is_on_the_map(paper):
    rooms = text_of(paper).split("```")[1]
    for room in ROOMS:
        assert re.search(rf"^  {room}/", rooms, flags=re.MULTILINE), f"{room}/ is not on the map"
    for inner in packages_in(SOURCE / "channels") | packages_in(SOURCE / "business"):
        assert f"{inner}/" in rooms, f"{inner}/ is not on the map"


def test_every_decision_is_in_the_index():
    folder = CHECKOUT / "docs/decisions"
    pages = {path.name for path in folder.glob("[0-9]*.md")}
    index = (folder / "README.md").read_text()
    assert set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index)) == pages
    numbers = [name[:4] for name in pages]
    assert len(set(numbers)) == len(numbers), "two decisions have one number"
    for name in pages:
        text = (folder / name).read_text()
        assert text.startswith(f"# {name[:4]} "), f"{name} begins with its number"
        assert "## Context" in text, name
        assert "## What we gave up" in text, name


# -- one word per thing ----------------------------------------------------------------------


@cache
def _glossary() -> list[tuple[str, str]]:
    row = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
    found = [(a.strip(), b.strip()) for a, b in row.findall(text_of("docs/glossary.md"))]
    return [pair for pair in found if pair != ("Chinese", "Code")]


def test_the_glossary_has_each_word_once():
    chinese = [row[0] for row in _glossary()]
    words = [row[1] for row in _glossary()]
    assert len(chinese) > 60
    assert sorted(chinese) == sorted(set(chinese))
    assert sorted(words) == sorted(set(words))


def test_the_glossary_speaks_no_pinyin_and_no_two_words():
    for chinese, word in _glossary():
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert re.fullmatch(r"[A-Za-z][A-Za-z -]*", word), word


# Later pieces of work bring these; until then nothing in the code uses them.
NOT_YET = {"back payment", "offset", "payoff", "prepayment", "transfer"}


def test_every_word_of_the_glossary_is_used():
    everything = "\n".join(
        path.read_text(encoding="utf-8").lower()
        for path in SOURCE.rglob("*")
        if path.suffix in (".py", ".sql") and "__pycache__" not in path.parts
    )
    for _, word in _glossary():
        forms = {word.lower(), word.lower().replace(" ", "_"), word.lower().replace("-", "_")}
        if word not in NOT_YET:
            assert any(form in everything for form in forms), f"nothing uses {word!r}"


# -- it speaks of itself alone ---------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_speaks_of_one_machine(paper):
    trace = re.search(r"(?<![\w.])/(work|tmp|root|home)/|\bTODO\b|\bFIXME\b", text_of(paper))
    assert trace is None, f"{paper}: {trace[0]}"
