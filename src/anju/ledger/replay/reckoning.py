"""Days, N and interest, the slow way: a balance is walked through its days.

Money is whole fen; N is fen × days, each fen times the days that it lay there.
"""

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

Entry = tuple[date, int]
"""A value date and so many fen that came (above zero) or went."""


def july(year: int) -> date:
    """The first day of the interest year that begins in this year."""
    return date(year, 7, 1)


def year_begin(day: date) -> date:
    """The first day of the interest year in which a day lies."""
    return july(day.year if day.month >= 7 else day.year - 1)


def lying(entries: Iterable[Entry], since: date, until: date) -> int:
    """N over [since, until): every stretch's balance times its days."""
    n = balance = 0
    reached = since
    for day, fen in sorted(entries):
        if day >= until:
            break
        if day > reached:
            n += balance * (day - reached).days
            reached = day
        balance += fen
    return n + balance * (until - reached).days


def earned(n: int, rate: Fraction, day_base: int) -> int:
    """Fen of interest on N: N × rate ÷ day base, half a fen away from zero."""
    whole = rate.denominator * day_base
    fen, rest = divmod(abs(n) * rate.numerator, whole)
    if rest + rest >= whole:
        fen += 1
    return fen if n >= 0 else -fen


def earned_by_terms(whole: list[Entry], carried: list[Entry], terms: str, day_base: int) -> int:
    """Fen of interest of a year by the terms that its settlement row keeps.

    Each stretch has a rate of carried and one of current money, over `per`; all of it is rounded
    once ("whole"), or every part by itself ("parts").
    """
    kept = json.loads(terms)
    parts: list[tuple[int, int]] = []
    for first, end, of_carried, of_current in kept["stretches"]:
        since, until = date.fromisoformat(first), date.fromisoformat(end)
        n = lying(whole, since, until)
        n_carried = lying(carried, since, until) if of_carried != of_current else 0
        parts += [(n_carried, of_carried), (n - n_carried, of_current)]
    one = Fraction(1, kept["per"])
    if kept["rounding"] == "parts":
        return sum(earned(n * rate, one, day_base) for n, rate in parts)
    return earned(sum(n * rate for n, rate in parts), one, day_base)
