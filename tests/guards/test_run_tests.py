"""`./dev test` loses no test: whatever its marks, one suite of a push or of the night runs it."""

import os
from itertools import chain, combinations

import pytest
from _pytest.mark.expression import Expression

from .workshop import tool

run_tests = tool("run_tests")
MARKS = ("journey", "processes", "nightly", "mutants")
EVERY_SET = list(chain.from_iterable(combinations(MARKS, n) for n in range(len(MARKS) + 1)))


def chooses(arguments, marks):
    """Whether pytest, told this, runs a test with these marks."""
    if "-m" not in arguments:
        return True
    expression = arguments[arguments.index("-m") + 1]
    return Expression.compile(expression).evaluate(lambda name, **_: name in marks)


def suites_of(marks):
    """The suites that run a test with these marks; the domain's own is one by its folder."""
    pushed = [name for name, told in run_tests.SUITES if chooses(told, marks)]
    switched = [name for name, told in run_tests.SWITCHES.values() if chooses(told, marks)]
    return pushed, switched


@pytest.mark.parametrize("marks", EVERY_SET, ids=lambda marks: " ".join(marks) or "none")
def test_every_test_is_run_by_one_suite(marks):
    pushed, switched = suites_of(marks)
    assert ("domain" in pushed) == ("nightly" not in marks)
    assert len(set(pushed) - {"domain"}) == (0 if "nightly" in marks else 1)
    assert ("nightly" in switched) == ("nightly" in marks)
    assert ("mutants" in switched) == ("mutants" in marks)


def test_every_mark_is_known(pytestconfig):
    known = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert set(MARKS) <= known


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([], ["domain", "rooms", "processes", "journeys"]),
        (["--mutants"], ["mutants"]),
        (["--nightly", "--mutants"], ["mutants", "nightly"]),
        (["-k", "interest"], None),
        (["--co"], None),
    ],
)
def test_switches_choose_suites_and_anything_else_is_pytests(given, names):
    chosen = run_tests.chosen(given)
    assert (None if chosen is None else [name for name, _told in chosen]) == names


def test_what_follows_a_switch_is_handed_on():
    [(_name, told)] = run_tests.chosen(["--mutants", "-k", "bank"])
    assert told[-2:] == ["-k", "bank"]
    assert "--mutants" not in told


MEETS = """#!/bin/sh
for word; do case "$word" in --junitxml=*) report="${word#*=}";; esac; done
touch "$report.began"
[ "$3" = waits ] && for _ in $(seq 300); do
  [ "$(ls "$HERE" | grep -c began)" -ge "$4" ] && echo "$@" && exit 0
  sleep 0.1
done
[ "$3" = alone ] && exit 0
exit 9
"""


def test_lanes_run_at_once_and_no_suite_is_lost(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(run_tests, "REPORTS", tmp_path)
    program = tmp_path / "python"
    # The first of each lane ends only when the first of every other has begun.
    program.write_text(MEETS)
    program.chmod(0o700)
    monkeypatch.setattr(run_tests.sys, "executable", str(program))
    known = [name for name, _told in run_tests.SUITES]
    assert sorted(known) == sorted(name for lane in run_tests.LANES for name in lane)
    meet = {lane[0] for lane in run_tests.LANES}
    suites = [(name, ["waits", str(len(meet))] if name in meet else ["alone"]) for name in known]
    ended = run_tests.run_all(suites, {"HERE": str(tmp_path), "PATH": os.environ["PATH"]})
    assert [one.name for one in ended] == known
    assert [one.status for one in ended] == [0] * 4
    said = capsys.readouterr().out
    assert said.count("report-domain.xml") == 1
    assert said.count("== ") == 4


def test_the_suites_of_a_switch_run_one_after_the_other(monkeypatch, tmp_path):
    monkeypatch.setattr(run_tests, "REPORTS", tmp_path)
    order = []
    monkeypatch.setattr(
        run_tests, "run", lambda name, *_rest: order.append(name) or run_tests.Outcome(name, 0, 1.0)
    )
    suites = run_tests.chosen(["--nightly", "--mutants"])
    assert [one.name for one in run_tests.run_all(suites, {})] == ["mutants", "nightly"]
    assert order == ["mutants", "nightly"]


def test_the_end_tells_where_the_time_went(capsys):
    took = {f"tests.faults.test_kills::test_{n}": float(n) for n in range(20)}
    took["src.anju.ledger.tests.test_verify::test_a"] = 0.5
    outcome = run_tests.Outcome("rooms", 0, 12.3, passed=21, took=took)
    assert run_tests.summary([outcome]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "    190.0  tests.faults" in lines
    assert "      0.5  anju.ledger" in lines
    assert sum("::test_" in line for line in lines) == 15
    assert next(line for line in lines if "::test_" in line).endswith("::test_19")
    rooms = next(line for line in lines if line.startswith("rooms"))
    assert rooms.split() == ["rooms", "21", "0", "0", "12.3"]
    assert lines[-1] == "21 passed, 0 failed, 0 skipped"


def test_what_failed_is_said_again_at_the_end(capsys, tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuite><testcase classname='tests.a' name='test_b' time='1'>"
        "<failure message='assert 1 ==&#10;  2'/></testcase>"
        "<testcase classname='tests.a' name='test_c' time='1'><error/></testcase></testsuite>"
    )
    outcome = run_tests.Outcome("rooms", 1, 2.0)
    run_tests._read(report, outcome)
    assert run_tests.summary([outcome]) == 1
    said = capsys.readouterr().out
    assert "failed: tests.a::test_b: assert 1 == 2\n" in said
    assert "failed: tests.a::test_c: no reason given\n" in said


@pytest.mark.mutants
@pytest.mark.parametrize(
    "outcome",
    [
        {"status": 1, "failed": 1, "passed": 5},
        {"status": 1, "passed": 5},
        {"status": 0},
    ],
)
def test_a_run_that_failed_or_ran_nothing_is_not_well(outcome, capsys):
    assert run_tests.summary([run_tests.Outcome("rooms", seconds=1.0, **outcome)]) == 1
