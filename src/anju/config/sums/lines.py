"""Lines of JSON read strictly: what a person did not mean to write is refused in his words.

One JSON object per line in, one per line out. A line that cannot be answered gets
{"error": "…"}, which names the key at fault; the others are answered all the same.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from anju.domain.money import FEN_MAX
from anju.policy import Policy, PolicyError, centers_in
from anju.policy import load as load_policy

_CENTER = re.compile(r"[a-z][a-z0-9_]*")

Answer = dict[str, Any]


class LineRefused(ValueError):
    """An input line that cannot be answered; the text (Chinese) names the key at fault."""


def answers(lines: Iterable[bytes], *, answer: Callable[[bytes], Answer]) -> Iterator[Answer]:
    """One answer per line that is not blank: what `answer` tells, or an error."""
    for line in lines:
        if line.strip():
            try:
                yield answer(line)
            except LineRefused as refused:
                yield {"error": str(refused)}


def policies(root: Path) -> Callable[[str], Policy]:
    """Reads each center's policy once, from the folder that holds the centers.

    What it gives raises LineRefused when there is no such center or its files are bad.
    """

    @cache
    def load(center: str) -> Policy:
        if center not in centers_in(root):
            raise LineRefused(f"center：没有名为 {center} 的中心，请核对。")
        try:
            return load_policy(center, root)
        except PolicyError as problem:
            raise LineRefused(f"center：{center} 的政策文件有误：{problem}") from None

    return load


def read(
    line: bytes, *, keys: tuple[str, ...], may_be_left_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The object of a line, with the keys that are asked for and no others. Raises LineRefused."""
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
    missing = [key for key in keys if key not in asked]
    if missing:
        raise LineRefused(f"缺少 {'、'.join(missing)}，请补上。")
    unknown = [key for key in asked if key not in keys + may_be_left_out]
    if unknown:
        raise LineRefused(f"不认识 {'、'.join(map(shown, unknown))}，请去掉。")
    return asked


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key told twice has two meanings and is refused."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise LineRefused(f"{shown(key)} 写了两次，请只保留一次。")
        found[key] = value
    return found


def center(value: Any) -> str:
    """A center's code. Raises LineRefused."""
    if not isinstance(value, str) or not _CENTER.fullmatch(value):
        raise LineRefused(f"center：应为中心代码（小写字母），现为 {shown(value)}。")
    return value


def fen(value: Any, key: str) -> int:
    """An amount in whole fen. Raises LineRefused."""
    # True is an int to Python, and 1e3 a float: neither is an amount somebody meant to write.
    if type(value) is not int:
        raise LineRefused(f"{key}：应为整数，单位为分，现为 {shown(value)}。")
    if abs(value) > FEN_MAX:
        raise LineRefused(f"{key}：金额过大，不能超过 {FEN_MAX} 分。")
    return value


def shown(value: Any) -> str:
    """A value as JSON, cut short: enough to find it again in the input."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"
    return text if len(text) <= 40 else f"{text[:40]}…"
