"""The bench runs: every workload once, tiny, and its figures are whole. Seconds are not judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from anju.config.environment import CHECKOUT

pytestmark = [pytest.mark.processes, pytest.mark.nightly]


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """What `./dev bench --smoke` writes, and what it prints."""
    folder = tmp_path_factory.mktemp("bench")
    environment = {name: value for name, value in os.environ.items() if name[:5] != "ANJU_"}
    environment["PYTHONPATH"] = str(CHECKOUT / "src")
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "bench"), "--smoke", "--folder", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = folder.glob("*-smoke.json")
    assert not (folder / "stage").exists(), "the stage was left behind"
    return json.loads(path.read_text(encoding="utf-8")), done.stdout


def test_every_ratio_is_a_median_of_rounds_against_a_named_baseline(figures):
    content, printed = figures
    names = {each["name"].strip() for each in content["ratios"]}
    for start in ("withdrawal, 8 clients", "submit, 1 client", "settlement, 1 client",
                  "posting, 8 clients", "one bank account, settlement", "ledger.post, 1 thread",
                  "account page", "service list", "employer's home", "new bases"):  # fmt: skip
        assert any(name.startswith(start) for name in names), (start, names)
    for each in content["ratios"]:
        assert each["baseline"]
        assert len(each["rounds"]) >= 2
        assert each["spread"] == [min(each["rounds"]), max(each["rounds"])]
        assert each["spread"][0] <= each["ratio"] <= each["spread"][1]
        assert each["met"] is (None if each["goal"] is None else each["ratio"] >= each["goal"])
        assert each["name"] in printed


def test_a_citys_nights_cost_so_many_times_their_floor(figures):
    content, printed = figures
    names = {each["name"].strip() for each in content["costs"]}
    wanted = ("W1 remittance", "seal of a day", "withdrawals beside", "W2 annual interest")
    wanted += ("W5 trial balance", "W5 proof", "growth", "memory of staging", "plain ORM")
    wanted += ("roster, file to preview", "roster written", "W1 one list of", "given out", "taken")
    for start in wanted:
        assert any(name.startswith(start) for name in names), (start, names)
    for each in content["costs"]:
        assert each["name"] in printed
        assert all(seconds > 0 for seconds in each["seconds"] + each["floor"])
        assert (each["ratio"] is None) is (each["floor"] == [])
        within = each["goal"] and each["ratio"] <= each["goal"]
        assert each["met"] is (None if each["goal"] is None else within)


def test_memory_is_read_after_every_tenth_of_the_work(figures):
    content, _printed = figures
    web, worker = content["memory"]
    assert web["name"].startswith("web")
    assert worker["name"] == "worker"
    for each in (web, worker):
        assert len(each["readings_mb"]) == 10
        assert all(reading > 10 for reading in each["readings_mb"])


def test_a_short_run_says_so(figures):
    content, printed = figures
    assert content["size"] == "smoke"
    assert content["notes"]
    assert content["notes"][0] in printed
