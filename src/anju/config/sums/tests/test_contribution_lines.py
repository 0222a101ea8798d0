"""`anju calc contribution`: its contract, letter by letter, and every way to be refused."""

import json
import os
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.config.environment import CHECKOUT
from anju.config.sums import contribution
from anju.config.sums.lines import LineRefused, answers
from anju.domain.contribution_terms import ContributionTerms
from anju.domain.tests.worked import contribution_terms
from anju.policy import contribution_terms as terms_of
from anju.policy import load as load_policy

GOOD: dict[str, Any] = {
    "center": "yuncheng",
    "base_fen": 723456,
    "member_ratio": "0.12",
    "employer_ratio": "0.12",
    "month": "2026-07",
}


def load(center: str) -> ContributionTerms:
    if center != "yuncheng":
        raise LineRefused(f"center：没有名为 {center} 的中心，请核对。")
    return contribution_terms()


def ask(line: object) -> dict[str, Any]:
    """The one answer to a line: bytes and text as they are, anything else as JSON."""
    if not isinstance(line, str | bytes):
        line = json.dumps(line)
    sent = line.encode() if isinstance(line, str) else line
    (answer,) = answers([sent + b"\n"], answer=partial(contribution.answer, load=load))
    return answer


def test_the_published_example() -> None:
    answer = ask(GOOD)
    trace = answer.pop("trace")
    assert answer == {
        "member_fen": 86800,
        "employer_fen": 86800,
        "base_applied_fen": 723456,
        "limits": [],
    }
    assert (trace["total_fen"], trace["rows"][-1]["fen"]) == (173600, 173600)


@pytest.mark.parametrize(
    ("base_fen", "applied", "limit", "name"),
    [(0, 188000, "floor", "缴存基数下限"), (9999999, 3102750, "cap", "缴存基数上限")],
)
def test_a_clipped_base_names_its_limit(base_fen: int, applied: int, limit: str, name: str) -> None:
    answer = ask(GOOD | {"base_fen": base_fen})
    assert answer["base_applied_fen"] == applied
    (clipped,) = answer["limits"]
    assert (clipped["limit"], clipped["name"], clipped["fen"]) == (limit, name, applied)
    assert clipped["basis"]


def test_after_the_last_value_the_last_one_holds() -> None:
    assert ask(GOOD | {"month": "9999-12"})["member_fen"] == 86800


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("nonsense", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        ([GOOD], "对象"),
        ({}, "缺少 center、base_fen、member_ratio、employer_ratio、month"),
        *((without(key), f"缺少 {key}，") for key in contribution.KEYS),
        (GOOD | {"ratio": "0.12"}, '不认识 "ratio"，'),
        (GOOD | {"opening_carried_fen": 1}, '不认识 "opening_carried_fen"，'),
        ('{"month": "a", "month": "b"}', '"month" 写了两次'),
        (GOOD | {"center": True}, "center：应为中心代码"),
        (GOOD | {"center": "atlantis"}, "center：没有名为 atlantis"),
        (GOOD | {"base_fen": "723456"}, "base_fen：应为整数"),
        (GOOD | {"base_fen": True}, "base_fen：应为整数，单位为分，现为 true"),
        (GOOD | {"base_fen": 7234.56}, "base_fen：应为整数"),
        (GOOD | {"base_fen": 10**14}, "base_fen：金额过大"),
        (GOOD | {"base_fen": -1}, "base_fen：缴存基数不能为负数"),
        (GOOD | {"member_ratio": 0.12}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": 12}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": True}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": None}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": ["0.12"]}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": ""}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "12%"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "12"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "-0.12"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "1.2e-1"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "3/25"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": " 0.12"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "0.12\n"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "０.１２"}, "member_ratio：应为引号中的小数"),
        (GOOD | {"member_ratio": "0.12001"}, "member_ratio：应为引号中的小数，最多四位"),
        (GOOD | {"member_ratio": "0.0499"}, "member_ratio：缴存比例应在 5% 至 12% 之间"),
        (GOOD | {"employer_ratio": "0.13"}, "employer_ratio：缴存比例应在 5% 至 12% 之间"),
        (GOOD | {"employer_ratio": "1"}, "employer_ratio：缴存比例应在 5% 至 12% 之间，现为 100%"),
        (GOOD | {"employer_ratio": float("nan")}, "employer_ratio：应为引号中的小数"),
        (GOOD | {"month": "2026-07-01"}, "month：应为年月"),
        (GOOD | {"month": "2026-7"}, "month：应为年月"),
        (GOOD | {"month": "202607"}, "month：应为年月"),
        (GOOD | {"month": "2026-13"}, "month：应为年月"),
        (GOOD | {"month": "2026-00"}, "month：应为年月"),
        (GOOD | {"month": "0000-07"}, "month：应为年月"),
        (GOOD | {"month": "２０２６-07"}, "month：应为年月"),
        (GOOD | {"month": "2026-07\n"}, "month：应为年月"),
        (GOOD | {"month": 202607}, "month：应为年月"),
        (GOOD | {"month": None}, "month：应为年月"),
        (GOOD | {"month": False}, "month：应为年月"),
        (GOOD | {"month": "2016-06"}, "month：2016年06月 早于 2016年07月"),
        (GOOD | {"month": "0001-01"}, "month：0001年01月 早于 2016年07月"),
    ],
)
def test_what_cannot_be_answered_says_which_key_and_why(line: object, named: str) -> None:
    answer = ask(line)
    assert list(answer) == ["error"]
    assert named in answer["error"]
    assert len(answer["error"]) < 200
    assert answer["error"].endswith("。")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_value_of_any_key_breaks_the_command(value: object) -> None:
    for key in contribution.KEYS:
        answer = ask(GOOD | {key: value})
        assert list(answer) == ["error"] or "trace" in answer


@pytest.mark.parametrize("center", ["yuncheng", "xishuangbanna"])
def test_both_cities_know_the_months_since_2016(center: str) -> None:
    terms = terms_of(load_policy(center, CHECKOUT / "centers"))
    assert f"{terms.first_month:%Y-%m}" == "2016-07"
    told = partial(contribution.answer, load=lambda _center: terms)
    caps = {}
    for month in ("2016-07", "2024-06", "2024-07", "2026-07"):
        line = json.dumps(GOOD | {"base_fen": 99999999, "month": month}).encode()
        (answer,) = answers([line], answer=told)
        caps[month] = answer["base_applied_fen"]
    assert caps == {
        "2016-07": 1550724, "2024-06": 2850726, "2024-07": 3017451, "2026-07": 3102750,
    }  # fmt: skip


@pytest.mark.processes
def test_the_command_line_answers_and_ends_with_2_after_a_refusal() -> None:
    clean = {name: text for name, text in os.environ.items() if not name.startswith("ANJU_")}
    clean |= {"PYTHONPATH": str(CHECKOUT / "src"), "DJANGO_SETTINGS_MODULE": "none"}
    lines = [GOOD, GOOD | {"center": "xishuangbanna"}, GOOD | {"employer_ratio": "0.2"}, GOOD]
    ran = subprocess.run(
        [sys.executable, "-m", "anju", "calc", "contribution"],
        input="\n".join(json.dumps(line) for line in lines).encode(),
        env=clean | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (2, b"")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [answer.get("member_fen") for answer in told] == [86800, 86800, None, 86800]
