"""The search for copies is awake: it finds what stands twice, and only that."""

import pytest

from .workshop import tool

copied_code = tool("copied_code")
SIX = "\n".join(f"step_{n} = take(step_{n - 1}, {n})" for n in range(6))
SIX_NAMES = ",\n    ".join(f"name_{n}" for n in range(9))
FIVE = SIX.rpartition("\n")[0]
MARKUP = "\n".join(f'<p class="step">{n}</p>' for n in range(7))


@pytest.fixture
def found(tmp_path):
    """`found(files)`: what is said of a checkout with these files in src/."""

    def search(files):
        for name, text in files.items():
            path = tmp_path / "src" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n")
        return list(copied_code.findings(tmp_path))

    return search


@pytest.mark.mutants
@pytest.mark.parametrize(
    "files",
    [
        {"a.py": SIX, "b.py": f"import os\n\nprint(os)\n{SIX}"},
        {"a.py": SIX, "b.py": SIX.replace("\n", "\n\n# and then\n")},
        {"a.html": MARKUP, "b.html": f"<main>\n{MARKUP}\n</main>"},
    ],
)
def test_what_stands_twice_is_found(found, files):
    (line,) = found(files)
    assert all(f"src/{name}" in line for name in files)


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": SIX, "b.py": FIVE},
        {"a.py": SIX, "b.py": SIX.replace("take", "give")},
        {"a.py": SIX, "a/migrations/0001_first.py": SIX},
        {"a.py": "\n".join(f"import step{n}" for n in range(20)), "b.html": SIX},
        dict.fromkeys(("a.py", "b.py"), f'"""{SIX}\n"""\n\n\ndef pay(\n    {SIX_NAMES}\n): ...'),
        {name: "\n".join(f"import step{n}" for n in range(20)) for name in ("a.py", "b.py")},
    ],
)
def test_what_is_short_or_other_or_history_is_left_alone(found, files):
    assert found(files) == []
