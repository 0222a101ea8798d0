"""One command in every centre."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from anju.config import every_center
from anju.config.command import main
from anju.config.demo import at_hand
from anju.config.environment import CHECKOUT


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--center", "all", "verify"], ["verify"]),
        (["--center=all", "verify", "-v"], ["verify", "-v"]),
        (["--center", "yuncheng", "verify"], None),
        (["verify"], None),
        (["verify", "--center", "all"], None),
        (["--center"], None),
        ([], None),
    ],
)
def test_all_is_asked_for_before_the_command(words, left):
    assert every_center.without_center(words) == left


def test_an_environment_file_is_read_as_systemd_reads_it():
    text = "# a centre\nANJU_CENTER=one\n\nANJU_STATE='/srv/a b'\n ANJU_HOSTS = x.example # note\n"
    assert every_center.parse(text) == {
        "ANJU_CENTER": "one",
        "ANJU_STATE": "/srv/a b",
        "ANJU_HOSTS": "x.example",
    }


def in_all(folder, *words):
    """`anju --center all …` with this folder of environments."""
    return subprocess.run(
        [sys.executable, "-m", "anju", "--center", "all", *words],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT / "src"),
            "ANJU_ENVIRONMENTS": str(folder),
            "ANJU_CENTERS_DIR": "/nowhere",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_centre_has_its_turn_with_its_own_variables(tmp_path):
    for center, centers_dir in (("yuncheng", CHECKOUT / "centers"), ("elsewhere", tmp_path)):
        (tmp_path / center).mkdir()
        (tmp_path / center / "environment").write_text(f"ANJU_CENTERS_DIR={centers_dir}\n")
    done = in_all(tmp_path, "check-policy", "--quiet")
    assert done.stdout.index("== elsewhere") < done.stdout.index("== yuncheng")
    assert done.returncode != 0, "one that fails is not hidden by one that does not"


def test_without_environments_it_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ANJU_ENVIRONMENTS", str(tmp_path))
    assert main(["--center", "all", "verify"]) == 2
    assert "ANJU_ENVIRONMENTS" in capsys.readouterr().err


def test_settings_that_are_given_go_before_a_demo_at_hand(monkeypatch):
    monkeypatch.setenv("ANJU_ENVIRONMENTS", "/etc/anju")
    assert at_hand.centers_of_running_demo([]) == {}
