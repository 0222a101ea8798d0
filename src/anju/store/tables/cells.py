"""One cell at a time: what it means in its column, or why it means nothing."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final

from anju.domain.half_width import half_width
from anju.store.tables.shapes import Kind

Taken = tuple[Any, str]
"""The value and "", or nothing and the code of a problem."""

_SHORT: Final = 80
_KNOWN_MAX: Final = 10_000

SAYS: Final = {
    "precision_lost": (
        "号码被表格软件按数字存储，后几位已丢失；请把该列设为“文本”格式后重新填写完整号码"
    ),
    "scientific": ("号码是科学计数法，后几位已丢失；请把该列设为“文本”格式后重新填写完整号码"),
    "not_text": "这里应是文字或号码，现为日期或逻辑值；请把该列设为“文本”格式后重新填写",
    "too_long": "内容过长",
    "control": "内容中有不可见的控制字符或乱码，请删除后重新填写",
    "money_shape": "金额应为数字，如 5000 或 5,000.00",
    "money_cents": "金额最多两位小数",
    "money_range": "金额超出可填范围",
    "month_shape": "年月应如 2026-07、202607 或 2026年7月",
    "ragged": "本行的内容多于表头的列数，可能有多余的分隔符，请检查",
}
"""What each problem of a cell says to people, by its code."""

_WHOLE_MAX: Final = 10**15
_FEN_MAX: Final = 10**15
_INVISIBLE: Final = {
    ord(c): None for c in "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u202a\u202c"
}
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd\ufffe\uffff]")
_SCIENTIFIC: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+")
_MONEY: Final = re.compile(r"[¥￥]?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?元?")
_MONTH: Final = re.compile(
    r"((?:19|20)[0-9]{2})(?:[-/.](1[0-2]|0?[1-9])|年(1[0-2]|0?[1-9])月?|(1[0-2]|0[1-9]))"
    r"(?:[-/.]?0?1日?)?(?:00:00(?::00)?)?"
)


def column(kind: Kind, values: Iterable[Any], chars_max: int) -> tuple[list[Any], dict[int, str]]:
    """A whole column: its values, and by their places the codes of problems.

    Most cells of an honest file need no look at all, and months and bases come again and again:
    a hundred thousand rows are a matter of tenths of a second.
    """
    take, at_once = _TAKERS[kind], _AT_ONCE.get(kind)
    known: dict[Any, Any] = {}
    problems: dict[int, str] = {}
    out = []
    for place, value in enumerate(values):
        if at_once is not None:
            if type(value) is str and at_once(value):
                out.append(value)
                continue
        elif value in known and type(known[value][1]) is type(value):
            out.append(known[value][0])
            continue
        answer, problem = take(value, chars_max)
        out.append(answer)
        if problem:
            problems[place] = problem
        elif at_once is None and len(known) < _KNOWN_MAX:
            known[value] = answer, value
    return out, problems


def _is_plain_text(text: str) -> bool:
    return text.isprintable() and text[:1] != " " and text[-1:] != " " and len(text) <= _SHORT


def _is_plain_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _SHORT


def plain(value: Any) -> str:
    """A cell as text, for a heading or to show what stood there; numbers without a tail of .0."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_MAX:
        return str(int(value))
    return str(value)


def tidy(text: str) -> str:
    """Text without what cannot be seen: marks of order and width, spaces at either end."""
    return text.translate(_INVISIBLE).replace("\u3000", " ").replace("\u00a0", " ").strip()


def _text(value: Any, chars_max: int) -> Taken:
    if not isinstance(value, str):
        if isinstance(value, bool | date | datetime) or not isinstance(value, int | float):
            return "", "not_text"
        value = plain(value)
    elif not value.isascii():
        value = tidy(value)
    else:
        value = value.strip()
    if len(value) > chars_max:
        return "", "too_long"
    if not value.isprintable() and _CONTROL.search(value):
        return "", "control"
    return value, ""


def _code(value: Any, chars_max: int) -> Taken:
    if isinstance(value, float | int) and not isinstance(value, bool):
        # A spreadsheet keeps fifteen digits of a number; what is longer was rounded.
        if not abs(value) < _WHOLE_MAX or value != int(value):
            return "", "precision_lost"
        return str(int(value)), ""
    text, problem = _text(value, chars_max)
    if problem:
        return text, problem
    text = text.removeprefix("'")
    if not text.isalnum() or not text.isascii():
        text = half_width(text)
    if not text.isdigit() and _SCIENTIFIC.fullmatch(text):
        return "", "scientific"
    return text, ""


def _money(value: Any, chars_max: int) -> Taken:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None, "money_shape"
    if not isinstance(value, str):
        return _fen(value)
    text = half_width(tidy(value).removeprefix("'"))
    if not text:
        return None, ""
    match = _MONEY.fullmatch(text) if len(text) <= chars_max else None
    if match is None:
        return None, "money_shape"
    whole, cents = match[1].replace(",", ""), match[2] or ""
    if cents[2:].strip("0"):
        return None, "money_cents"
    if len(whole) > 13:
        return None, "money_range"
    return int(whole) * 100 + int(f"{cents[:2]:0<2}"), ""


def _fen(yuan: float) -> Taken:
    """A spreadsheet's number, which is binary: it means the nearest fen if it lies beside one."""
    fen = yuan * 100
    if not -_FEN_MAX < fen < _FEN_MAX:
        return None, "money_range"
    if yuan < 0:
        return None, "money_shape"
    near = round(fen)
    return (near, "") if abs(fen - near) < 1e-4 else (None, "money_cents")


def _month(value: Any, chars_max: int) -> Taken:
    if isinstance(value, date):
        return f"{value:%Y-%m}", ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "", "month_shape"
    text = half_width(plain(value).removeprefix("'"))
    if not text:
        return "", ""
    match = _MONTH.fullmatch(text) if len(text) <= chars_max else None
    if match is None:
        return "", "month_shape"
    return f"{match[1]}-{int(match[2] or match[3] or match[4]):02}", ""


_TAKERS: Final[dict[Kind, Callable[[Any, int], Taken]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.MONEY: _money,
    Kind.MONTH: _month,
}
_AT_ONCE: Final[dict[Kind, Callable[[str], bool]]] = {
    Kind.TEXT: _is_plain_text,
    Kind.CODE: _is_plain_code,
}
"""By kind, whether a text may stand as it is; the other kinds remember what they have seen."""
