"""`anju calc interest`: an account's history, and the interest it brings."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from anju.config.sums import lines
from anju.config.sums.lines import Answer, LineRefused
from anju.domain.interest import HistoryRefused, InterestHistory, history
from anju.domain.interest_terms import Terms

KEYS = ("center", "opening_fen", "opening_on", "entries", "until")
MAY_BE_LEFT_OUT = ("opening_carried_fen",)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Load = Callable[[str], Terms]
"""The terms of a center by its code. Raises LineRefused when there is no such center."""


def answer(line: bytes, *, load: Load) -> Answer:
    """The interest of one line. Raises LineRefused when the line cannot be answered."""
    asked = lines.read(line, keys=KEYS, may_be_left_out=MAY_BE_LEFT_OUT)
    opening_fen = lines.fen(asked["opening_fen"], "opening_fen")
    opening_on = _day(asked["opening_on"], "opening_on")
    entries = _entries(asked["entries"])
    until = _day(asked["until"], "until")
    carried = asked.get("opening_carried_fen")
    terms = load(lines.center(asked["center"]))
    try:
        told = history(
            opening_fen,
            opening_on=opening_on,
            entries=entries,
            until=until,
            terms=terms,
            opening_carried_fen=(
                None if carried is None else lines.fen(carried, MAY_BE_LEFT_OUT[0])
            ),
        )
    except HistoryRefused as refused:
        raise LineRefused(f"{refused.about}：{refused}") from None
    return _record(told)


def _record(told: InterestHistory) -> Answer:
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


def _day(value: Any, key: str) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise LineRefused(f'{key}：应为真实日期，写作 "2024-07-01"，现为 {lines.shown(value)}。')


def _entries(value: Any) -> list[tuple[date, int]]:
    if not isinstance(value, list):
        raise LineRefused(f"entries：应为列表，没有收支时写 []，现为 {lines.shown(value)}。")
    found = []
    for number, entry in enumerate(value, start=1):
        key = f"entries 第 {number} 笔"
        if not isinstance(entry, list) or len(entry) != 2:
            raise LineRefused(f"{key}：应为 [日期, 分]，现为 {lines.shown(entry)}。")
        found.append((_day(entry[0], key), lines.fen(entry[1], key)))
    return found
