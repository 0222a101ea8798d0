"""`anju simulate`: what it prints, that it repeats itself, and what it says of a planted bug."""

from __future__ import annotations

import re

from anju.config.command import main
from anju.simulation.faults import KINDS


def said(capsys, *arguments, status=0):
    """What one run prints; it must end with `status`."""
    assert main(["simulate", *arguments]) == status
    return capsys.readouterr().out


def number(text, words):
    """The figure that stands before or after these words."""
    found = re.search(rf"(\d+) {words}|{words}: (\d+)", text)
    return int(found[1] or found[2])


def test_it_prints_events_faults_checks_violations_and_the_head(capsys):
    text = said(capsys, "--seed", "7", "--operations", "2000")
    assert "seed 7, 2000 operations" in text
    assert number(text, "events") > 2000
    assert number(text, "checks") > 10_000
    assert "violations: 0" in text
    assert re.search(r"^head: [0-9a-f]{64}$", text, re.MULTILINE)
    told = dict(re.findall(r"^  (\w+) +(\d+)$", text, re.MULTILINE))
    assert set(told) <= set(KINDS)
    total, kinds = re.search(r"faults: (\d+) of (\d+) kinds", text).groups()
    assert (len(told), sum(map(int, told.values()))) == (int(kinds), int(total))
    assert len(KINDS) >= 20


def test_the_same_seed_prints_the_same_and_another_one_does_not(capsys):
    first, again, other = (
        said(capsys, "--seed", seed, "--operations", "500") for seed in ("7", "7", "8")
    )
    assert first == again
    assert first.splitlines()[-1] != other.splitlines()[-1]


def test_a_planted_bug_is_told_and_ends_in_failure(capsys):
    text = said(capsys, "--seed", "0", "--mutant", "new_number_on_retry", status=1)
    assert "the bank paid 2 times" in text
