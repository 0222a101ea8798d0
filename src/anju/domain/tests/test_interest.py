"""Interest against worked numbers and against a plain walk over the days."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.domain.interest import (
    Entry,
    HistoryRefused,
    InterestHistory,
    balance_segments,
    closing_trace,
    day_product,
    history,
    interest,
    shift,
    year_start,
)
from anju.domain.interest_words import percent
from anju.domain.money import FEN_MAX, parse_yuan, yuan
from anju.domain.tests.worked import flat, table

RATE = Fraction("0.015")
JULY = date(2024, 7, 1)
DAY = timedelta(days=1)


def run(
    opening_fen: int,
    *entries: tuple[date, int],
    opening_on: date = JULY,
    until: date = date(2025, 7, 1),
    day_base: int = 360,
) -> InterestHistory:
    return history(
        opening_fen,
        opening_on=opening_on,
        entries=entries,
        until=until,
        terms=flat(RATE, day_base=day_base),
    )


# --- worked numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("balance", "since", "until", "rate", "base", "product", "fen"), table("interest.md", "still")
)
def test_a_balance_that_stands_still(
    balance: str, since: str, until: str, rate: str, base: str, product: str, fen: str
) -> None:
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    n = day_product(parse_yuan(balance), v=0, since=first, until=last)
    assert n == parse_yuan(product)
    assert interest(n, rate=Fraction(rate), day_base=int(base)) == parse_yuan(fen)
    trace = closing_trace(
        [(first, last, parse_yuan(balance))], rate=Fraction(rate), day_base=int(base)
    )
    assert trace.total_fen == parse_yuan(fen)
    assert (
        trace.rows[-1].formula == f"积数合计 {product} × 1.50% ÷ {base} = {fen} 元（四舍五入到分）"
    )


@pytest.mark.parametrize(
    ("base", "product", "fen", "balance"), table("interest.md", "contributions")
)
def test_a_year_of_contributions(base: str, product: str, fen: str, balance: str) -> None:
    months = [(2024, month) for month in range(7, 13)] + [(2025, month) for month in range(1, 7)]
    entries = [(date(year, month, 20), 200_000) for year, month in months]
    settled = run(1_000_000, *entries, day_base=int(base)).settlements
    assert [
        (item.on, item.day_product, item.interest_fen, item.balance_fen) for item in settled
    ] == [(date(2025, 6, 30), parse_yuan(product), parse_yuan(fen), parse_yuan(balance))]


def test_rounding_is_half_away_from_zero_both_ways() -> None:
    # 12.00 for ten days at 1.50% is exactly half a fen.
    assert interest(12_000, rate=RATE, day_base=360) == 1
    assert interest(-12_000, rate=RATE, day_base=360) == -1
    assert interest(11_999, rate=RATE, day_base=360) == 0


# --- V1: the running correction ------------------------------------------------------------

LINES = st.lists(st.tuples(st.integers(0, 364), st.integers(-(10**9), 10**9)), max_size=12)


@given(LINES, st.randoms(), st.integers(0, 400))
def test_lines_may_come_in_any_order(
    lines: list[tuple[int, int]], random: object, days: int
) -> None:
    shuffled = sorted(lines, key=lambda _line: random.random())  # type: ignore[attr-defined]
    results = []
    for order in (lines, shuffled):
        balance, v = 0, 0
        for offset, amount in order:
            v = shift(v, amount=amount, value_date=JULY + offset * DAY, since=JULY)
            balance += amount
        results.append(day_product(balance, v=v, since=JULY, until=JULY + days * DAY))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2026, 12, 31), date(2026, 7, 1)),
        (date(2026, 6, 30), date(2025, 7, 1)),
    ],
)
def test_an_interest_year_begins_on_the_first_of_july(day: date, begins: date) -> None:
    assert year_start(day) == begins


@given(st.integers(), st.integers(), st.integers(0, 500), st.integers(0, 500))
def test_day_products_add_over_adjoining_periods(
    balance: int, v: int, first: int, second: int
) -> None:
    middle, end = JULY + first * DAY, JULY + (first + second) * DAY
    whole = day_product(balance, v=v, since=JULY, until=end)
    parts = day_product(balance, v=v, since=JULY, until=middle) + day_product(
        balance, v=0, since=middle, until=end
    )
    assert whole == parts


# --- history against a walk over the days --------------------------------------------------


def walk(
    opening_fen: int, opening_on: date, entries: Sequence[tuple[date, int]], until: date
) -> tuple[int, int, list[tuple[date, int, int]]]:
    """Interest, day-product and settlements, day by day and with no algebra at all.

    Raises ArithmeticError when a day ends below zero.
    """
    balance, n, settled = opening_fen, 0, []
    day = opening_on
    while day < until:
        balance += sum(amount for on, amount in entries if on == day)
        if balance < 0:
            raise ArithmeticError
        n += balance
        if (day.month, day.day) == (6, 30):
            fen = int(n * RATE / 360 + Fraction(1, 2))
            balance += fen
            settled.append((day, fen, balance))
            n = 0
        day += DAY
    return int(n * RATE / 360 + Fraction(1, 2)), n, settled


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, date, list[tuple[date, int]], date]:
    opening_on = draw(st.dates(date(1993, 1, 1), date(2030, 1, 1)))
    length = draw(st.integers(0, 900))
    opening_fen = draw(st.integers(0, 10**8))
    lines: list[tuple[date, int]] = []
    if length:
        # Some drawings fit into the opening balance, some take a day below zero.
        amounts = st.integers(-opening_fen // 4, 10**7)
        drawn = draw(st.lists(st.tuples(st.integers(0, length - 1), amounts), max_size=10))
        lines = [(opening_on + offset * DAY, amount) for offset, amount in drawn]
    return opening_fen, opening_on, draw(st.permutations(lines)), opening_on + length * DAY


@settings(max_examples=150, deadline=None)
@given(histories())
def test_a_history_equals_a_walk_over_its_days(
    case: tuple[int, date, list[tuple[date, int]], date],
) -> None:
    opening_fen, opening_on, entries, until = case
    try:
        walked = walk(*case)
    except ArithmeticError:
        with pytest.raises(HistoryRefused, match="不能为负"):
            run(opening_fen, *entries, opening_on=opening_on, until=until)
        return
    told = run(opening_fen, *entries, opening_on=opening_on, until=until)
    settled = [(item.on, item.interest_fen, item.balance_fen) for item in told.settlements]
    assert (told.interest_fen, told.day_product, settled) == walked
    in_and_out = opening_fen + sum(amount for _, amount in entries)
    assert told.balance_fen == in_and_out + sum(fen for _, fen, _ in settled)
    assert told.trace.total_fen == told.interest_fen + sum(fen for _, fen, _ in settled)


def test_the_thirtieth_of_june_settles_on_the_first_of_july_and_not_before() -> None:
    before = run(1_000_000, (date(2024, 7, 20), 200_000), until=date(2025, 6, 30))
    assert before.settlements == ()
    assert before.day_product == 434_200_000 - 1_200_000
    after = run(1_000_000, (date(2024, 7, 20), 200_000), until=date(2025, 7, 1))
    assert (after.interest_fen, after.day_product) == (0, 0)
    assert [(x.on, x.interest_fen, x.balance_fen) for x in after.settlements] == [
        (date(2025, 6, 30), 18_092, 1_218_092)
    ]


def test_entries_of_the_thirtieth_of_june_are_inside_with_one_day() -> None:
    told = run(0, (date(2025, 6, 30), 36_000_000), until=date(2025, 7, 2))
    assert told.settlements[0].day_product == 36_000_000
    assert told.settlements[0].balance_fen == 36_001_500
    assert told.day_product == 36_001_500


def test_an_account_opened_on_the_thirtieth_of_june_settles_the_next_day() -> None:
    told = run(36_000_000, opening_on=date(2025, 6, 30), until=date(2025, 7, 1))
    assert told.settlements[0].interest_fen == 1_500


def test_interest_is_principal_from_the_first_of_july_on() -> None:
    spent = (date(2025, 7, 1), -1_015_208)
    told = run(1_000_000, spent, until=date(2025, 7, 2))
    assert told.settlements[0].balance_fen == 1_015_208
    assert told.balance_fen == 0
    with pytest.raises(HistoryRefused, match=r"2025-06-30 的余额为 -152\.08 元"):
        run(1_000_000, (date(2025, 6, 30), -1_015_208), until=date(2025, 7, 2))


def test_entries_of_one_day_may_cross_zero_among_themselves() -> None:
    day = date(2024, 8, 1)
    assert run(0, (day, -500), (day, 500), until=date(2024, 9, 1)).day_product == 0


@pytest.mark.parametrize(
    ("opening_fen", "entries", "opening_on", "until", "about", "says"),
    [
        (1, [], date(1992, 12, 31), date(2017, 1, 1), "opening_on", "早于 1993-01-01"),
        (1, [], JULY, JULY - DAY, "until", "早于起算日"),
        (1, [(JULY - DAY, 1)], JULY, JULY + DAY, "entries", "2024-06-30 不在起算日"),
        (1, [(JULY + DAY, 1)], JULY, JULY + DAY, "entries", "2024-07-02 不在起算日"),
        (-1, [], JULY, JULY, "opening_fen", "余额不能为负"),
        (-1, [(JULY, 2)], JULY, JULY + DAY, "opening_fen", "余额不能为负"),
        (1, [(JULY, -2)], JULY, JULY + DAY, "entries", "2024-07-01 的余额为 -0.01 元"),
        (FEN_MAX + 1, [], JULY, JULY + DAY, "opening_fen", "以分为单位"),
        (FEN_MAX, [(JULY + DAY, 1)], JULY, JULY + 2 * DAY, "entries", "以分为单位"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    opening_fen: int,
    entries: list[tuple[date, int]],
    opening_on: date,
    until: date,
    about: str,
    says: str,
) -> None:
    with pytest.raises(HistoryRefused, match=says) as refused:
        run(opening_fen, *entries, opening_on=opening_on, until=until)
    assert refused.value.about == about
    assert str(refused.value).endswith("。")


# --- segments and traces -------------------------------------------------------------------


@given(st.integers(0, 10**9), LINES, st.integers(365, 800))
def test_segments_cover_the_period_once_and_give_its_day_product(
    opening: int, lines: list[tuple[int, int]], days: int
) -> None:
    entries = [Entry(JULY + offset * DAY, amount) for offset, amount in lines]
    until = JULY + days * DAY
    segments = balance_segments(opening, since=JULY, entries=entries, until=until)
    assert (segments[0].since, segments[-1].until) == (JULY, until)
    assert all(one.until == two.since for one, two in pairwise(segments))
    assert all(one.balance_fen != two.balance_fen for one, two in pairwise(segments))
    balance, v = opening, 0
    for on, amount in entries:
        v = shift(v, amount=amount, value_date=on, since=JULY)
        balance += amount
    n = day_product(balance, v=v, since=JULY, until=until)
    assert sum(segment.product for segment in segments) == n


def test_segments_refuse_entries_from_outside() -> None:
    with pytest.raises(ValueError, match="outside"):
        balance_segments(0, since=JULY, entries=[(JULY + DAY, 1)], until=JULY + DAY)


def test_no_day_no_segment_no_interest() -> None:
    assert balance_segments(5, since=JULY, entries=(), until=JULY) == ()
    trace = closing_trace((), rate=RATE, day_base=360)
    assert trace.total_fen == 0
    assert [row.label for row in trace.rows] == ["计息方法", "积数合计", "利息"]


def test_a_closing_trace_reads_like_a_sum_on_paper() -> None:
    trace = closing_trace(
        [
            (date(2026, 7, 1), date(2026, 8, 1), 1_000_000),
            (date(2026, 8, 1), date(2026, 11, 20), 1_050_000),
        ],
        rate=RATE,
        day_base=360,
        late_lines=[(date(2026, 8, 1), date(2026, 7, 20), 50_000)],
    )
    assert trace.title == "销户利息怎么算的"
    assert [(row.label, row.formula) for row in trace.rows] == [
        ("计息方法", "每段余额 × 天数 = 积数；存入当天计息，提取当天不计息"),
        (
            "2026-07-01 至 2026-08-01（不含当日）",
            "余额 10,000.00 元 × 31 天 = 积数 310,000.00",
        ),
        (
            "2026-08-01 至 2026-11-20（不含当日）",
            "余额 10,500.00 元 × 111 天 = 积数 1,165,500.00",
        ),
        ("2026-08-01 入账，自 2026-07-20 起算", "补记 500.00 元 × 12 天 = 积数 6,000.00"),
        ("积数合计", "310,000.00 + 1,165,500.00 + 6,000.00 = 1,481,500.00"),
        ("利息", "积数合计 1,481,500.00 × 1.50% ÷ 360 = 61.73 元（四舍五入到分）"),
    ]
    assert (trace.rows[-1].fen, trace.total_fen) == (6_173, 6_173)


def test_a_late_line_gives_what_its_value_date_would_have_given() -> None:
    by_value = balance_segments(
        1_000_000, since=JULY, entries=[(JULY + 5 * DAY, -30_000)], until=JULY + 99 * DAY
    )
    by_booking = balance_segments(
        1_000_000, since=JULY, entries=[(JULY + 40 * DAY, -30_000)], until=JULY + 99 * DAY
    )
    late = [(JULY + 40 * DAY, JULY + 5 * DAY, -30_000)]
    told = closing_trace(by_booking, rate=RATE, day_base=360, late_lines=late)
    assert told.total_fen == closing_trace(by_value, rate=RATE, day_base=360).total_fen
    assert told.rows[-2].formula.endswith(" + (-10,500.00) = 961,800.00")


def test_long_sums_are_not_written_out() -> None:
    entries = [(JULY + offset * DAY, 100) for offset in range(1, 6)]
    segments = balance_segments(100, since=JULY, entries=entries, until=JULY + 10 * DAY)
    trace = closing_trace(segments, rate=RATE, day_base=360)
    assert trace.rows[-2].formula == f"以上 6 项相加 = {yuan(sum(s.product for s in segments))}"


def test_segments_that_do_not_join_are_refused() -> None:
    with pytest.raises(ValueError, match="do not join"):
        closing_trace(
            [(JULY, JULY + DAY, 1), (JULY + 2 * DAY, JULY + 3 * DAY, 1)], rate=RATE, day_base=360
        )


def test_a_history_tells_every_settlement() -> None:
    told = run(1_000_000, until=date(2025, 7, 31))
    assert [(row.label, row.fen) for row in told.trace.rows] == [
        ("计息方法", None),
        ("2024-07-01 至 2025-07-01（不含当日）", None),
        ("积数合计", None),
        ("2025-06-30 结息", 15_208),
        ("2025-07-01 利息转入本金", None),
        ("2025-07-01 至 2025-07-31（不含当日）", None),
        ("积数合计", None),
        ("未结利息", 1_269),
        ("利息合计", None),
    ]
    assert told.trace.rows[4].formula == "余额 10,000.00 + 利息 152.08 = 10,152.08 元"
    assert told.trace.rows[-1].formula == "152.08 + 12.69 = 164.77 元"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        ("0.015", "1.50%"),
        ("0.01", "1.00%"),
        ("0.0035", "0.35%"),
        ("0.03575", "3.575%"),
        ("0", "0.00%"),
        ("-0.0105", "-1.05%"),
        ("1/3", "1/3"),
    ],
)
def test_rates_are_told_with_all_their_digits(rate: str, text: str) -> None:
    assert percent(Fraction(rate)) == text
