"""`anju calc interest`: its contract, letter by letter, and every way to be refused."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.config.environment import CHECKOUT
from anju.config.sums import interest
from anju.config.sums.lines import Answer, LineRefused, answers
from anju.domain.interest_terms import Terms
from anju.domain.tests.worked import flat

GOOD: dict[str, Any] = {
    "center": "yuncheng",
    "opening_fen": 1000000,
    "opening_on": "2024-07-01",
    "entries": [["2024-07-20", 200000]],
    "until": "2025-07-01",
}
SETTLED = {"on": "2025-06-30", "interest_fen": 18092, "balance_fen": 1218092}
TERMS = flat(Fraction("0.015"))


def load(center: str) -> Terms:
    if center != "yuncheng":
        raise LineRefused(f"center：没有名为 {center} 的中心，请核对。")
    return TERMS


def told(lines: Iterable[bytes], loader: interest.Load = load) -> Iterator[Answer]:
    """The answers to lines as they come."""
    return answers(lines, answer=partial(interest.answer, load=loader))


def ask(line: object, loader: interest.Load = load) -> dict[str, Any]:
    """The one answer to a line: bytes and text as they are, anything else as JSON."""
    if not isinstance(line, str | bytes):
        line = json.dumps(line)
    sent = line.encode() if isinstance(line, str) else line
    (answer,) = told([sent + b"\n"], loader)
    return answer


def test_the_published_example() -> None:
    answer = ask(GOOD)
    trace = answer.pop("trace")
    assert answer == {"interest_fen": 0, "day_product": 0, "settlements": [SETTLED]}
    assert trace["total_fen"] == 18092
    assert trace["rows"][-1] == {
        "label": "利息合计",
        "formula": "180.92 + 0.00 = 180.92 元",
        "fen": None,
    }


def test_what_is_open_is_told_since_the_last_settlement() -> None:
    answer = ask(GOOD | {"until": "2025-07-31"})
    assert answer["settlements"] == [SETTLED]
    assert answer["day_product"] == 1218092 * 30
    assert answer["interest_fen"] == 1523


def test_a_day_before_the_first_of_july_nothing_is_settled() -> None:
    answer = ask(GOOD | {"until": "2025-06-30"})
    assert answer["settlements"] == []
    assert answer["day_product"] == 434200000 - 1200000


def test_entries_may_stand_in_any_order() -> None:
    entries = [["2025-06-30", 5], ["2024-07-20", 200000], ["2024-07-01", -7], ["2025-06-30", -2]]
    answer = ask(GOOD | {"entries": entries})
    assert answer == ask(GOOD | {"entries": sorted(entries)})


def test_every_line_is_answered_in_its_turn_and_blank_ones_are_passed_over() -> None:
    good = json.dumps(GOOD).encode()
    lines = [b"\xef\xbb\xbf" + good, b"\n", b"nonsense\n", b"  \t\r\n", good + b"\r\n"]
    refused = ["error" in answer for answer in told(lines)]
    assert refused == [False, True, False]


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("nonsense", "JSON"),
        ("{", "JSON"),
        (json.dumps(GOOD) + " {}", "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"opening_fen": ' + "9" * 5000 + "}", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        ([GOOD], "对象"),
        (None, "对象"),
        ({}, "缺少 center、opening_fen、opening_on、entries、until"),
        *((without(key), f"缺少 {key}，") for key in interest.KEYS),
        (GOOD | {"rate": "0.02", "x\n": 1}, '不认识 "rate"、"x\\n"，'),
        ('{"center": "a", "center": "b"}', '"center" 写了两次'),
        (GOOD | {"center": 7}, "center：应为中心代码"),
        (GOOD | {"center": "../national"}, "center：应为中心代码"),
        (GOOD | {"center": "atlantis"}, "center：没有名为 atlantis"),
        (GOOD | {"opening_fen": "1000000"}, "opening_fen：应为整数"),
        (GOOD | {"opening_fen": True}, "opening_fen：应为整数，单位为分，现为 true"),
        (GOOD | {"opening_fen": 1000000.0}, "opening_fen：应为整数"),
        (GOOD | {"opening_fen": None}, "opening_fen：应为整数"),
        (GOOD | {"opening_fen": float("nan")}, "opening_fen：应为整数"),
        (GOOD | {"opening_fen": 10**14}, "opening_fen：金额过大"),
        (GOOD | {"opening_fen": -1}, "opening_fen：2024-07-01 的余额为 -0.01 元"),
        (GOOD | {"opening_on": "2024-7-1"}, "opening_on：应为真实日期"),
        (GOOD | {"opening_on": "20240701"}, "opening_on：应为真实日期"),
        (GOOD | {"opening_on": "2024-W27-1"}, "opening_on：应为真实日期"),
        (GOOD | {"opening_on": "2024-06-31"}, "opening_on：应为真实日期"),
        (GOOD | {"opening_on": "２０２４-07-01"}, "opening_on：应为真实日期"),
        (GOOD | {"opening_on": 20240701}, "opening_on：应为真实日期"),
        (GOOD | {"opening_on": "1992-12-31"}, "opening_on：起算日 1992-12-31 早于 1993-01-01"),
        (GOOD | {"opening_carried_fen": 1000001}, "opening_carried_fen：上年结转"),
        (GOOD | {"opening_carried_fen": "1"}, "opening_carried_fen：应为整数"),
        (GOOD | {"until": "2024-06-30", "entries": []}, "until：截止日"),
        (GOOD | {"until": "2025-02-29"}, "until：应为真实日期"),
        (GOOD | {"until": None}, "until：应为真实日期"),
        (GOOD | {"entries": None}, "entries：应为列表"),
        (GOOD | {"entries": {"2024-07-20": 1}}, "entries：应为列表"),
        (GOOD | {"entries": "2024-07-20"}, "entries：应为列表"),
        (GOOD | {"entries": [["2024-07-20", 1], "x"]}, "entries 第 2 笔：应为 [日期, 分]"),
        (GOOD | {"entries": [["2024-07-20"]]}, "entries 第 1 笔：应为 [日期, 分]"),
        (GOOD | {"entries": [["2024-07-20", 1, 2]]}, "entries 第 1 笔：应为 [日期, 分]"),
        (GOOD | {"entries": [["2024-13-20", 1]]}, "entries 第 1 笔：应为真实日期"),
        (GOOD | {"entries": [["2024-07-20", 1.5]]}, "entries 第 1 笔：应为整数"),
        (GOOD | {"entries": [["2024-07-20", False]]}, "entries 第 1 笔：应为整数"),
        (GOOD | {"entries": [["2024-07-20", -(10**20)]]}, "entries 第 1 笔：金额过大"),
        (GOOD | {"entries": [["2024-06-30", 1]]}, "entries：2024-06-30 不在"),
        (GOOD | {"entries": [["2025-07-01", 1]]}, "entries：2025-07-01 不在"),
        (GOOD | {"entries": [["2024-07-20", -1000001]]}, "entries：2024-07-20 的余额为 -0.01 元"),
        (
            GOOD | {"until": "2024-07-01", "entries": [["2024-07-01", 1]]},
            "entries：2024-07-01 不在",
        ),
    ],
)
def test_what_cannot_be_answered_says_which_key_and_why(line: object, named: str) -> None:
    answer = ask(line)
    assert list(answer) == ["error"]
    assert named in answer["error"]
    assert len(answer["error"]) < 200
    assert answer["error"].endswith("。")


def test_a_center_whose_rates_begin_later_says_so() -> None:
    late = flat(Fraction("0.015"), since=date(2030, 1, 1))
    answer = ask(GOOD, lambda _center: late)
    assert answer["error"].startswith("opening_on：起算日 2024-07-01 早于 2030-01-01")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_value_of_any_key_breaks_the_command(value: object) -> None:
    for key in interest.KEYS:
        answer = ask(GOOD | {key: value})
        assert list(answer) == ["error"] or "trace" in answer


@given(st.binary())
def test_no_bytes_break_the_command(line: bytes) -> None:
    for answer in told([line]):
        assert list(answer) == ["error"]


@pytest.mark.parametrize("depth", [90, 300, 900, 990])
def test_deep_nesting_is_refused_in_words(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    line = json.dumps(GOOD | {"entries": "here"}).replace('"here"', nested)
    assert "entries" in ask(line)["error"] or "JSON" in ask(line)["error"]


# --- end to end -----------------------------------------------------------------------------

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def anju() -> Run:
    """Runs the real command line with neither a database nor Django's settings in reach."""

    def run(sent: bytes, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        clean = {name: text for name, text in os.environ.items() if not name.startswith("ANJU_")}
        clean |= {"PYTHONPATH": str(CHECKOUT / "src"), "DJANGO_SETTINGS_MODULE": "none"}
        return subprocess.run(
            [sys.executable, "-m", "anju", "calc", "interest"],
            input=sent,
            env=clean | {"PYTHONIOENCODING": "ascii"} | variables,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.processes
def test_the_command_answers_both_cities(anju: Run) -> None:
    cities = [GOOD, GOOD | {"center": "xishuangbanna"}]
    ran = anju("".join(json.dumps(line) + "\n" for line in cities).encode())
    assert (ran.returncode, ran.stderr) == (0, b"")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [answer["settlements"] for answer in told] == [[SETTLED], [SETTLED]]


@pytest.mark.processes
def test_the_years_of_two_rates_are_answered(anju: Run) -> None:
    old = {
        "center": "yuncheng", "opening_fen": 2000000, "opening_on": "2014-07-01",
        "entries": [[f"2014-{month:02}-15", 100000] for month in range(7, 13)]
        + [[f"2015-{month:02}-15", 100000] for month in range(1, 7)],
        "until": "2015-07-01",
    }  # fmt: skip
    lines = [old, old | {"opening_carried_fen": 0}, GOOD | {"opening_on": "1993-01-01"}]
    ran = anju("".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (ran.returncode, ran.stderr) == (0, b"")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    # 324.44 at the rate of carried money and 21.35 at that of current money.
    assert told[0]["settlements"][0]["interest_fen"] == 34579
    assert "上年结转 20,000.00 元 × 365 天" in told[0]["trace"]["rows"][1]["formula"]
    assert told[1]["settlements"][0]["interest_fen"] == 9232
    assert len(told[2]["settlements"]) == 33


@pytest.mark.processes
def test_the_command_ends_with_2_after_any_refusal(anju: Run) -> None:
    lines = [b"{}", json.dumps(GOOD).encode(), b'{"\\ud800": 1}', b'{"center": "national"}']
    lines.append(json.dumps(GOOD | {"center": "national"}).encode())
    ran = anju(b"\n".join(lines))
    assert (ran.returncode, ran.stderr) == (2, b"")
    told = [json.loads(line) for line in ran.stdout.decode().splitlines()]
    assert ["error" in answer for answer in told] == [True, False, True, True, True]


@pytest.mark.processes
def test_the_command_names_what_is_wrong_with_the_centers(anju: Run, tmp_path: Path) -> None:
    missing = anju(b"", ANJU_CENTERS_DIR=str(tmp_path / "nowhere"))
    assert missing.returncode == 2
    assert b"ANJU_CENTERS_DIR" in missing.stderr
    (tmp_path / "yuncheng").mkdir()
    broken = anju(json.dumps(GOOD).encode(), ANJU_CENTERS_DIR=str(tmp_path))
    assert broken.returncode == 2
    assert "政策文件有误" in json.loads(broken.stdout)["error"]
