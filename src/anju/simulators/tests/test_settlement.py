"""The five banks of the settlement system, and when money moves between them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from anju.simulators.bank.banks import BANKS, booked_on, wait_seconds

SHANGHAI = timezone(timedelta(hours=8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "asked", "moves"),
    [
        ("1", "2026-11-20 10:00:00", "2026-11-20 10:00:02"),
        ("2", "2026-11-21 23:00:00", "2026-11-21 23:00:02"),
        # The bank's own rest around midnight holds everything up.
        ("2", "2026-11-20 23:55:00", "2026-11-21 00:15:02"),
        ("1", "2026-11-20 00:05:00", "2026-11-20 00:15:02"),
        # Between banks, not in real time: only while the clearing is open, on weekdays.
        ("3", "2026-11-19 16:00:00", "2026-11-19 16:00:02"),
        ("3", "2026-11-19 17:15:00", "2026-11-20 08:30:02"),
        ("3", "2026-11-20 06:00:00", "2026-11-20 08:30:02"),
        ("3", "2026-11-20 17:30:00", "2026-11-23 08:30:02"),
    ],
)
def test_money_moves_when_bank_and_clearing_are_awake(kind: str, asked: str, moves: str) -> None:
    waited = wait_seconds(kind, "105", at=at(asked), usual=2)
    assert at(asked) + timedelta(seconds=waited) == at(moves)


def test_each_bank_ends_its_day_at_its_own_hour() -> None:
    late = at("2026-11-20 23:10:00")
    days = {code: booked_on(code, at=late) for code in BANKS}
    today, next_day = date(2026, 11, 20), date(2026, 11, 21)
    assert days == {
        "102": next_day,
        "103": today,
        "104": next_day,
        "105": next_day,
        "301": today,
    }


def test_notice_and_statement_have_an_arrival_in_the_books_of_one_day(town) -> None:
    """A quarter to eleven: the one account's bank has ended its day, the other's has not."""
    town.turn(12.75 * 3600)
    days = {}
    for account, bank in (("14051", "105"), ("14052", "301")):
        own = {"number": account, "name": "yuncheng", "bank_code": bank, "client": "yuncheng"}
        town.http.post("/bank/api/accounts", json=own | {"holder": "center"})
        payer = {"payer_account": "888", "payer_name": "演示·单位", "amount_fen": 100}
        wish = {"client": "yuncheng", "account": account, **payer}
        assert town.http.post("/bank/api/arrivals", json=wish).status_code == 200
        town.turn()
        between = {"since": "2026-11-20", "until": "2026-11-21", "after": ""}
        asked = {"kind": "statement", "account": account, **between}
        (line,) = town.say("/bank/v1/statement", **asked)[1]["lines"]
        days[bank] = (town.letters[-1]["booked_on"], line["booked_on"])
    assert days == {"105": ("2026-11-21",) * 2, "301": ("2026-11-20",) * 2}
