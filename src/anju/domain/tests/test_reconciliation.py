"""Two books of one account: ten kinds of breaks are found, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from anju.domain.reconciliation import Compared, Finding, Kind, Line, ReconciliationSheet, compare

DAY = date(2026, 11, 20)
NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=5)


def line(key: str, amount: int = -100, mark: str = "ZF1", on: date = DAY, **more: bool) -> Line:
    return Line(key, on, amount, mark, **more)


def compared(ours, theirs, *, on=LATER, orders=("ZF1", "ZF2"), settled=()) -> Compared:
    return compare(ours, theirs, on=on, orders=set(orders), settled=set(settled))


def kinds(found: Compared) -> list[str]:
    return [str(finding.kind) for finding in found.findings]


def test_one_movement_in_both_books_is_matched() -> None:
    ours, theirs = line("v1"), line("s1")
    assert compared([ours], [theirs]) == Compared([(ours, theirs)], [])


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_cut_off_is_no_break(days: int) -> None:
    theirs = line("s1", on=DAY + timedelta(days=days))
    assert compared([line("v1")], [theirs]).findings == []


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([line("v1")], [], ["ours_only"]),
        ([line("v1", 100, "")], [], ["ours_only"]),
        ([], [line("s1")], ["theirs_only"]),
        ([], [line("s1", 100, "")], ["theirs_only"]),
        ([], [line("s1", 100, "汇缴")], ["theirs_only"]),
        ([], [line("s1", mark="BANK1")], ["never_ordered"]),
        ([line("v1")], [line("s1", -99)], ["amount_differs"]),
        ([line("v1")], [line("s1", on=DAY + timedelta(days=2))], ["day_differs"]),
        ([line("v1")], [line("s1"), line("s2")], ["doubled_theirs"]),
        ([line("v1")], [line("s1", -99), line("s2", -98)], ["amount_differs", "doubled_theirs"]),
        ([line("v1"), line("v2")], [line("s1")], ["doubled_ours"]),
        ([line("v1"), line("v2")], [line("s1", -99)], ["amount_differs", "doubled_ours"]),
        ([line("v1")], [line("s1"), line("s2", 100)], ["return_not_booked"]),
        ([line("v1"), line("v2", 100)], [line("s1")], ["return_not_theirs"]),
        ([line("v1")], [line("s1"), line("s2", 100, reversal=True)], ["reversed"]),
        (
            [line("v1"), line("v2")],
            [line("s1"), line("s2")],
            ["doubled_ours", "doubled_theirs"],
        ),
        # Without a mark only amount and day tell, and a far day does not.
        ([line("v1", 5, "")], [line("s1", 5, "", on=LATER)], ["ours_only"]),
    ],
)
def test_what_does_not_fit_is_told_by_its_kind(ours, theirs, expected) -> None:
    assert kinds(compared(ours, theirs)) == expected


def test_what_is_on_its_way_is_no_break_until_its_day_has_passed() -> None:
    ours, theirs = [line("v1")], [line("s9", 7, "")]
    assert compared(ours, theirs, on=DAY).findings == []
    assert kinds(compared(ours, theirs, on=NEXT)) == ["ours_only", "theirs_only"]


def test_a_movement_that_an_earlier_day_matched_is_doubled_when_it_comes_again() -> None:
    settled = [("ZF1", False)]
    assert kinds(compared([], [line("s2")], settled=settled)) == ["doubled_theirs"]
    assert kinds(compared([line("v2")], [], settled=settled)) == ["doubled_ours"]


def test_equal_amounts_without_mark_pair_on_the_nearest_day() -> None:
    ours = [line("v1", 5, "", on=DAY), line("v2", 5, "", on=NEXT)]
    theirs = [line("s1", 5, "", on=DAY), line("s2", 5, "", on=NEXT)]
    assert compared(ours, theirs).matched == list(zip(ours, theirs, strict=True))


def test_a_sheet_leads_from_either_balance_to_the_same() -> None:
    sheet = ReconciliationSheet(DAY, 1000, 1200, 300, 50, 100, 50)
    assert (sheet.adjusted_books_fen, sheet.adjusted_bank_fen) == (1250, 1250)
    assert sheet.difference_fen == 0


def year(seed: int, lines: int, days: int) -> tuple[list[list[Line]], list[list[Line]], set[str]]:
    """A year of both books in which everything fits: marks, arrivals, and cut-offs at midnight."""
    draw = random.Random(seed)
    ours: list[list[Line]] = [[] for _ in range(days + 2)]
    theirs: list[list[Line]] = [[] for _ in range(days + 2)]
    orders = set()
    for number in range(lines):
        day = draw.randrange(days)
        booked = day + (draw.random() < 0.05)
        amount = draw.randrange(1, 10_000_00)
        mark = ""
        if draw.random() < 0.7:
            mark, amount = f"ZF{number}", -amount
            orders.add(mark)
        ours[day].append(Line(f"v{number}", DAY + timedelta(days=day), amount, mark))
        theirs[booked].append(Line(f"s{number}", DAY + timedelta(days=booked), amount, mark))
    return ours, theirs, orders


def run(ours, theirs, orders) -> list[Finding]:
    """Day after day, as it is done: what is open is carried on; each finding once."""
    settled: set[tuple[str, bool]] = set()
    open_ours: dict[str, Line] = {}
    open_theirs: dict[str, Line] = {}
    findings: dict[tuple, Finding] = {}
    for day in range(len(ours)):
        open_ours |= {one.key: one for one in ours[day]}
        open_theirs |= {one.key: one for one in theirs[day]}
        found = compare(
            open_ours.values(),
            open_theirs.values(),
            on=DAY + timedelta(days=day),
            orders=orders,
            settled=settled,
        )
        for one, other in found.matched:
            del open_ours[one.key], open_theirs[other.key]
            if one.mark:
                settled.add(one.movement)
        for finding in found.findings:
            key = (finding.kind, finding.ours, finding.theirs)
            findings[key] = finding
            if finding.kind not in (Kind.OURS_ONLY, Kind.THEIRS_ONLY, Kind.RETURN_NOT_BOOKED):
                open_ours.pop(finding.ours.key if finding.ours else "", None)
                open_theirs.pop(finding.theirs.key if finding.theirs else "", None)
    return list(findings.values())


def later(one: Line, days: int, key: str = "") -> Line:
    return replace(one, key=key or one.key, on=one.on + timedelta(days=days))


def plant(ours, theirs, orders, draw: random.Random) -> Counter[str]:
    """One break of every kind, each on a marked line of its own; what should be found."""
    places = [(day, one) for day in range(3, len(ours) - 6) for one in ours[day] if one.mark]
    chosen = dict(zip(Kind, draw.sample(places, len(Kind)), strict=True))
    found = {
        kind: next((d, t) for d in (day, day + 1) for t in theirs[d] if t.mark == mine.mark)
        for kind, (day, mine) in chosen.items()
    }
    for kind in (Kind.OURS_ONLY, Kind.AMOUNT_DIFFERS, Kind.DAY_DIFFERS):
        home, its = found[kind]
        theirs[home].remove(its)
    day, mine = chosen[Kind.THEIRS_ONLY]
    ours[day].remove(mine)
    day, mine = chosen[Kind.DOUBLED_OURS]
    ours[day + 1].append(later(mine, 1, "e"))
    day, mine = chosen[Kind.RETURN_NOT_THEIRS]
    ours[day].append(replace(mine, key="f", amount_fen=-mine.amount_fen))
    changed = {
        Kind.NEVER_ORDERED: lambda its: replace(its, key="x", mark="BANK0001"),
        Kind.AMOUNT_DIFFERS: lambda its: replace(its, amount_fen=its.amount_fen - 1),
        Kind.RETURN_NOT_BOOKED: lambda its: replace(its, key="b", amount_fen=-its.amount_fen),
        Kind.REVERSED: lambda its: replace(its, key="r", amount_fen=-its.amount_fen, reversal=True),
        Kind.DAY_DIFFERS: lambda its: later(its, 3),
        Kind.DOUBLED_THEIRS: lambda its: later(its, 1, "d"),
    }
    for kind, change in changed.items():
        home, its = found[kind]
        new = change(its)
        theirs[home + (new.on - its.on).days].append(new)
    # What comes days late is first missing, then found apart.
    return Counter(str(kind) for kind in Kind) + Counter(["ours_only"])


@pytest.mark.parametrize("seed", range(8))
def test_one_break_of_each_of_ten_kinds_is_found_and_none_besides(seed: int) -> None:
    ours, theirs, orders = year(seed, 2_000, 30)
    expected = plant(ours, theirs, orders, random.Random(seed))
    assert len(Kind) == 10
    assert Counter(str(one.kind) for one in run(ours, theirs, orders)) == expected


def test_thirty_thousand_lines_that_fit_have_no_break() -> None:
    assert run(*year(99, 30_000, 60)) == []


@pytest.mark.nightly
def test_a_million_lines_that_fit_have_no_break_and_ten_planted_are_found() -> None:
    ours, theirs, orders = year(7, 1_000_000, 365)
    expected = plant(ours, theirs, orders, random.Random(7))
    assert Counter(str(one.kind) for one in run(ours, theirs, orders)) == expected


def test_receipts_are_known_by_the_bank_s_serial() -> None:
    def found(ours, theirs):
        return compare(ours, theirs, on=LATER, orders=set(), settled=set(), receipts={"S1"})

    came, back = line("v1", 100, "S1"), line("v2", -100, "S1")
    told, taken = line("s1", 100, "S1"), line("s2", -100, "S1", reversal=True)
    assert found([came, back], [told, taken]).findings == []
    assert kinds(found([came], [])) == ["ours_only"]
    assert kinds(found([], [told])) == ["theirs_only"]
    assert kinds(found([came], [replace(told, amount_fen=99)])) == ["amount_differs"]
