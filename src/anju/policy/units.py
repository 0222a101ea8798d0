"""How the text of a dated value becomes a number, a choice or a time, by its unit.

Every value is written in quotation marks, so that what is read is what was written. Rates and
ratios become exact fractions, money becomes whole fen; nothing here rounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from fractions import Fraction
from typing import Any

_WHOLE = re.compile(r"(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_MONEY = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?\Z")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z")

CHOICE = "choice"


def _whole(text: str) -> int:
    if not _WHOLE.match(text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def _share(text: str) -> Fraction:
    if not _DECIMAL.match(text):
        raise ValueError(f"{text!r} is not a decimal number")
    value = Fraction(text)
    if value > 1:
        raise ValueError(
            f"{text} is more than 1: a percentage is written as a share, 1.5 % as 0.015"
        )
    return value


def _yuan(text: str) -> int:
    if not _MONEY.match(text):
        raise ValueError(f"{text!r} is not an amount in yuan with at most two decimals")
    # Exact: the pattern lets at most two decimals through.
    return int(Fraction(text) * 100)


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f'{text!r} is neither "yes" nor "no"')
    return text == "yes"


def _time(text: str) -> time:
    if not _TIME.match(text):
        raise ValueError(f'{text!r} is not a time of day such as "08:30"')
    return time.fromisoformat(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "per_year": _share,
    "ratio": _share,
    "fen": _whole,
    "yuan": _yuan,
    "count": _whole,
    "seconds": _whole,
    "hours": _whole,
    "days": _whole,
    "flag": _flag,
    "time_of_day": _time,
}

UNITS = (*_READERS, CHOICE)
"""Every unit a dated value may have: per_year and ratio give Fraction, fen and yuan give whole fen,
count, seconds, hours and days give int, flag gives bool, time_of_day gives datetime.time, choice
gives one of the texts that the national file lists."""


def read_value(text: str, *, unit: str, choices: tuple[str, ...] = ()) -> Any:
    """The value that a text stands for.

    Raises:
        ValueError: the text does not fit the unit; the message says why.
    """
    if unit == CHOICE:
        if text not in choices:
            raise ValueError(f"{text!r} is none of {', '.join(choices)}")
        return text
    return _READERS[unit](text)
