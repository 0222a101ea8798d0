"""Random lives of accounts with late entries and corrections, and what each should hold by walking
its days. Shares no code with the ledger: no v, no closed form, no rounding of ours.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

DAY = timedelta(days=1)
BEGAN = date(2026, 7, 1)
FIRST, LAST = date(2026, 11, 20), date(2029, 3, 31)
RELEASES = {2027: date(2027, 7, 9), 2028: date(2028, 7, 5)}
RATE, BASE = Decimal("0.015"), 360


@dataclass(frozen=True)
class Line:
    """What moved an account: whole fen, the day it counts from, and its carried share."""

    value_date: date
    amount: int
    carried: int
    mirrors: bool = False


@dataclass
class Year:
    """A settled interest year as it was last reckoned."""

    n: int
    interest: int
    revision: int = 0


@dataclass
class Walker:
    """One account, told by its lines alone."""

    lines: list[Line] = field(default_factory=list)
    years: dict[int, Year] = field(default_factory=dict)
    rolled: int = 0
    claims: int = 0
    touched: int | None = None
    """The earliest settled year that a line has touched since it was reckoned."""

    @property
    def balance(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def carried(self) -> int:
        return sum(line.carried for line in self.lines) + self.rolled

    def n(self, since: date, until: date) -> int:
        """Every day's balance, added up."""
        return _walk([(line.value_date, line.amount) for line in self.lines], since, until)

    def n_carried(self, since: date, until: date) -> int:
        """Every day's carried balance, added up; what has rolled lay there all year."""
        lines = [(line.value_date, line.carried) for line in self.lines]
        return _walk(lines, since, until) + self.rolled * (until - since).days

    def take(self, amount: int, value_date: date, *, reverses: Line | None = None) -> Line:
        """Money in or out, learnt today."""
        old = year_of(value_date) in self.years
        if reverses is not None:
            carried = max(-reverses.carried, -self.carried, min(amount, 0))
            carried = min(carried, self.balance + amount - self.carried)
        elif amount > 0:
            carried = amount if old else 0
        else:
            carried = max(amount, -self.carried)
        line = Line(value_date, amount, carried, reverses is not None)
        self.lines.append(line)
        if old:
            year = year_of(value_date)
            self.touched = year if self.touched is None else min(self.touched, year)
        return line

    def settle(self, year: int) -> None:
        """30 June's interest, as money of 1 July; what is left of the old year becomes carried."""
        july = date(year, 7, 1)
        n = self.n(date(year - 1, 7, 1), july)
        current = self.balance - self.carried
        new = sum(
            line.amount - line.carried
            for line in self.lines
            if line.value_date >= july and (line.amount > 0 or line.mirrors)
        )
        self.rolled += current - min(current, max(new, 0))
        self.years[year] = Year(n, round_fen(n))
        self._give(round_fen(n), july)

    def restate(self) -> None:
        """Each settled year from the touched one on, reckoned again."""
        for year in sorted(self.years):
            if self.touched is None or year < self.touched:
                continue
            known, july = self.years[year], date(year, 7, 1)
            n = self.n(date(year - 1, 7, 1), july)
            if n != known.n:
                self._give(round_fen(n) - known.interest, july)
                self.years[year] = Year(n, round_fen(n), known.revision + 1)
        self.touched = None

    def _give(self, amount: int, july: date) -> None:
        """Interest onto the account; what it cannot give back is claimed."""
        given = max(amount, -self.balance)
        self.claims += given - amount
        if given:
            carried = given if given > 0 else max(given, -self.carried)
            self.lines.append(Line(july, given, carried))


def _walk(lines: list[tuple[date, int]], since: date, until: date) -> int:
    by_day: dict[date, int] = {}
    for day, amount in lines:
        by_day[max(day, since)] = by_day.get(max(day, since), 0) + amount
    balance = total = 0
    day = since
    while day < until:
        balance += by_day.get(day, 0)
        total += balance
        day += DAY
    return total


def round_fen(n: int) -> int:
    """Interest of N, half away from zero."""
    return int((Decimal(n) * RATE / BASE).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def year_of(day: date) -> int:
    """The interest year in which a day lies, named by its 30 June."""
    return day.year + (1 if day.month >= 7 else 0)


@dataclass(frozen=True)
class Event:
    """On a day something happens to one account; money is worked out when the day has come."""

    on: date
    account: int
    what: str
    share: float
    late: int


def life(rng: random.Random, account: int) -> list[Event]:
    """The events of one account's life, in no order."""
    span = (LAST - FIRST).days
    found = [Event(FIRST, account, "in", rng.random(), 0)]
    kinds = ["in"] * 5 + ["out"] * 3 + ["reverse"] * 2 + ["restate"]
    for _ in range(rng.randint(2, 12)):
        # A few days are thronged: around 1 July and around the releases.
        on = FIRST + DAY * rng.randint(1, span)
        if rng.random() < 0.4:
            on = date(rng.choice([2027, 2028]), 7, 1) + DAY * rng.randint(-3, 12)
        late = rng.choice([0, 0, 1, 2, 9, 40, 200, 400, 700])
        found.append(Event(on, account, rng.choice(kinds), rng.random(), late))
    return found
