"""The search for dead code is awake: it finds what is dead and leaves what is in use."""

import pytest

from .workshop import tool

dead_code = tool("dead_code")


@pytest.fixture
def checkout(tmp_path):
    """`checkout(path=text, …)` in a folder of its own; gives what is said of it."""

    def search(files, entries=()):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return list(dead_code.findings(tmp_path, tuple(entries)))

    return search


USED = "def pay():\n    return 1\n\n\npay()\n"
DEAD = "def pay():\n    return 1\n"


def test_what_is_called_is_left_alone(checkout):
    assert checkout({"src/anju/a.py": USED}) == []


@pytest.mark.mutants
@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"src/anju/a.py": DEAD}, "pay"),
        ({"src/anju/a.py": "import os\n"}, "os"),
        ({"src/anju/a.py": "def f():\n    return 1\n    print()\n\n\nf()\n"}, "return"),
        ({"src/anju/a.py": DEAD, "src/anju/tests/test_a.py": "from anju.a import pay\npay()\n"},
         "pay"),
        ({"src/anju/a.py": USED, "src/anju/tests/cast.py": "def nobody():\n    return 1\n"},
         "nobody"),
        ({"tools/a.py": DEAD}, "pay"),
        ({"src/anju/config/settings.py": "ALOWED_HOSTS = []\n"}, "ALOWED_HOSTS"),
        ({"src/anju/cases/models.py": "class Case:\n    left = 1\n\n\nCase()\n"}, "left"),
    ],
)  # fmt: skip
def test_what_is_dead_is_found(checkout, files, name):
    (found,) = checkout(files)
    assert name in found


@pytest.mark.parametrize(
    "files",
    [
        {"src/anju/a.py": DEAD, "src/anju/templates/a.html": "{% pay %}"},
        {"src/anju/a.py": DEAD, "src/anju/sql/a.sql": "SELECT pay FROM a"},
        {"src/anju/a.py": DEAD, "src/anju/b.py": 'print("anju.a.pay")\n'},
        {"src/anju/config/settings.py": "ALLOWED_HOSTS = []\n"},
        {
            "src/anju/cases/models.py": "class Case:\n    left = 1\n\n\nCase()\n",
            "src/anju/cases/facts.py": "print(dict(left=1))\n",
        },
        {"src/anju/tests/test_a.py": "def test_it(db):\n    assert True\n"},
        {"src/anju/migrations/0001_first.py": DEAD},
    ],
)
def test_what_is_reached_in_another_way_is_left_alone(checkout, files):
    assert checkout(files) == []


def test_an_entry_keeps_its_name_in_its_place_only(checkout):
    files = {"src/anju/a.py": DEAD}
    assert checkout(files, [dead_code.kept("src/anju/*.py", "pay", "a framework")]) == []
    assert len(checkout(files, [dead_code.kept("tools/*.py", "pay", "a framework")])) == 2


@pytest.mark.mutants
def test_an_entry_that_nothing_needs_is_found(checkout):
    (found,) = checkout({"src/anju/a.py": USED}, [dead_code.kept("*.py", "pay", "a framework")])
    assert "need not be kept" in found


def test_every_entry_has_a_reason():
    assert all(entry.reason for entry in dead_code.KEPT)
