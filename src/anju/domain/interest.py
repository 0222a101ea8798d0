"""Interest on fund accounts by day-products (积数): whole numbers, rounded once per settlement.

N is the sum of each day's closing balance, in fen × days. The day money arrives counts, the day
it leaves does not. Prose and worked numbers: docs/algorithms/interest.md.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from anju.domain.interest_terms import PARTS, Part, Rates, Terms, interest_of
from anju.domain.interest_words import (
    CARRIED,
    CURRENT,
    METHOD_ROW,
    capital_row,
    interest_row,
    late_row,
    parts_row,
    parts_sum_row,
    segment_row,
    sum_row,
    total_row,
)
from anju.domain.money import FEN_MAX, round_half_away, yuan
from anju.domain.trace import Trace, TraceRow


class HistoryRefused(ValueError):
    """A history that cannot be an account's; `about` names the argument, the text says why."""

    def __init__(self, about: str, says: str) -> None:
        super().__init__(says)
        self.about = about


class Entry(NamedTuple):
    """Money in (+) or out (−), in fen, and the day it counts from."""

    value_date: date
    amount_fen: int


class Segment(NamedTuple):
    """A balance that stood still: from `since` until the day before `until`."""

    since: date
    until: date
    balance_fen: int

    @property
    def product(self) -> int:
        """The day-product of the segment, in fen × days."""
        return self.balance_fen * (self.until - self.since).days


class LateLine(NamedTuple):
    """A line whose money counts from another day than it was booked on (补记).

    Where the balance path is told by booking days, it moves N all the same.
    """

    booked_on: date
    value_date: date
    amount_fen: int

    @property
    def product(self) -> int:
        """What N gains: above zero for money that counts from before it was booked."""
        return self.amount_fen * (self.booked_on - self.value_date).days


@dataclass(frozen=True, slots=True)
class Settlement:
    """One 30 June: interest settled on it, and the balance that starts 1 July with it inside."""

    on: date
    day_product: int
    interest_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class InterestHistory:
    """Interest since the last settlement, the settlements before it, and how all came about."""

    interest_fen: int
    day_product: int
    balance_fen: int
    settlements: tuple[Settlement, ...]
    trace: Trace


def shift(v: int, *, amount: int, value_date: date, since: date) -> int:
    """The running correction v after a line: lines may come in any order and any late.

    `since` is the first day of the interest period; amounts in fen, v in fen × days.
    """
    return v + amount * (value_date - since).days


def year_start(day: date) -> date:
    """The 1 July, on `day` or before it, that began the interest year in which `day` lies."""
    return date(day.year - ((day.month, day.day) < (7, 1)), 7, 1)


def day_product(balance: int, *, v: int, since: date, until: date) -> int:
    """N of [since, until) from the closing balance and v: fen × days."""
    return balance * (until - since).days - v


def interest(n: int, *, rate: Fraction, day_base: int) -> int:
    """The fen that day-product n earns at a yearly rate; rounded once, half away from zero.

    The daily rate is never rounded: 100,000.00 over 365 days at 1.50% is 1,520.83, and 1,520.96
    with the daily rate cut to eight places.
    """
    return round_half_away(n * rate.numerator, rate.denominator * day_base)


def balance_segments(
    opening_fen: int, *, since: date, entries: Iterable[tuple[date, int]], until: date
) -> tuple[Segment, ...]:
    """The balance over [since, until) as pieces that stood still, from entries by value date.

    Entries are (value date, fen), in any order; those on `since` belong to the first piece; a day
    whose entries sum to nothing makes no cut. Raises ValueError for one outside [since, until).
    """
    changes = {since: opening_fen}
    for value_date, amount_fen in entries:
        if not since <= value_date < until:
            raise ValueError(f"{value_date} lies outside [{since}, {until})")
        changes[value_date] = changes.get(value_date, 0) + amount_fen
    cuts = sorted(day for day, change in changes.items() if change or day == since)
    balances = accumulate(changes[day] for day in cuts)
    ends = [*cuts[1:], until]
    whole = (Segment(*piece) for piece in zip(cuts, ends, balances, strict=True))
    return tuple(segment for segment in whole if segment.since < segment.until)


def closing_trace(
    segments: Iterable[tuple[date, date, int]],
    *,
    rate: Fraction,
    day_base: int,
    late_lines: Iterable[tuple[date, date, int]] = (),
    title: str = "销户利息怎么算的",
) -> Trace:
    """How interest since the last settlement comes about; `total_fen` is that interest.

    Segments are (since, until, balance in fen), one after the other, the last ending on the day
    interest ends (exclusive); none means that no day has passed. When they follow booking days,
    `late_lines` names every line with another value date as (booked on, value date, fen).
    Raises ValueError when segments leave a gap or overlap.
    """
    stood = [Segment(*segment) for segment in segments]
    late = [LateLine(*line) for line in late_lines]
    for earlier, later in pairwise(stood):
        if earlier.until != later.since:
            raise ValueError(f"segments do not join: {earlier.until} to {later.since}")
    products = [segment.product for segment in stood] + [line.product for line in late]
    fen = interest(sum(products), rate=rate, day_base=day_base)
    rows = (
        METHOD_ROW,
        *(segment_row(*segment) for segment in stood),
        *(late_row(*line) for line in late),
        sum_row(products),
        interest_row("利息", n=sum(products), rate=rate, day_base=day_base, fen=fen),
    )
    return Trace(title, rows, fen)


def history(
    opening_fen: int,
    *,
    opening_on: date,
    entries: Iterable[tuple[date, int]],
    until: date,
    terms: Terms,
    opening_carried_fen: int | None = None,
) -> InterestHistory:
    """An account's interest over [opening_on, until), with every 30 June on the way settled.

    A 30 June settles when `until` is 1 July of its year or later: that day's entries are inside,
    rates and day base are those of its terms, and the interest is principal from 1 July on, when
    all money becomes carried. The piece left open takes the terms of `until`. Amounts in fen;
    entries are (value date, signed fen) in any order. What comes in is current money, what goes
    out takes carried money first; the opening balance is carried, but for what
    `opening_carried_fen` leaves.

    Raises HistoryRefused when the start lies before the first known rate, a date lies outside
    [opening_on, until), or the balance at the start or at a day's end is below zero or beyond
    FEN_MAX.
    """
    by_day = sorted(Entry(*entry) for entry in entries)
    _check_dates(opening_on, until, by_day, first=terms.first_day)
    _check_balance(opening_fen, opening_on, about="opening_fen")
    carried = opening_fen if opening_carried_fen is None else opening_carried_fen
    if not 0 <= carried <= opening_fen:
        says = f"上年结转 {yuan(carried)} 元应在 0 与余额 {yuan(opening_fen)} 元之间，请核对。"
        raise HistoryRefused("opening_carried_fen", says)
    rows: list[TraceRow] = [METHOD_ROW]
    settlements: list[Settlement] = []
    balance, since = opening_fen, opening_on
    for first_of_july in _firsts_of_july(opening_on, until):
        piece = _piece(balance, carried, since, by_day, first_of_july)
        on = first_of_july - timedelta(days=1)
        fen, piece_rows = piece.settle(f"{on} 结息", on, terms)
        rows += [*piece_rows, capital_row(first_of_july, piece.balance_fen, fen)]
        carried = balance = piece.balance_fen + fen
        since = first_of_july
        settlements.append(Settlement(on, piece.n, fen, balance))
    last = _piece(balance, carried, since, by_day, until)
    open_fen, last_rows = last.settle("未结利息", until, terms)
    total = open_fen + sum(settlement.interest_fen for settlement in settlements)
    rows += [*last_rows, total_row([*(x.interest_fen for x in settlements), open_fen])]
    trace = Trace("利息怎么算的", tuple(rows), total)
    return InterestHistory(open_fen, last.n, last.balance_fen, tuple(settlements), trace)


@dataclass(frozen=True, slots=True)
class _Path:
    """A balance, or a part of one, over time."""

    segments: tuple[Segment, ...]

    @property
    def product(self) -> int:
        return sum(segment.product for segment in self.segments)

    def within(self, since: date, until: date) -> "_Path":
        """The part of the path that lies in [since, until)."""
        cut = (
            Segment(max(piece.since, since), min(piece.until, until), piece.balance_fen)
            for piece in self.segments
        )
        return _Path(tuple(piece for piece in cut if piece.since < piece.until))


@dataclass(frozen=True, slots=True)
class _Piece:
    """The days between two settlements: the balance at their end, their day-product and paths."""

    since: date
    until: date
    balance_fen: int
    n: int
    whole: _Path
    carried: _Path
    current: _Path

    def settle(self, label: str, on: date, terms: Terms) -> tuple[int, list[TraceRow]]:
        """The interest of the piece when it is settled on a day, and the rows that tell it."""
        day_base, rounding = terms.day_base.on(on).value, terms.rounding.on(on).value
        parts: list[Part] = []
        rows: list[TraceRow] = []
        for stretch in terms.stretches(self.since, self.until, settled_on=on):
            for name, path, rate in self._earning(stretch.rates):
                inside = path.within(stretch.since, stretch.until)
                products = [segment.product for segment in inside.segments]
                parts.append(Part(sum(products), rate))
                rows += [segment_row(*segment, of=name) for segment in inside.segments]
                rows.append(sum_row(products, of=name))
        fen = interest_of(parts, day_base=day_base, rounding=rounding)
        if len(parts) == 1:
            n, rate = parts[0]
            return fen, [*rows, interest_row(label, n=n, rate=rate, day_base=day_base, fen=fen)]
        if rounding == PARTS:
            each = [interest_of([part], day_base=day_base) for part in parts]
            rows += [
                interest_row("利息", n=part.n, rate=part.rate, day_base=day_base, fen=part_fen)
                for part, part_fen in zip(parts, each, strict=True)
            ]
            return fen, [*rows, parts_sum_row(label, each)]
        return fen, [*rows, parts_row(label, parts, day_base=day_base, fen=fen)]

    def _earning(self, rates: Rates) -> tuple[tuple[str, _Path, Fraction], ...]:
        """What earns which rate: all money together, or carried and current money apart."""
        if rates.carried == rates.current:
            return (("", self.whole, rates.current),)
        return ((CARRIED, self.carried, rates.carried), (CURRENT, self.current, rates.current))


def _piece(
    opening_fen: int, carried_fen: int, since: date, by_day: Sequence[Entry], until: date
) -> _Piece:
    """The days [since, until) of an account; refused when a day ends on a wrong balance."""
    first, beyond = (bisect_left(by_day, (day,)) for day in (since, until))
    inside = by_day[first:beyond]
    balance, v = opening_fen, 0
    for entry in inside:
        v = shift(v, amount=entry.amount_fen, value_date=entry.value_date, since=since)
        balance += entry.amount_fen
    whole = balance_segments(opening_fen, since=since, entries=inside, until=until)
    for segment in whole:
        _check_balance(segment.balance_fen, segment.since, about="entries")
    n = day_product(balance, v=v, since=since, until=until)
    taken = _taken_from_carried(carried_fen, inside)
    came = [*(Entry(day, -amount) for day, amount in taken), *inside]
    parts = [
        _Path(balance_segments(fen, since=since, entries=lines, until=until))
        for fen, lines in ((carried_fen, taken), (opening_fen - carried_fen, came))
    ]
    piece = _Piece(since, until, balance, n, _Path(whole), *parts)
    # The trace shows the paths, the ledger keeps v: all ways must agree to the unit.
    assert n == piece.whole.product == piece.carried.product + piece.current.product
    return piece


def _taken_from_carried(carried_fen: int, entries: Sequence[Entry]) -> list[Entry]:
    """What each day's withdrawals take of carried money, which goes first."""
    taken = []
    for day, amount in entries:
        share = max(min(amount, 0), -carried_fen)
        if share:
            taken.append(Entry(day, share))
            carried_fen += share
    return taken


def _firsts_of_july(opening_on: date, until: date) -> list[date]:
    """Every 1 July by which a 30 June from the opening on has passed."""
    years = range(opening_on.year, until.year + 1)
    return [day for day in (date(year, 7, 1) for year in years) if opening_on < day <= until]


def _check_dates(opening_on: date, until: date, by_day: Sequence[Entry], *, first: date) -> None:
    if opening_on < first:
        says = f"起算日 {opening_on} 早于 {first}：此前的利率或计息基数没有登记"
        raise HistoryRefused("opening_on", f"{says}，请从该日或以后起算。")
    if until < opening_on:
        raise HistoryRefused("until", f"截止日 {until} 早于起算日 {opening_on}，请改正日期。")
    for entry in by_day:
        if not opening_on <= entry.value_date < until:
            says = f"{entry.value_date} 不在起算日 {opening_on}（含）至截止日 {until}（不含）之间"
            raise HistoryRefused("entries", f"{says}，请改正日期或去掉这笔。")


def _check_balance(balance_fen: int, on: date, *, about: str) -> None:
    if balance_fen < 0:
        says = f"{on} 的余额为 {yuan(balance_fen)} 元，余额不能为负，请核对金额和日期。"
        raise HistoryRefused(about, says)
    if balance_fen > FEN_MAX:
        says = f"{on} 的余额超过 {yuan(FEN_MAX)} 元，请核对金额是否以分为单位。"
        raise HistoryRefused(about, says)
