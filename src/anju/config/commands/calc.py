"""Reckon without a database: `calc interest` answers JSON lines with interest and its trace.

One JSON object per line in, one per line out. A line that cannot be answered gets
{"error": "…"}; the others are answered all the same, and the exit status is 2 at the end.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from anju.config.environment import CHECKOUT, EnvironmentProblem
from anju.domain.interest import HistoryRefused, InterestHistory, history
from anju.domain.interest_terms import Terms
from anju.domain.money import FEN_MAX

NAME = "calc"
NEEDS_DJANGO = False

KEYS = ("center", "opening_fen", "opening_on", "entries", "until")
MAY_BE_LEFT_OUT = ("opening_carried_fen",)
_CENTER = re.compile(r"[a-z][a-z0-9_]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class LineRefused(ValueError):
    """An input line that cannot be answered; the text (Chinese) names the key at fault."""


Load = Callable[[str], Terms]
"""The terms of a center by its code. Raises LineRefused when there is no such center."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sums that can be asked for."""
    sums = parser.add_subparsers(dest="sum", required=True, metavar="SUM")
    sums.add_parser(
        "interest",
        help="interest on an account's history, one JSON object per line on standard input",
        description=__doc__,
    )


def run(args: argparse.Namespace) -> int:
    """Answer standard input line by line; 0, or 2 when any line was refused."""
    root = Path(os.environ.get("ANJU_CENTERS_DIR") or CHECKOUT / "centers")
    if not root.is_dir():
        raise EnvironmentProblem(f"ANJU_CENTERS_DIR: {root} is no folder")
    status = 0
    for answer in answers(sys.stdin.buffer, load=terms_of(root)):
        # Bytes, so that Chinese survives a terminal that was told to speak ASCII; half a
        # surrogate pair, quoted from the input, goes back as the escape it came as.
        text = json.dumps(answer, ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
        status = 2 if "error" in answer else status
    return status


def answers(lines: Iterable[bytes], *, load: Load) -> Iterator[dict[str, Any]]:
    """One answer per line that is not blank: the interest, or an error."""
    for line in lines:
        if line.strip():
            try:
                yield answer(line, load=load)
            except LineRefused as refused:
                yield {"error": str(refused)}


def answer(line: bytes, *, load: Load) -> dict[str, Any]:
    """The interest of one line. Raises LineRefused when the line cannot be answered."""
    asked = _read(line)
    opening_fen = _fen(asked["opening_fen"], "opening_fen")
    opening_on = _day(asked["opening_on"], "opening_on")
    entries = _entries(asked["entries"])
    until = _day(asked["until"], "until")
    carried = asked.get("opening_carried_fen")
    terms = load(_center(asked["center"]))
    try:
        told = history(
            opening_fen,
            opening_on=opening_on,
            entries=entries,
            until=until,
            terms=terms,
            opening_carried_fen=None if carried is None else _fen(carried, MAY_BE_LEFT_OUT[0]),
        )
    except HistoryRefused as refused:
        raise LineRefused(f"{refused.about}：{refused}") from None
    return _record(told)


def terms_of(root: Path) -> Load:
    """Reads each center's policy once, from the folder that holds the centers."""

    @cache
    def load(center: str) -> Terms:
        from anju import policy

        if center not in policy.centers_in(root):
            raise LineRefused(f"center：没有名为 {center} 的中心，请核对。")
        try:
            found = policy.load(center, root)
        except policy.PolicyError as problem:
            raise LineRefused(f"center：{center} 的政策文件有误：{problem}") from None
        return policy.interest_terms(found)

    return load


def _record(told: InterestHistory) -> dict[str, Any]:
    settlements = [
        {
            "on": item.on.isoformat(),
            "interest_fen": item.interest_fen,
            "balance_fen": item.balance_fen,
        }
        for item in told.settlements
    ]
    return {
        "interest_fen": told.interest_fen,
        "day_product": told.day_product,
        "settlements": settlements,
        "trace": told.trace.as_record(),
    }


def _read(line: bytes) -> dict[str, Any]:
    """The object of a line, with the keys that are asked for and no others."""
    try:
        asked = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise LineRefused("本行不是 UTF-8 文本，请检查文件编码。") from None
    except LineRefused:
        raise
    except (ValueError, RecursionError):
        raise LineRefused("本行不是有效的 JSON，请核对括号、引号、逗号和数字。") from None
    if not isinstance(asked, dict):
        raise LineRefused("本行应为一个 JSON 对象（以 { 开头），请核对。")
    missing = [key for key in KEYS if key not in asked]
    if missing:
        raise LineRefused(f"缺少 {'、'.join(missing)}，请补上。")
    unknown = [key for key in asked if key not in KEYS + MAY_BE_LEFT_OUT]
    if unknown:
        raise LineRefused(f"不认识 {'、'.join(map(_shown, unknown))}，请去掉。")
    return asked


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key told twice has two meanings and is refused."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise LineRefused(f"{_shown(key)} 写了两次，请只保留一次。")
        found[key] = value
    return found


def _center(value: Any) -> str:
    if not isinstance(value, str) or not _CENTER.fullmatch(value):
        raise LineRefused(f"center：应为中心代码（小写字母），现为 {_shown(value)}。")
    return value


def _fen(value: Any, key: str) -> int:
    # True is an int to Python, and 1e3 a float: neither is an amount somebody meant to write.
    if type(value) is not int:
        raise LineRefused(f"{key}：应为整数，单位为分，现为 {_shown(value)}。")
    if abs(value) > FEN_MAX:
        raise LineRefused(f"{key}：金额过大，不能超过 {FEN_MAX} 分。")
    return value


def _day(value: Any, key: str) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise LineRefused(f'{key}：应为真实日期，写作 "2024-07-01"，现为 {_shown(value)}。')


def _entries(value: Any) -> list[tuple[date, int]]:
    if not isinstance(value, list):
        raise LineRefused(f"entries：应为列表，没有收支时写 []，现为 {_shown(value)}。")
    found = []
    for number, entry in enumerate(value, start=1):
        key = f"entries 第 {number} 笔"
        if not isinstance(entry, list) or len(entry) != 2:
            raise LineRefused(f"{key}：应为 [日期, 分]，现为 {_shown(entry)}。")
        found.append((_day(entry[0], key), _fen(entry[1], key)))
    return found


def _shown(value: Any) -> str:
    """A value as JSON, cut short: enough to find it again in the input."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"
    return text if len(text) <= 40 else f"{text[:40]}…"
